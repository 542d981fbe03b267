"""Updates of Telegram: received, stored, handled."""
