"""Every sentence that a person can see is there in every language, and the window shows it."""

import re
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path
from string import Formatter

import pytest
from babel.messages.catalog import Message as Entry
from babel.messages.mofile import write_mo
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QComboBox, QFileDialog, QTableView, QWidget
from pytestqt.qtbot import QtBot

from core.config import Settings
from core.domain import (
    Check,
    CheckResult,
    JobState,
    ModelState,
    ModelStatus,
    NotulaError,
    QueueStatistics,
    Snapshot,
    TranslatableText,
)
from core.domain.errors import StoreError
from core.domain.metrics import SeriesWindow
from core.i18n import INTERFACE_LANGUAGES, Translator
from gui.pages.queue.job_table import SECOND_LINE_ROLE
from gui.runtime.qt_texts import QtTexts
from resources.translations.refresh import TRANSLATED_LANGUAGES, catalogue, mo_file, sentences
from tests.fakes.core import FakeCoreThread, FakeNotula
from tests.gui.conftest import DesktopDriver
from tests.gui.dashboard_samples import ALARMING, charts, readings, snapshot
from tests.gui.page_names import DASHBOARD, HELP, HISTORY, QUEUE, SETTINGS
from tests.gui.samples import view

pytestmark = pytest.mark.parametrize("language", TRANSLATED_LANGUAGES)

SAME = {
    "Bengali",
    "Folder",
    "Folder: {name}",
    "Hindi",
    "Bot",
    "Log",
    "Token",
    "Webhook",
    "Model",
    "Model: {choice}",
    "Model {model}",
    "Notula {version}",
    "OK",
    "Port {port}",
    "Python",
    "Tagalog",
    "Thai",
    "Urdu",
    "{gigabytes} GB",
    "{megabytes} MB",
    "Terminal",
    "Web",
}
"""What is written alike in Indonesian."""


def translated(language: str) -> dict[str, Entry]:
    return {key(entry): entry for entry in catalogue(language) if entry.id}


def key(entry: Entry) -> str:
    return entry.id if isinstance(entry.id, str) else entry.id[0]


def forms(entry: Entry) -> tuple[str, ...]:
    return (entry.string,) if isinstance(entry.string, str) else tuple(entry.string)


def placeholders(template: str) -> set[str]:
    """Ours in braces, and Qt's %1."""
    return {name for _, name, _, _ in Formatter().parse(template) if name is not None} | set(
        re.findall("%[0-9n]", template)
    )


def test_no_sentence_of_the_sources_is_missing_or_left_over(language: str) -> None:
    wanted = {key(entry) for entry in sentences() if entry.id}
    assert len(wanted) > 250
    assert wanted == set(translated(language)), "run: python -m resources.translations.refresh"


def test_no_translation_is_empty_or_unsure(language: str) -> None:
    for sentence, entry in translated(language).items():
        assert all(form.strip() for form in forms(entry)), sentence
        assert not entry.fuzzy, sentence


def test_placeholders_are_those_of_the_sentence(language: str) -> None:
    for sentence, entry in translated(language).items():
        wanted = placeholders(sentence)
        assert all(placeholders(form) == wanted for form in forms(entry)), sentence


def test_a_translation_ends_as_the_sentence_does(language: str) -> None:
    """A label stays a label, a sentence a sentence, and what goes on goes on."""
    end = re.compile(r"(?: …|[.?:!])?$")
    for sentence, entry in translated(language).items():
        for form in forms(entry):
            assert end.search(form).group() == end.search(sentence).group(), sentence


def test_only_names_are_alike(language: str) -> None:
    alike = {sentence for sentence, entry in translated(language).items() if sentence in forms(entry)}
    assert alike == SAME


def test_people_are_addressed_formally(language: str) -> None:
    for sentence, entry in translated(language).items():
        for form in forms(entry):
            assert not re.search(r"\b(kamu|kau|anda)\b", form), sentence


def test_what_is_read_is_what_was_written(language: str) -> None:
    compiled = BytesIO()
    write_mo(compiled, catalogue(language))
    assert mo_file(language).read_bytes() == compiled.getvalue(), "run: python -m resources.translations.refresh"


def test_every_setting_and_every_error_is_translated(language: str) -> None:
    """They are not written as calls of `tr` where they are shown."""
    known = translated(language)
    for name, field in Settings.model_fields.items():
        assert field.title in known, name
        assert field.description in known, name
    waiting = [NotulaError]
    while waiting:
        error = waiting.pop()
        waiting += error.__subclasses__()
        assert error.sentence in known, error


def test_counts_have_the_form_that_fits(language: str) -> None:
    tr = Translator(language)
    for count in (0, 1, 2, 21):
        assert tr.plural("{count} transcript", "{count} transcripts", count) == f"{count} transkrip"


def test_no_sentence_is_empty(language: str, capsys: pytest.CaptureFixture[str]) -> None:
    """An empty one would be answered with the catalogue's header."""
    sentences()
    assert capsys.readouterr().err == ""


