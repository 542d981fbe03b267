"""Tables that are none of the kinds of records: typed rows of their own, from spreadsheets and documents."""

from knowledge.tables.free.documents import row_text, sheet_document, tables_of, value_text, with_titled_rows
from knowledge.tables.free.grid_reading import table_of

__all__ = ["row_text", "sheet_document", "table_of", "tables_of", "value_text", "with_titled_rows"]
