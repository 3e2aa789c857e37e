"""Choices in a chat: every button can be pressed, does what it says, and does it once."""

import pytest

from core.bot.ui.keyboards import button_id
from core.bot.ui.settings_panel import Page, PanelButton, SettingsPanel, parse_panel_button
from core.domain.bot import ChatPreferences
from core.i18n import Translator

PROVIDERS = {"groq": "Groq", "a-server-with-a-very-long-name-that-fits-no-button-0123456789": "Home"}
MODELS = {"groq": ("whisper-large-v3", "whisper-large-v3-turbo"), "on-device": ("tiny.en",)}


def panel(
    preferences: ChatPreferences = ChatPreferences(),  # noqa: B008
    *,
    is_private: bool = False,
    language: str = "en",
) -> SettingsPanel:
    return SettingsPanel(Translator(language), preferences, PROVIDERS, MODELS, is_private)


def data_of(shown: SettingsPanel, page: Page) -> list[str]:
    return [button.callback_data or "" for row in shown.keyboard(page).inline_keyboard for button in row]


@pytest.mark.parametrize("page", list(Page))
@pytest.mark.parametrize("language", ["en", "id"])
def test_every_button_leads_somewhere(page: Page, language: str) -> None:
    shown = panel(language=language)
    for data in data_of(shown, page):
        assert len(data.encode()) <= 64
        choice = parse_panel_button(data)
        assert choice is not None
        if choice.value:
            after = shown.after(choice)
            assert after is not None
            assert SettingsPanel(shown.tr, after, PROVIDERS, MODELS, is_private=False).after(choice) == after
            assert SettingsPanel(shown.tr, after, PROVIDERS, MODELS, is_private=False).text()


@pytest.mark.parametrize(
    ("choice", "expected"),
    [
        (PanelButton(Page.LANGUAGE, "id"), ChatPreferences(language="id")),
        (PanelButton(Page.LANGUAGE, "auto"), ChatPreferences(language="auto")),
        (PanelButton(Page.PROVIDER, button_id("groq")), ChatPreferences(provider="groq")),
        (
            PanelButton(Page.MODEL, button_id("whisper-large-v3")),
            ChatPreferences(provider="groq", model="whisper-large-v3"),
        ),
        (PanelButton(Page.WITH_FILE, "srt"), ChatPreferences(formats=("srt",))),
        (PanelButton(Page.TRANSLATION, "ja"), ChatPreferences(translate_to="ja")),
        (PanelButton(Page.INTERFACE, "id"), ChatPreferences(interface_language="id")),
        (PanelButton(Page.AUTOMATIC, "on"), ChatPreferences(automatic=True)),
    ],
)
def test_a_press_changes_what_it_says_and_nothing_else(choice: PanelButton, expected: ChatPreferences) -> None:
    assert panel().after(choice) == expected


@pytest.mark.parametrize(
    "choice",
    [
        PanelButton(Page.LANGUAGE, "xx"),
        PanelButton(Page.PROVIDER, button_id("deepgram")),
        PanelButton(Page.MODEL, button_id("tiny.en")),
        PanelButton(Page.WITH_FILE, "exe"),
        PanelButton(Page.TRANSLATION, "auto"),
        PanelButton(Page.INTERFACE, "fr"),
        PanelButton(Page.AUTOMATIC, "maybe"),
        PanelButton(Page.HOME, "x"),
    ],
)
def test_what_is_not_on_offer_can_not_be_chosen(choice: PanelButton) -> None:
    assert panel().after(choice) is None


def test_everything_can_be_taken_back() -> None:
    chosen = ChatPreferences("groq", "whisper-large-v3", "id", ("txt", "srt"), True, "en", "id")
    shown = panel(chosen)
    for page in (Page.LANGUAGE, Page.PROVIDER, Page.TRANSLATION, Page.INTERFACE):
        after = shown.after(PanelButton(page, "-"))
        assert after is not None
        shown = panel(after)
    for choice in (
        PanelButton(Page.WITHOUT_FILE, "txt"),
        PanelButton(Page.WITHOUT_FILE, "srt"),
        PanelButton(Page.AUTOMATIC, "off"),
    ):
        after = shown.after(choice)
        assert after is not None
        shown = panel(after)
    assert shown.preferences == ChatPreferences()


def test_another_provider_has_its_own_models() -> None:
    after = panel(ChatPreferences("groq", "whisper-large-v3")).after(
        PanelButton(Page.PROVIDER, button_id(list(PROVIDERS)[1]))
    )
    assert after == ChatPreferences(provider=list(PROVIDERS)[1])
    assert data_of(panel(after), Page.MODEL) == ["set:model:-", "set:home"]


def test_in_private_nothing_is_automatic() -> None:
    shown = panel(is_private=True)
    assert shown.after(PanelButton(Page.AUTOMATIC, "on")) is None
    assert not any("automatic" in data for data in data_of(shown, Page.HOME))


@pytest.mark.parametrize(
    "data", ["set:", "set:nothing", "set:home:" + "x" * 41, "set:language:../..", "SET:home", None]
)
def test_what_no_button_sends_is_nothing(data: str | None) -> None:
    assert parse_panel_button(data) is None
