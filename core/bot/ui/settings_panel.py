"""The panel of /settings: the preferences of a chat as text and buttons, and the change that a button makes."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup

from core.bot.ui.keyboards import button_id, button_of, keyboard, rows
from core.bot.ui.language_names import title_of
from core.domain.bot import ChatPreferences
from core.domain.languages import NATIVE_NAMES, language_codes
from core.domain.options import RECOGNIZED
from core.export import chat_formats
from core.i18n import INTERFACE_LANGUAGES, Translator

DEFAULT_CHOICE = "-"
"""The value that stands for the owner's setting."""

_DATA = re.compile(r"set:([a-z]+)(?::([A-Za-z0-9_.-]{1,40}))?")


class Page(StrEnum):
    """The pages of the panel, one a preference; HOME links to all."""

    HOME = "home"
    LANGUAGE = "language"
    PROVIDER = "provider"
    MODEL = "model"
    WITH_FILE = "with"
    WITHOUT_FILE = "without"
    TRANSLATION = "translation"
    INTERFACE = "interface"
    AUTOMATIC = "automatic"


@dataclass(frozen=True, slots=True)
class PanelButton:
    """The data of a button; without a `value` it opens the page."""

    page: Page
    value: str = ""

    @property
    def data(self) -> str:
        """The data as text."""
        return f"set:{self.page.value}:{self.value}" if self.value else f"set:{self.page.value}"


def parse_panel_button(data: str | None) -> PanelButton | None:
    """Parse the data of a button, None for data of another format."""
    found = _DATA.fullmatch(data or "")
    if found is None or found[1] not in {page.value for page in Page}:
        return None
    return PanelButton(Page(found[1]), found[2] or "")


