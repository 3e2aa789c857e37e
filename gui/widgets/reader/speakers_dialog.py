"""Asks what the speakers of a transcript are called."""

import re
from collections.abc import Callable, Mapping, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QDialog,
    QGridLayout,
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QScrollArea,
    QWidget,
)

from core.domain.speakers import LONGEST_NAME, Speaker
from core.domain.visible import one_line
from core.i18n import Translator
from gui.messages import PageLink
from gui.theme import speaker_colour
from gui.widgets.dialogs.answer_buttons import AnswerButtons
from gui.widgets.dialogs.dialog_column import dialog_column
from gui.widgets.invalid_field import mark_invalid
from gui.widgets.text import ElidedLabel, clock, harmless, label, named, paragraph

_UNNAMED = re.compile(r"Speaker [0-9.]+")
_MOST_ROWS = 8
"""More speakers than this are scrolled."""


_WIDTH = 720
"""At least: names and first words are side by side, and a small window is little wider."""


class SpeakersDialog(QDialog):
    """A line a speaker: the name, to be changed, how much they say, and what they say first."""

    chosen = Signal(dict)
    """The new names by present name, of those that were changed."""

    remember_wanted = Signal(str, str)
    """A speaker whose voice is to be remembered, and under which name."""

    suggestions_wanted = Signal()
    """The speakers are to be compared with the voices that are remembered."""

    voices_wanted = Signal()
    """The voices that are remembered are to be listed."""

    def __init__(self, speakers: Sequence[Speaker], tr: Translator, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._tr = tr
        self.names: dict[str, QLineEdit] = {}
        self.remember: dict[str, QPushButton] = {}
        self.suggested: dict[str, QPushButton] = {}
        self.suggest = self._button(tr("Suggest names"), self.suggestions_wanted.emit)
        self.suggest.setToolTip(tr("Compares the speakers with the voices that are remembered on this computer"))
        self.voices = self._button(tr("Remembered voices …"), self.voices_wanted.emit)
        self.outcome = paragraph(name="muted")
        self.link = self._button("", self._go)
        """Goes to the place that the outcome names."""
        self.link.hide()
        self._page: PageLink | None = None
        self.problem = paragraph(name="problem")
        self.setWindowTitle(tr("Speakers"))
        self._buttons = AnswerButtons(self, tr("Rename"), tr("Cancel"))
        column = dialog_column(self)
        self.setMinimumWidth(_WIDTH)
        everywhere = tr("A name counts for the whole transcript, its exports and translations.")
        merged = tr("Speakers with the same name become one.")
        column.addWidget(paragraph(f"{everywhere} {merged}", "muted"))
        column.addWidget(self._list_of(speakers), 1)
        column.addWidget(self.problem)
        column.addWidget(self.outcome)
        column.addWidget(self.link, 0, Qt.AlignmentFlag.AlignLeft)
        row = QHBoxLayout()
        row.addWidget(self.suggest)
        row.addWidget(self.voices)
        row.addWidget(self._buttons, 1)
        column.addLayout(row)
        self._check()

    def show_progress(self, sentence: str) -> None:
        """Say that voices are being heard; until `show_result` nothing else can be asked for of them."""
        self.outcome.setText(sentence)
        self.link.hide()
        self._enable_voices(enabled=False)

    def show_result(self, sentence: str, link: PageLink | None = None) -> None:
        """Say how that went, with a button where it sends people to a page."""
        self.outcome.setText(sentence)
        self._page = link
        self.link.setText(link.text if link is not None else "")
        self.link.setVisible(link is not None)
        self._enable_voices(enabled=True)

    def show_suggestions(self, names: Mapping[str, str]) -> None:
        """Offer a name beside each speaker who has one; a press takes it over into the line, to be accepted there."""
        told = [
            self._tr("{speaker} sounds like {name} (suggestion).", speaker=speaker, name=name)
            for speaker, name in names.items()
        ]
        self.show_result("\n".join(told) or self._tr("No speaker sounds like a remembered voice."))
        for speaker, button in self.suggested.items():
            name = names.get(speaker, "")
            button.setText(self._tr("Use {name}", name=harmless(name)))
            button.setVisible(bool(name))
            button.setProperty("suggestion", name)

    def choose(self, name: str) -> None:
        """Put the cursor into the line of this speaker, else of the first one, with the name selected."""
        line = self.names.get(name) or next(iter(self.names.values()), None)
        if line is not None:
            line.setFocus(Qt.FocusReason.OtherFocusReason)
            line.selectAll()

    def accept(self) -> None:
        changed = {name: line.text() for name, line in self.names.items() if one_line(line.text()) != name}
        if changed:
            self.chosen.emit(changed)
        super().accept()

    def _list_of(self, speakers: Sequence[Speaker]) -> QWidget:
        rows = QWidget()
        grid = QGridLayout(rows)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setColumnStretch(3, 1)
        for row, speaker in enumerate(speakers):
            self._add(grid, row, speaker)
        if len(speakers) <= _MOST_ROWS:
            return rows
        area = QScrollArea()
        area.setWidget(rows)
        area.setWidgetResizable(True)
        area.setMinimumHeight(_MOST_ROWS * rows.sizeHint().height() // len(speakers))
        return area

    def _add(self, grid: QGridLayout, row: int, speaker: Speaker) -> None:
        number = label(str(speaker.number))
        number.setStyleSheet(f"color: {speaker_colour(speaker.number, self.palette()).name()}; font-weight: 600")
        line = named(QLineEdit(speaker.name), "speakername")
        line.setMaxLength(LONGEST_NAME)
        line.setMinimumWidth(180)
        line.setAccessibleName(self._tr("Name of {speaker}", speaker=speaker.name))
        line.textChanged.connect(self._check)
        self.names[speaker.name] = line
        share = f"{round(100 * speaker.share)} %  ·  {clock(speaker.seconds)}"
        words = ElidedLabel("muted")
        words.set_whole_text(harmless(speaker.first_words))
        self.suggested[speaker.name] = self._button("", lambda: self._use_suggestion(speaker.name))
        self.suggested[speaker.name].hide()
        self.remember[speaker.name] = self._button(
            self._tr("Remember this voice …"), lambda: self._remember(speaker.name)
        )
        shown = (number, line, label(share, "muted"), words, self.suggested[speaker.name], self.remember[speaker.name])
        for place, widget in enumerate(shown):
            grid.addWidget(widget, row, place)

    def _button(self, text: str, pressed: Callable[[], None]) -> QPushButton:
        button = QPushButton(text)
        button.setAutoDefault(False)
        button.clicked.connect(lambda: pressed())
        return button

    def _go(self) -> None:
        """Close for the page that was named. Names that were typed are taken over, as that can be undone."""
        page = self._page
        if self._buttons.yes.isEnabled():
            self.accept()
        else:
            self.reject()
        if page is not None:
            page.open()

    def _use_suggestion(self, speaker: str) -> None:
        self.names[speaker].setText(self.suggested[speaker].property("suggestion"))
        self.suggested[speaker].hide()

    def _remember(self, speaker: str) -> None:
        name = one_line(self.names[speaker].text())
        if not name or _UNNAMED.fullmatch(name):
            self.show_result(self._tr("Give the speaker a name first."))
        else:
            self.remember_wanted.emit(speaker, name)

    def _enable_voices(self, *, enabled: bool) -> None:
        for button in (self.suggest, self.voices, *self.remember.values()):
            button.setEnabled(enabled)

    def _check(self) -> None:
        sentence = self._tr("Each speaker needs a name.")
        are_whole = True
        for line in self.names.values():
            has_name = bool(one_line(line.text()))
            are_whole = are_whole and has_name
            mark_invalid(line, "" if has_name else sentence)
        self.problem.setText("" if are_whole else sentence)
        self.problem.setVisible(not are_whole)
        self._buttons.yes.setEnabled(are_whole)
