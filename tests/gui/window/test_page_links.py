"""Every sentence that tells a person to go somewhere names the right page and comes with a button that goes there."""

import re

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton, QWidget

import core.config.settings_file
import core.providers.on_device.models.library  # noqa: F401  These have errors of their own.
from core.config import Settings
from core.config.sections import section_of
from core.domain import JobId, JobState, NotulaError, Snapshot, TranslatableText, errors
from core.domain.errors.pages import page_of
from core.domain.window_page import WindowPage
from core.i18n import Translator
from tests.fakes.core import FakeCoreThread
from tests.gui.conftest import DesktopDriver
from tests.gui.page_names import BOT, HELP, MODELS, PROVIDERS, QUEUE
from tests.gui.samples import view


def all_kinds(kind: type[NotulaError] = NotulaError) -> list[type[NotulaError]]:
    return [kind, *(one for child in kind.__subclasses__() for one in all_kinds(child))]


@pytest.mark.parametrize("kind", all_kinds(), ids=lambda kind: kind.__name__)
def test_a_sentence_names_the_page_that_its_button_opens(kind: type[NotulaError]) -> None:
    named = set(re.findall(r"in Notula under (\w+)", kind.sentence))
    assert named <= {"Settings"} if kind.page else not named
    is_of_bot = kind.page in (WindowPage.BOT, WindowPage.BOT_CHATS, WindowPage.BOT_CONNECTION)
    assert not (named - {"Connection"} and is_of_bot)
    assert "on the page Bot" not in kind.sentence or is_of_bot
    assert not re.search(r"\bin (Settings|Providers)\b|page of the bot", kind.sentence), kind.sentence
    assert page_of(TranslatableText(kind.sentence)) == kind.page


@pytest.mark.parametrize(
    "word", ["key", "server's address", "chat model", "largest upload", "another provider", "model called"]
)
def test_what_is_on_the_page_of_the_providers_is_looked_for_there(word: str) -> None:
    told = [kind for kind in all_kinds(errors.ProviderError) if word in kind.sentence and kind.page]
    assert told
    wrong = [kind.__name__ for kind in told if kind.page is not WindowPage.PROVIDERS]
    assert not set(wrong) - {"ModelUnknown", "ModelNameTaken"}  # of this computer's, which are in the settings


def test_every_place_is_a_page_or_a_section_of_that_name(faked: DesktopDriver) -> None:
    for place in WindowPage:
        page, _, section = place.partition(".")
        faked.window.show_page(HELP)
        faked.desktop.messages.link_to(place).open()
        assert faked.window.open_page == page
        shown = section_of(section).value if section in Settings.model_fields and section != "providers" else section
        assert page != "settings" or not section or faked.settings_page.section == shown
        title = {"bot": "Bot", "queue": "Queue", "settings": "Settings"}[page]
        assert faked.window.sidebar.button(page).text().strip() == title
        assert faked.desktop.messages.link_to(place).text == f"Open {title}"
    faked.wait(lambda: not faked.desktop.operations._tasks)


@pytest.mark.parametrize(
    ("error", "page"),
    [
        (errors.NoLlm(), PROVIDERS),
        (errors.NoProvider(), PROVIDERS),
        (errors.ModelMissing(model="base"), MODELS),
        (errors.BotTokenMissing(), BOT),
    ],
)
def test_a_message_goes_to_where_it_sends_people(faked: DesktopDriver, error: NotulaError, page: str) -> None:
    faked.desktop.messages.error(error.message)
    bar = faked.window.findChild(QWidget, "messagebar")
    assert bar._action.isVisible()
    faked.qtbot.mouseClick(bar._action, Qt.MouseButton.LeftButton)
    section = f".{faked.settings_page.section}" if faked.window.open_page == "settings" else ""
    assert f"{faked.window.open_page}{section}" == page
    assert not bar.isVisible()
    faked.wait(lambda: not faked.desktop.operations._tasks)


def test_a_failed_job_goes_there_too(faked: DesktopDriver, core: FakeCoreThread) -> None:
    failed = view(1, JobState.FAILED, error=errors.KeyRefused(provider="Groq", ending="3f2a").message)
    core.published.emit(Snapshot((failed, view(2, JobState.FAILED, error=TranslatableText("2.wav is empty.")))))
    faked.queue.select(JobId("job-1"))
    remedy = faked.queue.reader._remedy
    assert remedy.isVisible()
    assert remedy.text() == "Open Settings"
    faked.queue.select(JobId("job-2"))
    assert not remedy.isVisible()
    faked.queue.select(JobId("job-1"))
    faked.qtbot.mouseClick(remedy, Qt.MouseButton.LeftButton)
    assert faked.settings_page.section == "providers"


def test_this_computers_provider_leads_to_its_model(faked: DesktopDriver) -> None:
    page = faked.providers_box
    faked.window.show_page(PROVIDERS)
    faked.wait(lambda: page._list.count())
    page._list.setCurrentRow([item.data(Qt.ItemDataRole.UserRole) for item in page._items()].index("on-device"))
    button = page._details._on_device.findChild(QPushButton)
    faked.qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert faked.settings_page.section == "models"
    faked.window.show_page(QUEUE)
    faked.wait(lambda: not faked.desktop.operations._tasks)


def test_the_owner_of_a_bot_and_the_command_line_read_where_to_go_as_well() -> None:
    told = Translator("en").message(errors.KeyRequired(provider="groq").message)
    assert told == "groq wants a key. Add one in Notula under Settings, or with 'notula keys set groq'."
    assert "Pengaturan" in Translator("id").message(errors.NoProvider().message)
    assert Settings.model_fields["unsafe_keyring"]  # what the sentence on unsafe keyrings speaks of
