"""What is learned, each by a command of its own: ``python -m knowledge.training student | english | fusion``."""
