"""Empty tables for staff: XLSX files with headers, drop-downs and notes, which read back as they are filled in."""
