"""The pages of the window, from top to bottom of the sidebar. `gui.pages.page.digits` gives them their digits.

A page is imported when it is made: the window is seen before most of its pages are there.
"""

from core.config.sections import SECTION_TITLES, SettingsSection, groups_of
from core.domain import mark
from gui.page_context import PageContext
from gui.pages.page import Page, PageDeclaration, PagePart

_OPEN_BOT = mark("Open Bot")
_OPEN_SETTINGS = mark("Open Settings")


def _transcribe(context: PageContext) -> Page:
    from gui.pages.transcribe.transcribe_page import TranscribePage

    return TranscribePage(context)


def _queue(context: PageContext) -> Page:
    from gui.pages.queue.queue_page import QueuePage

    return QueuePage(context)


def _history(context: PageContext) -> Page:
    from gui.pages.history.history_page import HistoryPage

    return HistoryPage(context)


def _dashboard(context: PageContext) -> Page:
    from gui.pages.dashboard.dashboard_page import DashboardPage

    return DashboardPage(context)


def _bot(context: PageContext) -> Page:
    from gui.pages.bot.bot_page import BotPage

    return BotPage(context)


def _settings(context: PageContext) -> Page:
    from gui.pages.settings.settings_page import SettingsPage

    return SettingsPage(context)


def _help(context: PageContext) -> Page:
    from gui.pages.help_page import HelpPage

    return HelpPage(context)


def _transcript(context: PageContext) -> Page:
    from gui.pages.transcript.transcript_page import TranscriptPage

    return TranscriptPage(context)


TRANSCRIBE = PageDeclaration("transcribe", mark("Transcribe"), "drop", _transcribe)
QUEUE = PageDeclaration("queue", mark("Queue"), "queue", _queue, link_text=mark("Open Queue"))
HISTORY = PageDeclaration("history", mark("Library"), "history", _history)
DASHBOARD = PageDeclaration("dashboard", mark("Dashboard"), "dashboard", _dashboard)
BOT = PageDeclaration(
    "bot",
    mark("Bot"),
    "bot",
    _bot,
    link_text=_OPEN_BOT,
    parts=(
        PagePart("chats", _OPEN_BOT, mark("Chats")),
        PagePart("events", _OPEN_BOT, mark("Events")),
        PagePart("connection", _OPEN_BOT, mark("Connection")),
    ),
)
SETTINGS = PageDeclaration(
    "settings",
    mark("Settings"),
    "settings",
    _settings,
    is_set_apart=True,
    shortcut="Ctrl+,",
    link_text=_OPEN_SETTINGS,
    parts=(
        *(
            PagePart(
                section.value, _OPEN_SETTINGS, SECTION_TITLES[section], has_digit=section is SettingsSection.PROVIDERS
            )
            for section in SettingsSection
        ),
        *(
            PagePart(name, _OPEN_SETTINGS)
            for section in SettingsSection
            for group in groups_of(section)
            for name in group.names
        ),
    ),
)
HELP = PageDeclaration("help", mark("Help"), "help", _help, is_set_apart=True)
TRANSCRIPT = PageDeclaration("transcript", mark("Transcript"), "queue", _transcript, in_sidebar=False)

PAGES: tuple[PageDeclaration, ...] = (
    TRANSCRIBE,
    QUEUE,
    HISTORY,
    DASHBOARD,
    BOT,
    SETTINGS,
    HELP,
    TRANSCRIPT,
)
