"""The composition root, and the facades that the window, the bot and the command line call."""
