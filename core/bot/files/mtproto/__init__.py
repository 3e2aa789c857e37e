"""Files of more than 20 MB, over Telegram's own protocol."""
