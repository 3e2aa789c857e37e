"""The page of the Telegram bot: setting it up, and what it does."""
