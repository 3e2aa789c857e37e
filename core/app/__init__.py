"""The composition root, and what the window, the bot and the command line ask of it."""