@dataclass(frozen=True, slots=True)
class SettingsPanel:
    """The preferences of one chat. `providers` are titles of those in use by name; `models` are by provider.

    `sees_all` tells whether Telegram sends the bot every message of the chat; `closed_chat` is the chat's id if not
    everybody there may use the bot.
    """

    tr: Translator
    preferences: ChatPreferences
    providers: Mapping[str, str]
    models: Mapping[str, Sequence[str]]
    is_private: bool
    sees_all: bool = True
    closed_chat: int | None = None

    def text(self) -> str:
        """The preferences, a line each, with hints."""
        tr, chosen = self.tr, self.preferences
        lines = [
            tr("What is chosen for this chat:"),
            "",
            tr("Spoken language: {choice}", choice=self._language_title()),
            tr("Provider: {choice}", choice=self.providers.get(chosen.provider, chosen.provider) or self._usual),
            tr("Model: {choice}", choice=chosen.model or self._usual),
            tr("Files with every text: {choice}", choice=", ".join(chosen.formats).upper() or tr("none")),
            tr(
                "Translation: {choice}", choice=title_of(chosen.translate_to, tr) if chosen.translate_to else tr("none")
            ),
            tr("My own words: {choice}", choice=self._interface_title()),
        ]
        if not self.is_private:
            lines.append(tr("Every recording, unasked: {choice}", choice=tr("yes") if chosen.automatic else tr("no")))
        if chosen.automatic and not self.sees_all:
            blind = tr("Telegram doesn't show me every message here.")
            lines += ["", blind, tr("Make me an admin, or have my owner turn off my group privacy at @BotFather.")]
        if self.closed_chat is not None:
            closed = tr("Only people whom my owner has let in are answered here.")
            lines += [
                "",
                closed,
                tr("With /allow {number} my owner lets in all of this chat.", number=self.closed_chat),
            ]
        return "\n".join(lines)

    def keyboard(self, page: Page = Page.HOME) -> InlineKeyboardMarkup:
        """The buttons of a page."""
        match page:
            case Page.LANGUAGE:
                own = {DEFAULT_CHOICE: self._usual, RECOGNIZED: self.tr("Recognised")}
                return self._choices(page, own | NATIVE_NAMES, self.preferences.language or DEFAULT_CHOICE, width=3)
            case Page.PROVIDER:
                titles = {button_id(name): title for name, title in self.providers.items()}
                own_mark = button_id(self.preferences.provider) if self.preferences.provider else DEFAULT_CHOICE
                return self._choices(page, {DEFAULT_CHOICE: self._usual, **titles}, own_mark, width=2)
            case Page.MODEL:
                names = {button_id(name): name for name in self.models.get(self.provider, ())}
                own_mark = button_id(self.preferences.model) if self.preferences.model else DEFAULT_CHOICE
                return self._choices(page, {DEFAULT_CHOICE: self._usual, **names}, own_mark, width=1)
            case Page.TRANSLATION:
                own = {DEFAULT_CHOICE: self.tr("none")}
                return self._choices(page, own | NATIVE_NAMES, self.preferences.translate_to or DEFAULT_CHOICE, width=3)
            case Page.INTERFACE:
                own = {DEFAULT_CHOICE: self.tr("As Telegram")}
                return self._choices(
                    page, own | INTERFACE_LANGUAGES, self.preferences.interface_language or DEFAULT_CHOICE, width=2
                )
            case Page.WITH_FILE | Page.WITHOUT_FILE:
                return self._formats()
            case Page.HOME | Page.AUTOMATIC:
                return self._home()

    @property
    def provider(self) -> str:
        """The provider that is tried first: the chosen one, else the owner's; empty where there is none."""
        return self.preferences.provider or next(iter(self.providers), "")

    def after(self, choice: PanelButton) -> ChatPreferences | None:
        """The preferences after this button, which is idempotent; None for a value that can't be chosen."""
        chosen, value = self.preferences, choice.value
        is_usual = value == DEFAULT_CHOICE
        match choice.page:
            case Page.LANGUAGE if is_usual or value == RECOGNIZED or value in language_codes():
                return replace(chosen, language="" if is_usual else value)
            case Page.PROVIDER:
                name = self.named(value, self.providers)
                return replace(chosen, provider=name, model="") if name is not None else None
            case Page.MODEL:
                name = self.named(value, self.models.get(self.provider, ()))
                return replace(chosen, model=name, provider=self.provider) if name is not None else None
            case Page.WITH_FILE if value in chat_formats():
                return replace(
                    chosen, formats=tuple(one for one in chat_formats() if one == value or one in chosen.formats)
                )
            case Page.WITHOUT_FILE if value in chat_formats():
                return replace(chosen, formats=tuple(one for one in chosen.formats if one != value))
            case Page.TRANSLATION if is_usual or value in NATIVE_NAMES:
                return replace(chosen, translate_to="" if is_usual else value)
            case Page.INTERFACE if is_usual or value in INTERFACE_LANGUAGES:
                return replace(chosen, interface_language="" if is_usual else value)
            case Page.AUTOMATIC if value in ("on", "off") and not self.is_private:
                return replace(chosen, automatic=value == "on")
            case _:
                return None

    @staticmethod
    def named(mark: str, names: Mapping[str, str] | Sequence[str]) -> str | None:
        """The name that a `button_id` stands for, empty for the owner's setting, None for an unknown one."""
        return "" if mark == DEFAULT_CHOICE else next((name for name in names if button_id(name) == mark), None)

    @property
    def _usual(self) -> str:
        return self.tr("as the owner has it")

    def _language_title(self) -> str:
        language = self.preferences.language
        if language == RECOGNIZED:
            return self.tr("Recognised")
        return title_of(language, self.tr) if language else self._usual

    def _interface_title(self) -> str:
        return INTERFACE_LANGUAGES.get(self.preferences.interface_language) or self.tr("As Telegram")

    def _home(self) -> InlineKeyboardMarkup:
        tr = self.tr
        titles = {
            Page.LANGUAGE: tr("Spoken language"),
            Page.PROVIDER: tr("Provider"),
            Page.MODEL: tr("Model"),
            Page.WITH_FILE: tr("Files"),
            Page.TRANSLATION: tr("Translation"),
            Page.INTERFACE: tr("My own words"),
        }
        buttons = [button_of(title, PanelButton(page).data) for page, title in titles.items()]
        if not self.is_private:
            is_on = self.preferences.automatic
            title = tr("Only when asked") if is_on else tr("Every recording, unasked")
            buttons.append(button_of(title, PanelButton(Page.AUTOMATIC, "off" if is_on else "on").data))
        return keyboard(*rows(buttons, 2))

    def _formats(self) -> InlineKeyboardMarkup:
        buttons = [
            button_of(f"✓ {name.upper()}", PanelButton(Page.WITHOUT_FILE, name).data)
            if name in self.preferences.formats
            else button_of(name.upper(), PanelButton(Page.WITH_FILE, name).data)
            for name in chat_formats()
        ]
        return keyboard(buttons, [self._back()])

    def _choices(self, page: Page, titles: Mapping[str, str], own: str, *, width: int) -> InlineKeyboardMarkup:
        buttons = [
            button_of(f"✓ {title}" if value == own else title, PanelButton(page, value).data)
            for value, title in titles.items()
        ]
        return keyboard(*rows(buttons, width), [self._back()])

    def _back(self) -> InlineKeyboardButton:
        return button_of(self.tr("Back"), PanelButton(Page.HOME).data)
