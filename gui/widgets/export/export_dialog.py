"""Asks how many transcripts are to be exported at once: formats, place, names."""

from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QButtonGroup,
    QCheckBox,
    QComboBox,
    QDialog,
    QFileDialog,
    QGridLayout,
    QLineEdit,
    QRadioButton,
    QWidget,
)

from core.domain import StoredTranscript
from core.export import (
    FORMATS,
    PLACEHOLDERS,
    ExistingFile,
    ExportPlace,
    ExportPlan,
    pattern_problem,
    patterned_name,
)
from core.i18n import Translator
from gui.widgets.dialogs.answer_buttons import AnswerButtons
from gui.widgets.dialogs.dialog_column import dialog_column
from gui.widgets.invalid_field import mark_invalid
from gui.widgets.text import harmless, label, paragraph

FORMAT_COLUMNS = 2


class ExportDialog(QDialog):
    """Tells the plan once everything of it is chosen."""

    planned = Signal(object)
    """An `ExportPlan`."""

    def __init__(self, tr: Translator, count: int, plan: ExportPlan, folder: Path, parent: QWidget) -> None:
        """`plan` is what is chosen at first, `folder` where the questions for a folder or a file begin."""
        super().__init__(parent)
        self._tr = tr
        self._folder = folder
        self._example: StoredTranscript | None = None
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(tr.plural("Export {count} transcript", "Export {count} transcripts", count))
        self.formats = {each.name: QCheckBox(tr(each.label)) for each in FORMATS.values()}
        for name, box in self.formats.items():
            box.setChecked(name in plan.formats)
            box.toggled.connect(self._check)
        self._places = QButtonGroup(self)
        self.places = {
            ExportPlace.FOLDER: QRadioButton(tr("Into a folder")),
            ExportPlace.ARCHIVE: QRadioButton(tr("Into one ZIP file")),
            ExportPlace.BESIDE: QRadioButton(tr("Beside each recording")),
        }
        for place, button in self.places.items():
            self._places.addButton(button)
            button.setChecked(place is plan.place)
            button.toggled.connect(self._check)
        self.pattern = QLineEdit(plan.pattern)
        self.pattern.setAccessibleName(tr("Names of the files"))
        self.pattern.setToolTip(", ".join(f"{{{each}}}" for each in PLACEHOLDERS))
        self.pattern.textChanged.connect(self._check)
        self.no_format = paragraph(tr("Choose at least one format."), "problem")
        self.hint = paragraph(name="muted")
        self.problem = paragraph(name="problem")
        self.with_notes = QCheckBox(tr("With your notes, in the formats that can hold them"))
        self.with_notes.setAccessibleName(tr("With your notes, in the formats that can hold them"))
        self.existing = QComboBox()
        self.existing.setAccessibleName(tr("Where a file is there already"))
        for text, value in (
            (tr("Number the new file"), ExistingFile.NUMBER),
            (tr("Skip it"), ExistingFile.SKIP),
            (tr("Replace it"), ExistingFile.REPLACE),
        ):
            self.existing.addItem(text, value.value)
        self.existing.setCurrentIndex(self.existing.findData(plan.existing.value))
        self.buttons = AnswerButtons(self, tr("Export …"), tr("Cancel"))
        self.go = self.buttons.yes
        self._lay_out()
        self._check()

    def set_example(self, stored: StoredTranscript | None) -> None:
        """Show how the files are named by this transcript."""
        self._example = stored
        self._check()

    def plan(self, target: Path | None = None) -> ExportPlan:
        """What is chosen."""
        return ExportPlan(
            tuple(name for name, box in self.formats.items() if box.isChecked()),
            next(place for place, button in self.places.items() if button.isChecked()),
            target,
            self.pattern.text(),
            ExistingFile(self.existing.currentData()),
            with_notes=self.with_notes.isEnabled() and self.with_notes.isChecked(),
        )

    def _check(self) -> None:
        plan = self.plan()
        problem = pattern_problem(plan.pattern)
        sentence = "" if problem is None else self._tr.message(problem)
        self.problem.setText(sentence)
        self.no_format.setVisible(not plan.formats)
        for box in self.formats.values():
            box.setAccessibleDescription("" if plan.formats else self.no_format.text())
        mark_invalid(self.pattern, sentence)
        self.problem.setVisible(problem is not None)
        if problem is None and self._example is not None:
            name = patterned_name(plan.pattern, self._example, (*plan.formats, *FORMATS)[0])
            self.hint.setText(self._tr("For example {name}", name=harmless(name)))
        else:
            self.hint.setText(", ".join(f"{{{each}}}" for each in PLACEHOLDERS))
        self.with_notes.setEnabled(any(FORMATS[name].holds_notes for name in plan.formats))
        self.existing.setEnabled(plan.place is not ExportPlace.ARCHIVE)
        self.go.setEnabled(problem is None and bool(plan.formats))

    def accept(self) -> None:
        """Ask where the files are to go, if that isn't known, before the dialog is closed."""
        place = self.plan().place
        if place is ExportPlace.BESIDE:
            self._tell(None)
            return
        is_archive = place is ExportPlace.ARCHIVE
        title = self._tr("Save the ZIP file") if is_archive else self._tr("Choose a folder")
        dialog = QFileDialog(self, title, str(self._folder))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        if is_archive:
            dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
            dialog.setDefaultSuffix("zip")
            dialog.selectFile("notula.zip")
        else:
            dialog.setFileMode(QFileDialog.FileMode.Directory)
            dialog.setOption(QFileDialog.Option.ShowDirsOnly)
        dialog.fileSelected.connect(lambda chosen: self._tell(Path(chosen)))
        dialog.open()

    def _tell(self, target: Path | None) -> None:
        self.planned.emit(self.plan(target))
        super().accept()

    def _lay_out(self) -> None:
        tr = self._tr
        formats = QGridLayout()
        for number, box in enumerate(self.formats.values()):
            formats.addWidget(box, number // FORMAT_COLUMNS, number % FORMAT_COLUMNS)
        column = dialog_column(self)
        column.addWidget(label(tr("Formats"), "subtitle"))
        column.addLayout(formats)
        column.addWidget(self.no_format)
        column.addWidget(self.with_notes)
        column.addWidget(label(tr("Where"), "subtitle"))
        for button in self.places.values():
            column.addWidget(button)
        column.addWidget(label(tr("Names of the files"), "subtitle"))
        for widget in (self.pattern, self.hint, self.problem):
            column.addWidget(widget)
        column.addWidget(label(tr("Where a file is there already"), "subtitle"))
        column.addWidget(self.existing)
        column.addWidget(self.buttons)
