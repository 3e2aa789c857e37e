"""Pictures of the bot's page: its three steps, done as a person does them, and what it shows while it runs."""

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QApplication

from core.domain.bot_events import BotEventKind
from gui.pages.bot.bot_page import BotPage
from tests.conftest import SAMPLES
from tests.fakes.bot_api import TOKEN
from tests.fakes.bot_api_thread import TelegramThread
from tests.gui.page_names import BOT

if TYPE_CHECKING:
    from tests.screenshots import ScreenshotTaker

_LOOK_S = 0.1


async def take_bot(taker: "ScreenshotTaker", telegram: TelegramThread) -> None:
    """Go through the page of a window whose bot isn't set up yet."""
    window = taker.desktop.window
    window.show_page(BOT)
    page = window.page(BotPage)
    steps = page.steps
    await _until(steps.token.line.isVisible)
    await taker.take("bot-token")
    steps.token.line.setText(TOKEN)
    steps.token.add.click()
    await _until(steps.token.ways.for_session.isVisible)  # The pictures' folders have no keyring.
    steps.token.ways.for_session.click()
    await _until(steps.copy_link.isEnabled)
    await taker.take("bot-owner")
    steps.copy_link.click()
    code = QApplication.clipboard().text().partition("?start=")[2]
    anna = telegram.do(lambda api: api.person("Anna Keller", username="annak"))
    telegram.do(lambda api: anna.send_text(f"/start {code}"))
    await _until(lambda: bool(steps.progress.owner_name))
    await taker.take("bot-voice")
    speech = (SAMPLES / "two_cities.wav").read_bytes()
    telegram.do(lambda api: anna.send_audio(speech, 9, name="interview.wav", mime_type="audio/wav"))
    await _until(lambda: steps.progress.is_complete)
    await taker.take("bot-done")
    steps.go_on.click()
    for name, username in (("Budi Santoso", "budis"), ("Marta", ""), ("Lena Fischer", "lena")):
        person = telegram.do(lambda api, name=name, username=username: _person(api, name, username))
        telegram.do(lambda api, person=person: person.send_text("/help"))
    await _until(lambda: sum(one.kind is BotEventKind.REFUSAL for one in page._events) == 3)
    page.chats.refresh()
    await _until(lambda: len(page.chats.model.rows) == 4)
    page.chats.table.selectRow(0)
    await taker.take("bot-chats")
    page.parts.choose("events")
    await taker.take("bot-events")
    page.parts.choose("connection")
    await taker.take("bot-connection")


def _person(api: object, name: str, username: str) -> object:
    return api.person(name, **({"username": username} if username else {}))  # type: ignore[attr-defined]


async def _until(reached: Callable[[], bool]) -> None:
    while not reached():  # noqa: ASYNC110  It is about what is drawn, of which nothing tells.
        await asyncio.sleep(_LOOK_S)
