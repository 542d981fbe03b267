"""Learning what a message wants, from the messages of ``knowledge/training/messages``."""
