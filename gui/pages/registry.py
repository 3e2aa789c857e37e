"""The pages of the window, from top to bottom of the sidebar. The n-th has the shortcut Ctrl+n.

A new page is a file with a `Page` and its `PageDeclaration`, and a line here.
"""

from gui.pages import about_page
from gui.pages.history import history_page
from gui.pages.page import PageDeclaration
from gui.pages.providers import providers_page
from gui.pages.queue import queue_page
from gui.pages.settings import settings_page

PAGES: tuple[PageDeclaration, ...] = (
    queue_page.PAGE,
    history_page.PAGE,
    providers_page.PAGE,
    settings_page.PAGE,
    about_page.PAGE,
)
