"""The icon in the system tray, with its menu."""
