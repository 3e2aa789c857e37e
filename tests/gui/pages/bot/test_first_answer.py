"""The three steps for real: the real window and core, a fake Telegram, and speech that is transcribed here."""

from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication

from core.bot.updates import transport
from core.config import Settings
from gui.pages.bot.bot_page import BotPage
from gui.pages.bot.step_card import StepState
from tests.conftest import SAMPLES
from tests.fakes.bot_api import TOKEN
from tests.fakes.bot_api_thread import TelegramThread
from tests.gui.conftest import DesktopDriver
from tests.gui.page_names import BOT

DONE = StepState.DONE


@pytest.fixture
def telegram(monkeypatch: pytest.MonkeyPatch) -> Iterator[TelegramThread]:
    monkeypatch.setattr(transport, "POLL_S", 1)
    with TelegramThread() as telegram:
        yield telegram
        assert telegram.do(lambda api: list(api.complaints)) == []


def type_token(driver: DesktopDriver, page: BotPage, token: str) -> None:
    page.steps.token.line.clear()
    driver.qtbot.keyClicks(page.steps.token.line, token)
    driver.qtbot.keyClick(page.steps.token.line, Qt.Key.Key_Return)


def test_a_newcomer_comes_to_the_first_answer(
    make_driver: Callable[..., DesktopDriver], telegram: TelegramThread
) -> None:
    driver = make_driver(Settings(bot_server=telegram.url), page=BOT)
    page = driver.window.page(BotPage)
    cards = page.steps.cards
    driver.wait(page.steps.token.line.isVisible)

    type_token(driver, page, TOKEN.replace("AAFD", "AAFX"))
    driver.wait(lambda: "0qcK" in page.steps.token._problem.text())
    assert cards[0].state is not DONE
    type_token(driver, page, TOKEN)
    driver.wait(page.steps.token.ways.for_session.isVisible)  # There is no keyring in tests.
    driver.qtbot.mouseClick(page.steps.token.ways.for_session, Qt.MouseButton.LeftButton)
    driver.wait(lambda: cards[0].state is DONE and cards[0].result.text() == "@notula_test_bot")

    driver.wait(page.steps.copy_link.isEnabled)
    driver.qtbot.mouseClick(page.steps.copy_link, Qt.MouseButton.LeftButton)
    code = QGuiApplication.clipboard().text().partition("?start=")[2]
    mallory, ada = telegram.do(lambda api: (api.person("Mallory"), api.person("Ada", username="ada")))
    telegram.do(lambda api: mallory.send_text("/start wrong"))
    driver.wait(lambda: telegram.do(lambda api: len(mallory.chat.messages) > 1))
    assert cards[1].state is not DONE
    telegram.do(lambda api: ada.send_text(f"/start {code}"))
    driver.wait(lambda: cards[1].state is DONE and cards[1].result.text() == "Ada @ada")

    speech = (SAMPLES / "beckett.wav").read_bytes()
    telegram.do(lambda api: ada.send_audio(speech, 4, name="talk.wav", mime_type="audio/wav"))
    driver.wait(lambda: cards[2].state is DONE)

    driver.qtbot.mouseClick(page.steps.go_on, Qt.MouseButton.LeftButton)
    driver.wait(lambda: {texts[0]: texts[1:3] for _, texts in page.chats.model.rows}.get("Ada @ada") == ("Owner", "1"))
    row = next(n for n, (chat, _) in enumerate(page.chats.model.rows) if chat.chat_id == mallory.id)
    page.chats.table.selectRow(row)
    driver.qtbot.mouseClick(page.chats.allow, Qt.MouseButton.LeftButton)
    driver.wait(lambda: driver.message == "Mallory is allowed now.")
    telegram.do(lambda api: mallory.send_text("/help"))
    driver.wait(lambda: telegram.do(lambda api: any("/history" in m.text for m in mallory.chat.messages.values())))

    page.parts.choose("events")
    driver.wait(lambda: ("Ada @ada", "Got the text of talk.wav") in [texts[1:] for _, texts in page.events.model.rows])
    assert "wrong" not in str(page.events.model.rows)  # What people write isn't told.
    driver.qtbot.mouseClick(page.switch, Qt.MouseButton.LeftButton)
    driver.wait(lambda: page.state_text.text() == "The bot is off.")
