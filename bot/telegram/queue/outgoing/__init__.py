"""Messages that wait to be sent, as values, and what becomes of the answers that they make up."""
