"""The pages of the window, from top to bottom of the sidebar. `gui.pages.page.digits` gives them their digits.

A new page is a file with a `Page` and its `PageDeclaration`, and a line here.
"""

from gui.pages import help_page
from gui.pages.bot import bot_page
from gui.pages.dashboard import dashboard_page
from gui.pages.history import history_page
from gui.pages.page import PageDeclaration
from gui.pages.queue import queue_page
from gui.pages.settings import settings_page
from gui.pages.transcribe import transcribe_page
from gui.pages.transcript import transcript_page

PAGES: tuple[PageDeclaration, ...] = (
    transcribe_page.PAGE,
    queue_page.PAGE,
    history_page.PAGE,
    dashboard_page.PAGE,
    bot_page.PAGE,
    settings_page.PAGE,
    help_page.PAGE,
    transcript_page.PAGE,
)
