"""What the bot does with what it is sent."""
