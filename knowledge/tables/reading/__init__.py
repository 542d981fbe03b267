"""Spreadsheets to typed records: sheets, headers, cells, rows, and what staff should know of them."""
