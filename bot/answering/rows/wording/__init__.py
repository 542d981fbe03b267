"""How values of rows are written for people: sums, dates and lists in a language, and English values."""
