"""Which passages and sentences answer, and whether they do."""
