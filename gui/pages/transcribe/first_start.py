"""The first start: three steps in the page, each of which can be skipped."""

import math
from pathlib import Path

from PySide6.QtCore import QLocale, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import (
    QComboBox,
    QFrame,
    QHBoxLayout,
    QProgressBar,
    QPushButton,
    QRadioButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from core.config import Settings
from core.domain.languages import COMMON_LANGUAGES, language_codes
from core.domain.model import MeasuredSpeed
from core.domain.options import RECOGNIZED
from core.i18n import INTERFACE_LANGUAGES
from gui.page_context import PageContext
from gui.scale import Gap
from gui.theme import RESOURCES
from gui.widgets.language_names import language_name
from gui.widgets.model_fetch import ModelFetch
from gui.widgets.model_list import ModelList
from gui.widgets.recording_chooser import RecordingChooser
from gui.widgets.text import label, megabytes, named, paragraph

SAMPLE: Path = RESOURCES / "samples" / "two_cities.wav"
_ENGLISH = "en"


class FirstStart(QFrame):
    """A card with one step at a time."""

    done = Signal()
    """All steps were gone through, or skipped."""

    def __init__(
        self, models: ModelList, chooser: RecordingChooser, context: PageContext, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setObjectName("card")
        tr = context.tr
        self._steps = QStackedWidget()
        self.window_language = _WindowLanguage(context)
        self.spoken = _SpokenLanguage(models, context)
        self.first_recording = _FirstRecording(chooser, context)
        for step in (self.window_language, self.spoken, self.first_recording):
            self._steps.addWidget(step)
        self._tr = tr
        self._count = label(name="muted")
        self.skip = QPushButton(tr("Skip the introduction"))
        self.back = QPushButton(tr("Back"))
        self.next = named(QPushButton(tr("Next")), "primary")
        self.skip.clicked.connect(self.done)
        self.back.clicked.connect(lambda: self._go(-1))
        self.next.clicked.connect(lambda: self._go(1))
        row = QHBoxLayout()
        row.addWidget(self._count)
        row.addStretch(1)
        for button in (self.skip, self.back, self.next):
            row.addWidget(button)
        column = QVBoxLayout(self)
        column.setContentsMargins(Gap.WIDE, Gap.LARGE, Gap.WIDE, Gap.LARGE)
        column.setSpacing(Gap.LARGE)
        column.addWidget(self._steps)
        column.addLayout(row)
        self._go(0)

    @property
    def step(self) -> int:
        """The number of the step that is shown, from 0."""
        return self._steps.currentIndex()

    def show_step(self, number: int) -> None:
        """Go to a step; numbers that don't exist are those of the first or last."""
        self._steps.setCurrentIndex(min(max(number, 0), self._steps.count() - 1))
        self._go(0)

    def _go(self, steps: int) -> None:
        self._steps.setCurrentIndex(self.step + steps)
        last = self._steps.count() - 1
        is_last = self.step == last
        if is_last and self.next.hasFocus():
            self.first_recording.sample.setFocus()  # Else it would leave the card when *Next* goes.
        self.skip.setText(self._tr("Close") if is_last else self._tr("Skip the introduction"))
        self._count.setText(self._tr("Step {number} of {count}", number=self.step + 1, count=last + 1))
        self.back.setVisible(self.step > 0)
        self.next.setVisible(not is_last)


class _Step(QWidget):
    """A question with what answers it below."""

    def __init__(self, question: str, explained: str) -> None:
        super().__init__()
        self.setObjectName("plain")
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(0, 0, 0, 0)
        self.column.setSpacing(Gap.MEDIUM)
        self.column.addWidget(label(question, "subtitle"))
        self.column.addWidget(paragraph(explained, "muted"))


class _WindowLanguage(_Step):
    """In which language Notula speaks."""

    def __init__(self, context: PageContext) -> None:
        tr = context.tr
        explained = Settings.model_fields["interface_language"].description or ""
        super().__init__(tr("Which language should this window have?"), tr(explained))
        self._context = context
        self.buttons: dict[str, QRadioButton] = {}
        row = QHBoxLayout()
        row.setSpacing(Gap.LARGE)
        for code, name in INTERFACE_LANGUAGES.items():
            button = QRadioButton(name)
            button.setChecked(code == tr.language)
            button.clicked.connect(lambda _, chosen=code: self._choose(chosen))
            self.buttons[code] = button
            row.addWidget(button)
        row.addStretch(1)
        self.column.addLayout(row)
        self.column.addStretch(1)

    def _choose(self, code: str) -> None:
        context = self._context
        context.operations.start(
            context.core.call(lambda notula: notula.settings_service.change(interface_language=code))
        )


class _SpokenLanguage(_Step):
    """What is spoken in the recordings, and whether a model here knows it."""

    def __init__(self, models: ModelList, context: PageContext) -> None:
        tr = context.tr
        super().__init__(
            tr("Which language do you record?"),
            tr("Naming it saves a wrong guess on short recordings. It can be changed for each recording."),
        )
        self._context = context
        self._tr = tr
        self._models = models
        self._fetch = ModelFetch(context, self)
        self.language = QComboBox()
        self.language.setAccessibleName(tr("Spoken language"))
        self.language.addItem(tr("Several, or it varies"), RECOGNIZED)
        for code in (*COMMON_LANGUAGES, *(one for one in language_codes() if one not in COMMON_LANGUAGES)):
            self.language.addItem(language_name(tr, code), code)
        self.language.activated.connect(self._choose)
        self.state = label(name="muted")
        self.get = QPushButton(tr("Cancel"))
        self.get.clicked.connect(self._get)
        self._bar = QProgressBar()
        self._bar.setTextVisible(False)
        self._bar.setAccessibleName(tr("Download of the model"))
        self._fetch.progressed.connect(self._bar.setValue)
        self._fetch.ended.connect(self._fetched)
        row = QHBoxLayout()
        row.setSpacing(Gap.MEDIUM)
        row.addWidget(self.language)
        row.addWidget(self.state)
        row.addWidget(self.get)
        row.addStretch(1)
        self.speed = paragraph("", "muted")
        self._measured: str | None = None
        """Of which model the speed is known, or being measured: that for English, or for what is `RECOGNIZED`."""
        self.column.addLayout(row)
        self.column.addWidget(self._bar)
        self.column.addWidget(self.speed)
        self.column.addStretch(1)
        models.changed.connect(self.show_state)
        self.show_state()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.show_state()

    def show_state(self) -> None:
        """Say whether the language is known by a model here, or which one is to be fetched."""
        tr, known = self._tr, self._models.known
        language = self._context.settings.current.language
        self.language.setCurrentIndex(max(0, self.language.findData(language)))
        here = [model for model in known.of_speech if model.state.is_here]
        is_ready = any(not model.english_only or language == _ENGLISH for model in here)
        model = known.for_many_languages()
        is_fetching = self._fetch.is_running
        self._bar.setVisible(is_fetching)
        self.get.setVisible(is_fetching or (not is_ready and model is not None))
        self.state.setText(tr("Its model is here") if is_ready and known.models else "")
        self.state.setObjectName("good" if is_ready else "muted")
        if is_fetching:
            self.get.setText(tr("Cancel"))
        elif model is not None:
            size = megabytes(QLocale(tr.language), model.size_bytes)
            self.get.setText(tr("Get the model {model} ({size})", model=model.name, size=size).replace("&", "&&"))
        if not is_ready:
            self._measured = None
            self._tell_speed("")
        elif self.isVisible():
            self._measure(language)

    def _measure(self, language: str) -> None:
        """Find out how long an hour of speech takes here, once for the model for English and once for the other."""
        wanted = _ENGLISH if language == _ENGLISH else RECOGNIZED
        if self._measured == wanted:
            return
        self._measured = wanted
        self._tell_speed(self._tr("Measuring how fast this computer is …"))
        context = self._context
        context.operations.start(
            context.core.call(lambda notula: notula.speed.measure(SAMPLE, is_english=wanted == _ENGLISH)),
            done=self._show_speed,
            failed=lambda _: self._tell_speed(""),  # Transcribing the sample, the next step, tells what is wrong.
            kind="speed",
        )

    def _show_speed(self, measured: MeasuredSpeed) -> None:
        minutes = max(1, math.ceil(60 / measured.seconds_per_second))
        self._tell_speed(
            self._tr.plural(
                "An hour of speech takes this computer about {count} minute, with the model {model}.",
                "An hour of speech takes this computer about {count} minutes, with the model {model}.",
                minutes,
                model=measured.model,
            )
        )

    def _tell_speed(self, told: str) -> None:
        self.speed.setText(told)
        self.speed.setVisible(bool(told))

    def _choose(self) -> None:
        context, code = self._context, str(self.language.currentData())
        change = context.core.call(lambda notula: notula.settings_service.change(language=code))
        context.operations.start(change, done=lambda _: self.show_state())

    def _get(self) -> None:
        model = self._models.known.for_many_languages()
        if self._fetch.is_running:
            self._fetch.cancel()
        elif model is not None:
            self._fetch.start(model.name)
            self.show_state()

    def _fetched(self, model: str) -> None:
        if model:
            self._models.refresh()
        self.show_state()


class _FirstRecording(_Step):
    """A sample, or a recording of one's own."""

    def __init__(self, chooser: RecordingChooser, context: PageContext) -> None:
        tr = context.tr
        super().__init__(
            tr("Try it"), tr("With the sample you see in a few seconds what comes out: 40 seconds of Charles Dickens.")
        )
        self.sample = named(QPushButton(tr("Transcribe the sample")), "primary")
        self.own = QPushButton(tr("Choose a recording of your own …"))
        self.sample.clicked.connect(lambda: context.navigation.add_recordings([SAMPLE]))
        self.own.clicked.connect(chooser.ask_for_files)
        row = QHBoxLayout()
        row.setSpacing(Gap.SMALL)
        row.addWidget(self.sample)
        row.addWidget(self.own)
        row.addStretch(1)
        self.column.addLayout(row)
        self.column.addStretch(1)
