"""The options of the recordings that are added next: one line of controls, several where the window is narrow."""

from collections.abc import Sequence
from dataclasses import replace

from PySide6.QtCore import QSignalBlocker, Qt, QTime, Signal
from PySide6.QtGui import QAction, QWheelEvent
from PySide6.QtWidgets import QCheckBox, QComboBox, QHBoxLayout, QSpinBox, QWidget

from core.domain.languages import COMMON_LANGUAGES, language_codes
from core.domain.model import AUTOMATIC, automatic_title
from core.domain.options import RECOGNIZED
from core.domain.speakers import MOST_PEOPLE
from core.export import FORMATS
from core.i18n import Translator
from gui.changes import Changes
from gui.job_options import JobOptions
from gui.page_context import PageContext
from gui.pages.transcribe.place_field import PlaceField
from gui.pages.transcribe.preset_menu import PresetMenu
from gui.pages.transcribe.voices_hint import VoicesHint
from gui.scale import NUMBER_MARGIN, Gap
from gui.widgets.flow_layout import FlowLayout
from gui.widgets.invalid_field import mark_invalid
from gui.widgets.language_names import language_name
from gui.widgets.menu_button import MenuButton
from gui.widgets.model_list import ModelList
from gui.widgets.text import harmless, label, named

_AS_SET = ""
_WIDEST_CHOICE = 26
"""Letters of a list's entry that are shown in its field."""

_MIDNIGHT = QTime(0, 0)
"""Times of a part count from there. The end of a part that has none is there, and the field says "end"."""


