"""Numbers and names by which one person can be found: where they stand in a text, however they are written."""
