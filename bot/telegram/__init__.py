"""The Telegram bot: updates in, a durable queue in SQL, replies out. ``bot.telegram.runtime.process`` starts it."""
