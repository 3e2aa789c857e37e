"""The pages by name, in the order of the sidebar."""

from gui.pages.registry import PAGES

ALL = tuple(page.name for page in PAGES)
QUEUE, HISTORY, PROVIDERS, SETTINGS, ABOUT = ALL