class OptionsRow(QWidget):
    """Shows the chosen options and chooses others. What isn't touched follows the settings."""

    def __init__(self, models: ModelList, context: PageContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._tr = tr = context.tr
        self._chosen = context.job_options
        self._settings = context.settings
        self._models = models
        self.model = _Choice(tr("Model"))
        self.language = _Choice(tr("Spoken language"))
        self.speakers = _check(tr("Speakers"), tr("Tell speakers apart"))
        self.people = _People(tr)
        self.voices = VoicesHint(models, context)
        self.to_english = _check(tr("Into English"), tr("Translate into English"))
        self.beside = _check(tr("Save beside the recording"), tr("Save the text in the folder of the recording"))
        self.formats = _Formats(tr)
        self.part = _check(tr("Only a part"), tr("Transcribe only a part of the next recordings"))
        self.begin, self.end = PlaceField(tr("The part begins at")), PlaceField(tr("The part ends at"), tr("end"))
        self.problem = label(tr("It ends before it begins."), "problem")
        self.presets = PresetMenu(self._chosen, context.messages, tr)
        self._lay_out()
        self._connect()
        models.changed.connect(self.show_options)
        context.changes.happened.connect(self._follow)
        self.show_options()

    def show_options(self) -> None:
        """Show what is chosen, and what the settings say where nothing is."""
        options, settings = self._chosen.current, self._settings.current
        blocked = [QSignalBlocker(widget) for widget in self._fields()]
        self.model.offer(self._model_choices(options), _key(options.provider, options.model))
        self._explain_model()
        self.language.offer(self._language_choices(), options.language)
        self.speakers.setChecked(settings.speakers if options.speakers is None else options.speakers)
        self.people.setValue(settings.people if options.speakers is None else options.people)
        self.to_english.setChecked(settings.to_english if options.to_english is None else options.to_english)
        self.beside.setChecked(options.is_beside)
        self.formats.show_formats(options.formats)
        is_part = options.from_s is not None
        self.part.setChecked(is_part)
        self.begin.setTime(_time_of(options.from_s or 0))
        self.end.setTime(_time_of(options.until_s or 0))
        del blocked
        self._people_part.setVisible(self.speakers.isChecked())
        self.voices.follow(is_wanted=self.speakers.isChecked(), provider=options.provider)
        self.formats.setVisible(options.is_beside)
        self._times.setVisible(is_part)
        self.problem.setVisible(options.is_part_empty)
        for field in (self.begin, self.end):
            mark_invalid(field, self.problem.text() if options.is_part_empty else "")

    def _fields(self) -> Sequence[QWidget]:
        boxes = (self.speakers, self.to_english, self.beside, self.part)
        return (self.model, self.language, self.people, self.begin, self.end, *boxes)

    def _model_choices(self, options: JobOptions) -> dict[str, str]:
        known, device = self._models.known, self._models.known.device
        choices = {_AS_SET: self._model_as_set()}
        for offer in known.offers:
            if offer.name == device:
                here = [model.name for model in known.of_speech if model.state.is_here]
                choices |= {_key(device, name): harmless(name) for name in here}
            else:
                names = [model.name for model in offer.models]
                choices |= {_key(offer.name, name): harmless(f"{offer.title}: {name}") for name in names}
        chosen = _key(options.provider, options.model)
        if known.offers and chosen not in choices:
            choices[chosen] = self._tr("{model} (not here any more)", model=options.model)
        elif chosen not in choices:
            choices[chosen] = harmless(options.model)
        return choices

    def _model_as_set(self) -> str:
        known, set_model = self._models.known, self._settings.current.model
        if known.offers and known.offers[0].name != known.device:
            return harmless(known.offers[0].title)
        return self._tr("Automatic") if set_model == AUTOMATIC else harmless(set_model)

    def _explain_model(self) -> None:
        """The field is too narrow for which models "auto" uses now."""
        is_automatic = self.model.chosen == _AS_SET and self.model.currentText() == self._tr("Automatic")
        explained = self._tr.message(automatic_title(self._models.known.models)) if is_automatic else ""
        self.model.setToolTip(explained or self.model.currentText())

    def _language_choices(self) -> dict[str, str]:
        tr, is_set = self._tr, self._settings.current.language
        recognised = tr("Recognise it")
        choices = {_AS_SET: recognised if is_set == RECOGNIZED else language_name(tr, is_set)}
        if is_set != RECOGNIZED:
            choices[RECOGNIZED] = recognised
        names = {code: language_name(tr, code) for code in (*COMMON_LANGUAGES, *language_codes()) if code != is_set}
        return choices | names

    def _connect(self) -> None:
        self._chosen.changed.connect(self.show_options)
        self.model.activated.connect(self._choose_model)
        self.language.activated.connect(lambda: self._choose(language=self.language.chosen))
        for box in (self.speakers, self.people):
            signal = box.toggled if isinstance(box, QCheckBox) else box.valueChanged
            signal.connect(lambda _: self._choose(speakers=self.speakers.isChecked(), people=self.people.value()))
        self.to_english.toggled.connect(lambda on: self._choose(to_english=on))
        self.beside.toggled.connect(lambda on: self._choose(is_beside=on))
        self.formats.chosen.connect(lambda formats: self._choose(formats=formats))
        self.part.toggled.connect(lambda on: self._choose(from_s=0 if on else None, until_s=None))
        for time in (self.begin, self.end):
            time.timeChanged.connect(self._choose_part)

    def _choose(self, **values: object) -> None:
        self._chosen.choose(replace(self._chosen.current, **values))  # type: ignore[arg-type]

    def _choose_model(self) -> None:
        provider, _, model = self.model.chosen.partition("\n")
        self._choose(provider=provider, model=model)

    def _choose_part(self) -> None:
        until_s = _seconds(self.end.time())
        self._choose(from_s=_seconds(self.begin.time()), until_s=until_s or None)

    def _follow(self, changes: Changes, initiator: object) -> None:
        if changes.settings:
            self.show_options()

    def _lay_out(self) -> None:
        tr = self._tr
        self._people_part = _together(label(tr("how many"), "muted"), self.people)
        self._times = _together(self.begin, label(tr("to"), "muted"), self.end, self.problem)
        flow = FlowLayout(self, gap=16, line_gap=8)
        for part in (
            _together(label(tr("Model"), "muted"), self.model),
            _together(label(tr("Language"), "muted"), self.language),
            _together(self.speakers, self._people_part, self.voices),
            self.to_english,
            _together(self.beside, self.formats),
            _together(self.part, self._times),
            self.presets,
        ):
            flow.addWidget(part)


class _Choice(QComboBox):
    """One of several; the wheel scrolls the page and changes nothing."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.setAccessibleName(name)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)

    @property
    def chosen(self) -> str:
        return str(self.currentData())

    def offer(self, choices: dict[str, str], chosen: str) -> None:
        """Offer these, by value, and show the chosen one."""
        if [(self.itemData(row), self.itemText(row)) for row in range(self.count())] != list(choices.items()):
            self.clear()
            for value, text in choices.items():
                self.addItem(text, value)
        self.setCurrentIndex(list(choices).index(chosen) if chosen in choices else 0)
        self.setMinimumContentsLength(min(len(self.currentText()), _WIDEST_CHOICE))
        self.setToolTip(self.currentText())
        widest = max((self.fontMetrics().horizontalAdvance(text) for text in choices.values()), default=0)
        self.view().setMinimumWidth(widest + 40)

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()


class _People(QSpinBox):
    """How many people speak."""

    def __init__(self, tr: Translator) -> None:
        super().__init__()
        self.setRange(0, MOST_PEOPLE)
        self.setSpecialValueText(tr("as heard"))
        self.lineEdit().setTextMargins(NUMBER_MARGIN, 0, 0, 0)
        self.setAccessibleName(tr("How many people speak"))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()


class _Formats(MenuButton):
    """A menu of formats, of which one at least is chosen."""

    chosen = Signal(object)
    """The names of the formats that a person has chosen."""

    def __init__(self, tr: Translator) -> None:
        super().__init__()
        self._title = tr("Formats")
        # Made here: PySide may declare what Qt has made as deleted while it lives (see `FlowLayout.addWidget`).
        self.actions_ = {name: QAction(name.upper(), self) for name in FORMATS}
        self.menu().addActions(list(self.actions_.values()))
        for action in self.actions_.values():
            action.setCheckable(True)
            action.triggered.connect(lambda _, one=action: self._changed(one))

    def show_formats(self, formats: Sequence[str]) -> None:
        """Show these as chosen."""
        for name, action in self.actions_.items():
            action.setChecked(name in formats)
        text = ", ".join(name.upper() for name in formats)
        self.setText(text)
        self.setAccessibleName(f"{self._title}: {text}")

    def _changed(self, action: QAction) -> None:
        formats = tuple(name for name, action in self.actions_.items() if action.isChecked())
        if formats:
            self.chosen.emit(formats)
        else:
            action.setChecked(True)


def _check(text: str, explained: str) -> QCheckBox:
    box = QCheckBox(text)
    box.setAccessibleName(explained)
    box.setToolTip(explained)
    return box


def _time_of(seconds: int) -> QTime:
    return _MIDNIGHT.addSecs(seconds)


def _seconds(time: QTime) -> int:
    return _MIDNIGHT.secsTo(time)


def _key(provider: str, model: str) -> str:
    return f"{provider}\n{model}" if model else _AS_SET


def _together(*widgets: QWidget) -> QWidget:
    """These side by side, never in two lines."""
    whole = named(QWidget(), "plain")
    row = QHBoxLayout(whole)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(Gap.SMALL)
    for widget in widgets:
        row.addWidget(widget)
    return whole
