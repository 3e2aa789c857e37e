"""The names of the window's pages."""

from gui.pages.page import digits
from gui.pages.registry import PAGES

ALL = tuple(page.name for page in PAGES)
"""In the order of the sidebar. A test that is run for all of these is run for a new page, too."""

LISTED = tuple(page.name for page in PAGES if page.in_sidebar)
"""Those that have a button."""

DIGITS = digits(PAGES)
"""Those that Ctrl and a digit go to."""

TRANSCRIBE = "transcribe"
QUEUE, HISTORY, SETTINGS, HELP = "queue", "history", "settings", "help"
PROVIDERS, MODELS = "settings.providers", "settings.models"
DASHBOARD, BOT = "dashboard", "bot"
