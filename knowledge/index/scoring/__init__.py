"""How well a passage fits a question, and how sure that is."""
