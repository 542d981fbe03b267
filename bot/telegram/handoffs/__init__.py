"""Hand-offs to staff in SQL: who talks with whom since when, what goes to the other side, how it ends."""
