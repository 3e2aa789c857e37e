"""The bot's page before a core that answers as it is told."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from core.domain import Snapshot
from core.domain.bot import Access, BotCondition, BotState
from core.domain.bot_chats import BotChat
from core.domain.provider_offer import KeyHint
from gui.pages.bot.bot_page import BotPage
from gui.window.main_window import MainWindow
from tests.fakes.core import FakeCoreThread, FakeNotula
from tests.gui.conftest import DesktopDriver, pages_made
from tests.gui.page_names import BOT

LINK = "https://t.me/notula_test_bot?start=0123456789abcdef"
OWNER = 4711
RUNNING = BotState(BotCondition.RUNNING, username="notula_test_bot", latency_s=0.084)

ADA = BotChat(OWNER, Access.UNKNOWN, "Ada Lovelace", "ada", 12, 1500.0, 1_700_000_000.0)
BOB = BotChat(21, Access.UNKNOWN, "Bob <b>", "", 0, 0.0, 1_700_000_500.0)
EVE = BotChat(22, Access.BLOCKED, "Eve", "eve", 1, 30.0, None)
TEAM = BotChat(-100123, Access.ALLOWED, recordings=3, seconds=90.0)


@pytest.fixture
def open_page(faked: DesktopDriver) -> Callable[[], BotPage]:
    """Opens the page, and waits until it knows which steps are done."""

    def show() -> BotPage:
        faked.window.show_page(BOT)
        page = faked.window.page(BotPage)
        faked.wait(lambda: page._has_asked and not faked.desktop.operations._tasks)
        return page

    return show


@pytest.fixture
def publish(core: FakeCoreThread, faked: DesktopDriver) -> Callable[[BotState], None]:
    """Publishes a state of the bot with whatever else there is."""

    def tell(state: BotState) -> None:
        core.published.emit(replace(core.last, bot=state, settings=core.notula.settings))

    return tell


@pytest.fixture
def running(
    core: FakeCoreThread,
    faked: DesktopDriver,
    notula: FakeNotula,
    open_page: Callable[[], BotPage],
) -> BotPage:
    """The page of a bot that is set up and runs."""
    notula.key_hints = [KeyHint("telegram", "3f2a")]
    notula.bot_answers.has_answered = True
    notula.bot_answers.chats = [ADA, BOB, EVE, TEAM]
    notula.settings = notula.settings.changed(bot_owner=OWNER, bot_enabled=True)
    core.published.emit(Snapshot(bot=RUNNING, settings=notula.settings))
    page = open_page()
    faked.wait(lambda: page.chats.model.rows)
    return page


@pytest.fixture
def made_first() -> Callable[[MainWindow], object]:
    return pages_made(BOT)
