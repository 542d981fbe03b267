"""What we know and how to find it; knows nothing of Telegram or of chat."""
