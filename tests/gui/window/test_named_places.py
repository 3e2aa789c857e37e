"""Every sentence that sends a person somewhere has a button that goes there, and what it names is called so."""

import re
from collections.abc import Callable
from dataclasses import replace
from itertools import chain

import pytest
from babel.messages.pofile import read_po
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QListWidget

from core.config import Settings
from core.config.declarations import page_of_help
from core.domain import JobId, JobState, NotulaError, Snapshot, TranscriptId, TranslatableText
from core.domain.errors import SettingsError
from core.domain.errors.pages import page_of
from core.domain.errors.voices import VoicesModelMissing
from core.domain.indicators import Indicator, IndicatorLevel, IndicatorReading
from core.domain.notice_pages import PAGE_OF_NOTICE, SPEAKERS_IN_PARTS, SPEAKERS_NEED_MODEL
from core.domain.window_page import WindowPage
from core.i18n import Translator
from gui.pages.settings.ready_model import tell_of_model
from gui.widgets.indicator_texts import advice
from tests.conftest import REPOSITORY
from tests.fakes.core import FakeCoreThread, FakeNotula
from tests.gui.conftest import DesktopDriver
from tests.gui.samples import stored, view
from tests.gui.window.test_page_links import all_kinds

CATALOGUE = REPOSITORY / "resources" / "translations" / "id" / "LC_MESSAGES" / "notula.po"

SENDS = re.compile(
    r"\bin the settings\b|\bSettings:|\b[Uu]nder (Settings|Models on this computer|Models|Connection)\b"
    r"|\bon the page \w+|\bon a page of their own|\bpress (?:Edit|Retry)\b"
)
"""How our sentences send people to a place in the window."""

NAMED = re.compile(
    r"\b[Uu]nder (Settings|Models on this computer|Models|Connection)\b|\bon the page (\w+)|\bpress (Edit|Retry)\b"
    r"|then (Find it …)|“([^{}]+?)”"
)
"""What they call it."""

ON_THEIR_BUTTON = {
    "At most {lines} lines of {columns} characters, {shortest} to {longest} s on the screen, {speed} characters a "
    "second, {gap} s between two. Change them in the settings."
}
"""Tooltips of a button that goes there."""


def sentences() -> list[str]:
    with CATALOGUE.open("rb") as file:
        ids = [message.id for message in read_po(file) if message.id]
    return list(chain.from_iterable([one] if isinstance(one, str) else one for one in ids))


def advised() -> set[str]:
    return {
        advice(Translator("en"), IndicatorReading(one, 1.0, level))
        for one in Indicator
        for level in (IndicatorLevel.WARNING, IndicatorLevel.ALARM)
    }


def shown_elsewhere() -> set[str]:
    """Those that the tests below, or those of their pages, press the button of."""
    return {
        *advised(),
        *ON_THEIR_BUTTON,
        "There are no profiles. The window saves them under Settings, General.",  # In a terminal, which has no buttons.
        "The model {model} is ready. Choose it in the settings to use it.",
        "Notula can tell speakers apart on this computer now. Switch it on in the settings.",
        "Transcribes here: nothing leaves this computer. Its model is chosen under Models.",
        "The token from @BotFather, the link that makes you the owner, the people and groups that are allowed or "
        "blocked, what happens, and the api_id for files of more than 20 MB are on a page of their own.",
    }


def test_every_sentence_that_sends_people_somewhere_has_a_place() -> None:
    helps = {field.description for name, field in Settings.model_fields.items() if page_of_help(name)}
    sending = [one for one in sentences() if SENDS.search(one)]
    assert len(sending) > 40
    known = shown_elsewhere() | helps
    assert not [one for one in sending if page_of(TranslatableText(one)) is None and one not in known]


def test_the_sentence_within_a_sentence_leads_there_too() -> None:
    inner = VoicesModelMissing().message
    assert page_of(TranslatableText("Speakers weren't told apart. {reason}", {"reason": inner})) is WindowPage.MODELS
    assert page_of(SettingsError().message) is None


def arrived(driver: DesktopDriver, place: WindowPage) -> bool:
    """Whether the window is where the place is, with the setting that it names ready for the next key."""
    page, _, part = place.partition(".")
    if driver.window.open_page != page:
        return False
    settings = driver.settings_page
    if part in settings._rows:
        row, focused = settings._rows[part], QApplication.focusWidget()
        return row.isVisible() and focused is not None and row.isAncestorOf(focused)
    if page == "settings" and part:
        return settings.section == part
    return page != "bot" or not part or driver.window.pages.by_name["bot"].parts.current == part


