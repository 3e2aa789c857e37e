"""An editor for each kind of setting, made from its declaration in `core.config.Settings`."""

from typing import Any

from pydantic.fields import FieldInfo
from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QFileDialog,
    QGridLayout,
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QWidget,
)

from core.config.declarations import bounds_of, extra_of
from core.domain.languages import COMMON_LANGUAGES, language_codes
from core.i18n import INTERFACE_LANGUAGES, Translator
from gui.pages.settings.number_box import NumberBox
from gui.pages.settings.number_units import unit_of
from gui.scale import FIELD_WIDTH
from gui.widgets.language_names import language_name

_COLUMNS = 3
"""Boxes to tick that stand side by side in a narrow window, too."""


class Editor(QWidget):
    """Shows the value of one setting, and emits the value that a person chooses instead."""

    chosen = Signal(str, object)
    """The setting's name and its new value."""

    typed = Signal(str, object)
    """The setting's name and what the field holds at the moment, while a person types."""

    keeps_what_was_typed = False
    """Whether a value that isn't allowed stays in the field, to be corrected; else the value in use is shown again."""

    def __init__(self, name: str, title: str, tr: Translator, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("plain")
        self.name = name
        self.title = title
        self.tr_ = tr
        self.row = QHBoxLayout(self)
        self.row.setContentsMargins(0, 0, 0, 0)

    def show_value(self, value: Any) -> None:
        """Show this value without emitting `chosen`."""
        raise NotImplementedError

    @property
    def typed_text(self) -> str:
        """What stands in the field, where a person can type."""
        line = self.findChild(QLineEdit)
        return line.text() if line is not None and self.keeps_what_was_typed else ""

    def type_again(self, text: str) -> None:
        """Put a text into the field that was typed into another, as if it were typed here."""
        line = self.findChild(QLineEdit)
        if line is not None:
            line.setText(text)
            line.textEdited.emit(text)


class CheckEditor(Editor):
    """Yes or no."""

    def __init__(self, name: str, title: str, tr: Translator) -> None:
        super().__init__(name, title, tr)
        self._box = QCheckBox()
        self._box.setAccessibleName(title)
        self._box.toggled.connect(self._toggled)
        self.row.addWidget(self._box)
        self.row.addStretch(1)

    def show_value(self, value: Any) -> None:
        self._box.blockSignals(True)
        self._box.setChecked(value)
        self._box.blockSignals(False)

    def _toggled(self, is_checked: bool) -> None:
        self.chosen.emit(self.name, is_checked)


class ChoiceEditor(Editor):
    """One of several; `labels` by value."""

    def __init__(self, name: str, title: str, tr: Translator, labels: dict[str, str]) -> None:
        super().__init__(name, title, tr)
        self.box = QComboBox()
        self.box.setAccessibleName(title)
        self.box.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.box.wheelEvent = ignore_wheel  # type: ignore[method-assign]
        self.box.setMinimumWidth(FIELD_WIDTH)
        # Labels change after the first show: what the automatic model is at the moment comes with the first snapshot.
        self.box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self.set_labels(labels)
        self.box.activated.connect(self._activated)
        self.row.addWidget(self.box)
        self.row.addStretch(1)

    def set_labels(self, labels: dict[str, str]) -> None:
        """Offer these values; the one that is shown stays."""
        shown = self.box.currentData()
        self.box.clear()
        for value, text in labels.items():
            self.box.addItem(text, value)
        if shown is not None:
            self.show_value(shown)

    def show_value(self, value: Any) -> None:
        if self.box.findData(str(value)) < 0:
            self.box.addItem(str(value), str(value))
        self.box.setCurrentIndex(self.box.findData(str(value)))

    def _activated(self, index: int) -> None:
        self.chosen.emit(self.name, self.box.itemData(index))


class NumberEditor(Editor):
    """A number. A typed one may be out of bounds, for which an error is shown."""

    keeps_what_was_typed = True

    def __init__(
        self, name: str, title: str, tr: Translator, field: FieldInfo, unit: tuple[str, str] = ("", "")
    ) -> None:
        """`unit` are the texts before and after the number, in the field."""
        super().__init__(name, title, tr)
        bounds = bounds_of(field)
        low = bounds.low if bounds.above is None else bounds.above
        whole = field.annotation is int
        self._box = NumberBox(low, bounds.high, whole=whole, above_low=bounds.above is not None)
        if zero := extra_of(field).get("zero"):
            self._box.setSpecialValueText(tr(zero))
        self._box.setAccessibleName(title)
        self._box.setMinimumWidth(FIELD_WIDTH)
        self._box.setPrefix(unit[0])
        self._box.setSuffix(unit[1])
        self._box.editingFinished.connect(self._finished)
        self._box.valueChanged.connect(self._typed)
        self._shown: float | None = None
        self.row.addWidget(self._box)
        self.row.addStretch(1)

    def show_value(self, value: Any) -> None:
        self._shown = value
        self._box.blockSignals(True)
        self._box.show_number(value)
        self._box.blockSignals(False)

    @property
    def typed_text(self) -> str:
        return self._box.cleanText()  # Units are not the same in another language.

    def type_again(self, text: str) -> None:
        self._box.lineEdit().setText(text)

    def _typed(self, value: float) -> None:
        self.typed.emit(self.name, round(value) if self._box.is_whole else value)

    def _finished(self) -> None:
        value = self._box.number()
        if value != self._shown:
            self._shown = value
            self.chosen.emit(self.name, value)


class FolderEditor(Editor):
    """A folder's path, typed or chosen."""

    keeps_what_was_typed = True

    def __init__(self, name: str, title: str, tr: Translator) -> None:
        super().__init__(name, title, tr)
        self._line = QLineEdit()
        self._line.setAccessibleName(title)
        self._line.setClearButtonEnabled(True)
        self._line.editingFinished.connect(self._finished)
        browse = QPushButton(tr("Choose …"))
        browse.setAccessibleName(tr("Choose a folder"))
        browse.clicked.connect(self._browse)
        self._shown = ""
        self.row.addWidget(self._line, 1)
        self.row.addWidget(browse)

    def show_value(self, value: Any) -> None:
        self._shown = value
        self._line.setText(value)

    def _finished(self) -> None:
        self._choose(self._line.text().strip())

    def _choose(self, folder: str) -> None:
        self._line.setText(folder)
        if folder != self._shown:
            self._shown = folder
            self.chosen.emit(self.name, folder)

    def _browse(self) -> None:
        dialog = QFileDialog(self, self.tr_("Choose a folder"), self._line.text())
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(self._choose)
        dialog.open()


class LineEditor(Editor):
    """A word or a long number, or with `several` any number of words or terms with commas between them."""

    keeps_what_was_typed = True

    def __init__(self, name: str, title: str, tr: Translator, *, several: bool) -> None:
        super().__init__(name, title, tr)
        self._several = several
        self._line = QLineEdit()
        self._line.setAccessibleName(title)
        self._line.editingFinished.connect(self._finished)
        self._line.textEdited.connect(lambda text: self.typed.emit(self.name, self._value_of(text.strip())))
        self._shown = ""
        self.row.addWidget(self._line, 1)

    def show_value(self, value: Any) -> None:
        self._shown = ", ".join(value) if self._several else str(value)
        self._line.setText(self._shown)

    def _finished(self) -> None:
        text = self._line.text().strip()
        if text != self._shown:
            self._shown = text
            self.chosen.emit(self.name, self._value_of(text))

    def _value_of(self, text: str) -> object:
        return tuple(part.strip() for part in text.split(",") if part.strip()) if self._several else text


class SeveralEditor(Editor):
    """Any of several."""

    def __init__(self, name: str, title: str, tr: Translator, labels: dict[str, str]) -> None:
        super().__init__(name, title, tr)
        self._boxes: dict[str, QCheckBox] = {}
        grid = QGridLayout()
        for number, (value, text) in enumerate(labels.items()):
            box = QCheckBox(text)
            box.setAccessibleName(f"{title}: {text}")
            box.toggled.connect(self._toggled)
            self._boxes[value] = box
            grid.addWidget(box, number // _COLUMNS, number % _COLUMNS)
        self.row.addLayout(grid)
        self.row.addStretch(1)

    def show_value(self, value: Any) -> None:
        for name, box in self._boxes.items():
            box.blockSignals(True)
            box.setChecked(name in value)
            box.blockSignals(False)

    def _toggled(self) -> None:
        self.chosen.emit(self.name, tuple(name for name, box in self._boxes.items() if box.isChecked()))


def make_editor(name: str, field: FieldInfo, tr: Translator) -> Editor:
    """The editor that fits a setting's declaration."""
    title = tr(field.title or name)
    extra = extra_of(field)
    if labels := choice_labels(field, tr):
        several = field.annotation not in (str,) and field.default.__class__ is tuple
        return SeveralEditor(name, title, tr, labels) if several else ChoiceEditor(name, title, tr, labels)
    if name == "language":
        languages = {"auto": tr("Recognise it")} | {
            code: language_name(tr, code) for code in (*COMMON_LANGUAGES, *language_codes())
        }
        return ChoiceEditor(name, title, tr, languages)
    if field.annotation is bool:
        return CheckEditor(name, title, tr)
    if extra.get("kind") in ("words", "word"):
        return LineEditor(name, title, tr, several=extra["kind"] == "words")
    if field.annotation in (int, float):
        return NumberEditor(name, title, tr, field, unit_of(name, tr))
    if extra.get("kind") == "folder":
        return FolderEditor(name, title, tr)
    return ChoiceEditor(name, title, tr, {})


def choice_labels(field: FieldInfo, tr: Translator) -> dict[str, str]:
    """What the values of a setting that has a few are called, languages as they call themselves; empty for others."""
    choices = extra_of(field).get("choices")
    named: dict[str, str] = choices if isinstance(choices, dict) else {}
    return {value: text if text in INTERFACE_LANGUAGES.values() else tr(text) for value, text in named.items()}


def ignore_wheel(event: QWheelEvent) -> None:
    """Scrolling the page must not change the value that happens to pass under the pointer."""
    event.ignore()
