"""What a message wants, learned from messages written by hand: rows, documents or the service, and what of rows."""
