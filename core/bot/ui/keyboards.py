"""Buttons under the bot's messages, and parsing of their data.

The data can be forged, so handlers look up the delivery that it names, and check the person.
"""

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup

from core.domain.bot import DeliveryId
from core.domain.languages import NATIVE_NAMES
from core.domain.visible import visible
from core.export import chat_formats
from core.i18n import Translator

_LONGEST_BYTES = 64
"""https://core.telegram.org/bots/api#inlinekeyboardbutton"""

_MOST_SPEAKERS = 90
"""Telegram takes 100 buttons a message."""

_DATA = re.compile(r"([a-z]+):([0-9a-f]{16})(?::([A-Za-z0-9_.-]{1,40}))?")


class Action(StrEnum):
    """What a button asks for."""

    FILE = "file"
    LANGUAGES = "langs"
    TRANSLATE = "to"
    SUMMARIZE = "sum"
    PROVIDERS = "provs"
    AGAIN = "again"
    CANCEL = "stop"
    DELETE = "del"
    DELETE_NOW = "delnow"
    BACK = "back"
    CLOSE = "close"
    SPEAKERS = "spks"
    NAME = "name"
    QUESTION = "asked"
    """Under the question what a speaker is called; closes it."""


@dataclass(frozen=True, slots=True)
class ButtonData:
    """The data of a button; `argument` is a format, a language, or the `button_id` of a provider or a speaker."""

    action: Action
    delivery_id: DeliveryId
    argument: str = ""

    @property
    def data(self) -> str:
        """The data as text."""
        text = ":".join(part for part in (self.action.value, self.delivery_id, self.argument) if part)
        assert len(text.encode()) <= _LONGEST_BYTES, text
        return text


def parse_button_data(data: str | None) -> ButtonData | None:
    """Parse the data of a button, None for data of another format."""
    found = _DATA.fullmatch(data or "")
    if found is None or found[1] not in {action.value for action in Action}:
        return None
    return ButtonData(Action(found[1]), DeliveryId(found[2]), found[3] or "")


def button_id(name: str) -> str:
    """A provider's or a speaker's name, which may be too long for a button, as eight characters."""
    return hashlib.sha256(name.encode()).hexdigest()[:8]


class Keyboards:
    """The keyboards of one language."""

    def __init__(self, tr: Translator) -> None:
        self._tr = tr

    def running(self, delivery_id: DeliveryId) -> InlineKeyboardMarkup:
        """While a delivery is in progress."""
        return keyboard([self._button(self._tr("Cancel"), Action.CANCEL, delivery_id)])

    def transcript(self, delivery_id: DeliveryId, *, has_speakers: bool) -> InlineKeyboardMarkup:
        """Under a transcript."""
        tr = self._tr
        speakers = [self._button(tr("Name the speakers"), Action.SPEAKERS, delivery_id)] if has_speakers else []
        return keyboard(
            self._files(delivery_id),
            [
                self._button(tr("Translate"), Action.LANGUAGES, delivery_id),
                self._button(tr("Summarise"), Action.SUMMARIZE, delivery_id),
            ],
            speakers,
            [
                self._button(tr("Again by another"), Action.PROVIDERS, delivery_id),
                self._button(tr("Delete"), Action.DELETE, delivery_id),
            ],
        )

    def translation(self, delivery_id: DeliveryId) -> InlineKeyboardMarkup:
        """Under a translation."""
        return keyboard(self._files(delivery_id))

    def failed(self, delivery_id: DeliveryId) -> InlineKeyboardMarkup:
        """Under the error of a failed delivery."""
        return keyboard([self._button(self._tr("Try again"), Action.AGAIN, delivery_id)])

    def languages(self, delivery_id: DeliveryId, *, is_dialog: bool = False) -> InlineKeyboardMarkup:
        """Languages to translate into. A dialog is a message of its own, which can be closed."""
        buttons = [self._button(title, Action.TRANSLATE, delivery_id, code) for code, title in NATIVE_NAMES.items()]
        return keyboard(*rows(buttons, 3), [self._back_or_close(delivery_id, is_dialog)])

    def providers(self, delivery_id: DeliveryId, titles: Mapping[str, str]) -> InlineKeyboardMarkup:
        """Providers to choose from; `titles` are by name."""
        buttons = [self._button(title, Action.AGAIN, delivery_id, button_id(name)) for name, title in titles.items()]
        return keyboard(*rows(buttons, 2), [self._back(delivery_id)])

    def speakers(self, delivery_id: DeliveryId, names: Sequence[str]) -> InlineKeyboardMarkup:
        """Speakers to give a name to."""
        buttons = [self._button(name, Action.NAME, delivery_id, button_id(name)) for name in names]
        return keyboard(*rows(buttons[:_MOST_SPEAKERS], 2), [self._back(delivery_id)])

    def speaker_question(self, delivery_id: DeliveryId, name: str) -> InlineKeyboardMarkup:
        """Under the question what a speaker is called; by its data the answer is matched with the speaker."""
        return keyboard([self._button(self._tr("Close"), Action.QUESTION, delivery_id, button_id(name))])

    def confirm_deletion(self, delivery_id: DeliveryId, *, is_dialog: bool = False) -> InlineKeyboardMarkup:
        """The confirmation of a deletion, which can't be undone."""
        delete = self._button(self._tr("Delete for good"), Action.DELETE_NOW, delivery_id)
        return keyboard([delete, self._back_or_close(delivery_id, is_dialog)])

    def _files(self, delivery_id: DeliveryId) -> list[InlineKeyboardButton]:
        return [self._button(name.upper(), Action.FILE, delivery_id, name) for name in chat_formats()]

    def _back_or_close(self, delivery_id: DeliveryId, is_dialog: bool) -> InlineKeyboardButton:
        if is_dialog:
            return self._button(self._tr("Close"), Action.CLOSE, delivery_id)
        return self._back(delivery_id)

    def _back(self, delivery_id: DeliveryId) -> InlineKeyboardButton:
        return self._button(self._tr("Back"), Action.BACK, delivery_id)

    def _button(self, text: str, action: Action, delivery_id: DeliveryId, argument: str = "") -> InlineKeyboardButton:
        return InlineKeyboardButton(text=visible(text), callback_data=ButtonData(action, delivery_id, argument).data)


def button_of(text: str, data: str) -> InlineKeyboardButton:
    """A button that belongs to no delivery, with any data."""
    assert len(data.encode()) <= _LONGEST_BYTES, data
    return InlineKeyboardButton(text=visible(text), callback_data=data)


def keyboard(*rows_of_buttons: Sequence[InlineKeyboardButton]) -> InlineKeyboardMarkup:
    """A keyboard of these rows; empty ones are left out."""
    return InlineKeyboardMarkup(inline_keyboard=[list(row) for row in rows_of_buttons if row])


def rows(buttons: Sequence[InlineKeyboardButton], width: int) -> list[Sequence[InlineKeyboardButton]]:
    """Buttons in rows of `width`."""
    return [buttons[place : place + width] for place in range(0, len(buttons), width)]
