"""Records in SQL: columns that are searched, what changed, publishing."""
