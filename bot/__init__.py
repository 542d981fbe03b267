"""The assistant and its faces: terminal and Telegram."""
