"""The main window: its sidebar, its message bar, and where it is on the screen."""
