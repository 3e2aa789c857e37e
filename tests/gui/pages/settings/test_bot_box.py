"""The bot in the window: how it does, whose it is, and its token."""

import pytest
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QLabel

from core.domain import Snapshot
from core.domain.bot import BotCondition, BotState, TransportKind
from core.domain.errors import BotTokenRefused
from core.domain.provider_offer import KeyHint
from gui.pages.settings.bot_box import BotBox
from tests.fakes.core import FakeCoreThread, FakeNotula
from tests.gui.conftest import DesktopDriver
from tests.gui.page_names import BOT

TOKEN = "4839574812:AAPlantedPlantedPlantedPlantedPlante3f2a"
LINK = "https://t.me/notula_test_bot?start=0123456789abcdef"


@pytest.fixture
def box(faked: DesktopDriver, notula: FakeNotula) -> BotBox:
    faked.window.show_page(BOT)
    faked.wait(lambda: notula.asked("keys"))
    return faked.settings_page._bot


@pytest.mark.parametrize(
    ("state", "text"),
    [
        (BotState(), "The bot is off."),
        (BotState(BotCondition.STARTING), "The bot is being started …"),
        (BotState(BotCondition.RUNNING, username="my_bot"), "@my_bot answers, by polling."),
        (
            BotState(BotCondition.RUNNING, TransportKind.WEBHOOK, "my_bot", open_deliveries=2),
            "@my_bot answers, by webhook.  ·  2 answers under way",
        ),
        (BotState(BotCondition.FAILED, problem=BotTokenRefused(ending="3f2a").message), "The bot can't run."),
    ],
)
def test_its_state_is_told_in_words(core: FakeCoreThread, box: BotBox, state: BotState, text: str) -> None:
    core.published.emit(Snapshot(bot=state))
    assert box.state.text() == text
    assert ("3f2a" in box.problem.text()) == (state.condition is BotCondition.FAILED)
    assert box.problem.isHidden() == (state.problem is None)
    assert box._claim.isHidden()


def test_the_link_to_become_the_owner_can_be_copied(core: FakeCoreThread, box: BotBox) -> None:
    core.published.emit(Snapshot(bot=BotState(BotCondition.RUNNING, username="notula_test_bot", claim_link=LINK)))
    assert not box._claim.isHidden()
    box.copy_link.click()
    assert QGuiApplication.clipboard().text() == LINK
    core.published.emit(Snapshot(bot=BotState(BotCondition.RUNNING, username="notula_test_bot")))
    assert box._claim.isHidden()


def test_a_new_token_restarts_the_bot(faked: DesktopDriver, notula: FakeNotula, box: BotBox) -> None:
    assert box.token.try_out.isHidden()
    box.token.line.setText(TOKEN)
    box.token.add.click()
    faked.wait(lambda: notula.asked("restart"))
    assert notula.asked("add_key") == [["telegram", TOKEN]]
    assert box.token.line.text() == ""


def test_what_large_files_need_is_kept_and_connects_nothing_anew(
    faked: DesktopDriver, notula: FakeNotula, box: BotBox
) -> None:
    pair = "12345:0123456789abcdef0123456789abcdef"
    box.api.line.setText(pair)
    box.api.add.click()
    faked.wait(lambda: box.api.line.text() == "")
    assert notula.asked("add_key") == [["telegram-api", pair]]
    assert notula.asked("restart") == []


def test_each_kind_of_key_is_listed_for_itself(faked: DesktopDriver, notula: FakeNotula, box: BotBox) -> None:
    notula.key_hints += [KeyHint("telegram", "3f2a"), KeyHint("telegram-api", "cdef")]
    box.refresh()
    for keys, ending in ((box.token, "3f2a"), (box.api, "cdef")):
        faked.wait(lambda keys=keys, ending=ending: any(ending in one.text() for one in keys.findChildren(QLabel)))
