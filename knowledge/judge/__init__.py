"""Whether a passage answers a question: a small network that has learned to read pairs."""
