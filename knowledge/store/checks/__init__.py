"""What check questions were answered, by edition, and how the last checks ended."""