def go_away(driver: DesktopDriver) -> None:
    driver.wait(lambda: not driver.desktop.operations._tasks)
    driver.window.show_page("help")


def test_the_message_bar_goes_to_each_place(faked: DesktopDriver) -> None:
    pages = {kind.sentence: kind.page for kind in all_kinds(NotulaError) if kind.page} | dict(PAGE_OF_NOTICE)
    templates = {place: template for template, place in pages.items()}
    assert len(templates) > 6
    button = faked.message_bar._action
    for place, template in templates.items():
        faked.desktop.messages.error(TranslatableText(template, dict.fromkeys(re.findall(r"{(\w+)}", template), "x")))
        assert button.isVisible()
        faked.qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
        faked.wait(lambda place=place: arrived(faked, place))
        go_away(faked)


def test_the_help_of_a_setting_goes_to_what_it_names(faked: DesktopDriver) -> None:
    with_page = {name: page for name in Settings.model_fields if (page := page_of_help(name))}
    assert {"speakers", "bot_owner", "bot_audience"} <= with_page.keys()
    for name, place in with_page.items():
        faked.window.show_page(f"settings.{name}")
        link = faked.settings_page._rows[name].link
        if place in (WindowPage.BOT, WindowPage.BOT_CHATS):  # One button above them goes there for all.
            assert link is None
            link, place = faked.settings_page._bot.open, WindowPage.BOT
        assert link.isVisible()
        link.setFocus()
        faked.qtbot.keyClick(link, Qt.Key.Key_Return)
        faked.wait(lambda place=place: arrived(faked, place))
        go_away(faked)


@pytest.mark.parametrize("template", [SPEAKERS_NEED_MODEL, SPEAKERS_IN_PARTS])
def test_a_note_above_a_text_goes_there(
    faked: DesktopDriver, core: FakeCoreThread, notula: FakeNotula, template: str
) -> None:
    plain = stored("text")
    notice = TranslatableText(template, {"parts": 2} if "{parts}" in template else {})
    transcript = replace(plain.transcript, notices=(notice,))
    notula.stored[TranscriptId(1)] = replace(plain, transcript=transcript)
    core.published.emit(Snapshot((view(1, JobState.DONE, transcript_id=TranscriptId(1)), view(2, JobState.QUEUED))))
    faked.queue.select(JobId("job-1"))
    faked.wait(lambda: faked.queue.reader.transcript_id == 1)
    (link,) = faked.queue.reader._notes.links
    assert link.text() == "Open Settings"
    faked.qtbot.mouseClick(link, Qt.MouseButton.LeftButton)
    assert arrived(faked, WindowPage.MODELS)
    go_away(faked)
    faked.window.show_queue()
    faked.queue.select(JobId("job-2"))
    assert not faked.queue.reader._notes.links


@pytest.mark.parametrize(("model", "place"), [("base", WindowPage.MODEL), ("", WindowPage.SPEAKERS)])
def test_a_model_that_is_ready_goes_to_the_setting_that_uses_it(
    faked: DesktopDriver, model: str, place: WindowPage
) -> None:
    tell_of_model(faked.desktop.messages, Translator("en"), model)
    faked.qtbot.mouseClick(faked.message_bar._action, Qt.MouseButton.LeftButton)
    faked.wait(lambda: arrived(faked, place))
    faked.wait(lambda: not faked.desktop.operations._tasks)


def texts(driver: DesktopDriver) -> set[str]:
    """What stands on the window's buttons, labels, lists and menus, shown now or later."""
    driver.make_all()
    window = driver.window
    found = {one.text() for kind in (QAbstractButton, QLabel) for one in window.findChildren(kind)}
    found |= {one.item(row).text() for one in window.findChildren(QListWidget) for row in range(one.count())}
    found |= {one.action.text() for one in window.actions_.bound}
    return {text.replace("&", "").strip() for text in found}


@pytest.mark.parametrize("language", ["en", "id"])
def test_what_a_sentence_names_is_called_so(
    make_driver: Callable[..., DesktopDriver], core: FakeCoreThread, language: str
) -> None:
    driver = make_driver(language=language)
    tr = Translator(language)
    shown = texts(driver) | {tr(field.title) for field in Settings.model_fields.values() if field.title}
    named = {(one, next(filter(None, match.groups()))) for one in sentences() for match in NAMED.finditer(one)}
    assert len(named) > 40
    wrong = []
    for sentence, name in sorted(named):
        own = tr(name)
        if own not in shown or own not in tr(sentence):
            wrong.append(f"{own}: {tr(sentence)}")
    assert not wrong
    driver.wait(lambda: not driver.desktop.operations._tasks)
