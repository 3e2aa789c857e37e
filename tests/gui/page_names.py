"""The names of the window's pages."""

from gui.pages.registry import PAGES

ALL = tuple(page.name for page in PAGES)
"""In the order of the sidebar. A test that is run for all of these is run for a new page, too."""

QUEUE, HISTORY, PROVIDERS, SETTINGS, ABOUT = "queue", "history", "providers", "settings", "about"