# --- on the screen


@pytest.fixture
def english(language: str) -> set[str]:
    """Sentences that must not be seen in this language."""
    every = {form for entry in catalogue(language) if entry.id for form in _originals(entry)}
    return every - SAME - set(INTERFACE_LANGUAGES.values())


def _originals(entry: Entry) -> tuple[str, ...]:
    return (entry.id,) if isinstance(entry.id, str) else tuple(entry.id)


def said_by(widget: QWidget) -> Iterator[str]:
    """Everything that a widget shows or tells a screen reader."""
    yield from (widget.toolTip(), widget.accessibleName(), widget.accessibleDescription(), widget.windowTitle())
    for name in ("text", "placeholderText", "toPlainText"):
        said = getattr(widget, name, None)
        if callable(said):  # A widget of ours may have another one of that name, which speaks for itself.
            yield said()
    for action in widget.actions():
        yield from (action.text(), action.toolTip())
    if isinstance(widget, QComboBox):
        yield from (widget.itemText(number) for number in range(widget.count()))
    if isinstance(widget, QTableView):
        model = widget.model()
        for column in range(model.columnCount()):
            yield model.headerData(column, Qt.Orientation.Horizontal)
            for row in range(model.rowCount()):
                roles = (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleTextRole)
                yield from (str(model.index(row, column).data(role)) for role in (*roles, SECOND_LINE_ROLE))


def pieces(text: str) -> Iterator[str]:
    """A text, and what it is put together from."""
    bare = text.strip()
    yield bare
    yield re.sub(r" \(.*\)$", "", bare)
    for separator in ("  ·  ", ": ", "\n"):
        yield from bare.split(separator)


def test_the_window_shows_no_english(
    language: str,
    english: set[str],
    core: FakeCoreThread,
    notula: FakeNotula,
    make_driver: Callable[..., DesktopDriver],
) -> None:
    notula.model_list = [
        ModelStatus("tiny.en", True, 75_000_000, ModelState.BUNDLED),
        ModelStatus("base", False, 145_000_000, ModelState.MISSING),
        ModelStatus("small", False, 480_000_000, ModelState.DOWNLOADED),
    ]
    notula.checks = (
        Check(TranslatableText("Display"), CheckResult.OK, TranslatableText("There is one for the window.")),
    )
    notula.dashboard = {span: charts(span) for span in SeriesWindow}
    notula.readings = readings(**{indicator.value: value for indicator, value in ALARMING.items()})
    driver = make_driver(language=language)
    core.published.emit(snapshot(**{indicator.value: value for indicator, value in ALARMING.items()}))
    for page in (HELP, SETTINGS, HISTORY, DASHBOARD, QUEUE):
        driver.window.show_page(page)
    driver.help_page.check()
    states = list(JobState)
    jobs = tuple(view(number, state) for number, state in enumerate(states))
    core.published.emit(Snapshot(jobs, QueueStatistics(running=1, queued=2, failed=1, cache_hits=1, workers=2)))
    driver.make_all()
    driver.wait(lambda: not driver.desktop.operations._tasks)
    for job in jobs:
        driver.queue.select(job.id)
        check_texts(driver, english)
    driver.desktop.messages.error(StoreError().message)
    check_texts(driver, english)


def check_texts(driver: DesktopDriver, english: set[str]) -> None:
    widgets = [driver.window, *driver.window.findChildren(QWidget), driver.desktop.tray.menu]
    seen = [text for widget in widgets for text in said_by(widget) if text]
    assert len(seen) > 100
    assert not [text for text in seen if english & set(pieces(text))]


def test_a_language_keeps_its_own_name_for_itself(
    language: str, core: FakeCoreThread, make_driver: Callable[..., DesktopDriver]
) -> None:
    box = make_driver(language=language).settings_page._editors["interface_language"].box
    assert [box.itemText(number) for number in range(box.count())][1:] == ["English", "Bahasa Indonesia"]


def test_qts_own_dialogs_speak_the_language_too(
    language: str, qapp: QApplication, qtbot: QtBot, english: set[str], tmp_path: Path
) -> None:
    texts = QtTexts(Translator(language))
    qapp.installTranslator(texts)
    dialog = QFileDialog()
    try:
        dialog.setOption(QFileDialog.Option.DontUseNativeDialog)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFiles)
        dialog.setDirectory(str(tmp_path))
        qtbot.addWidget(dialog)
        dialog.open()
        widgets = [dialog, *dialog.findChildren(QWidget)]
        seen = [text for widget in widgets for text in said_by(widget) if text]
        assert {"Batalkan", "&Buka"} <= set(seen)
        assert not [text for text in seen if english & set(pieces(text))]
        # What is not in our catalogue keeps Qt's English; it must not vanish.
        assert texts.translate("Q", "A word of a later Qt") is None
        assert qapp.translate("Q", "A word of a later Qt") == "A word of a later Qt"
    finally:
        dialog.close()
        qapp.removeTranslator(texts)
