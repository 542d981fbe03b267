"""The assistant, in the terminal and in Telegram."""
