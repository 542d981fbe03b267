"""What needs staff, told once for each cause: in a chat of Telegram, by mail, or both."""
