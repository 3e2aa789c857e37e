"""Above the cards: how many break a rule, the way to the next one, which cards are shown, and by which rules."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QPushButton, QWidget

from core.export import SubtitleCheck
from gui.page_context import PageContext
from gui.widgets.filter_chips import FilterChips
from gui.widgets.flow_layout import FlowLayout
from gui.widgets.reader.tool_button import tool_button
from gui.widgets.text import label

ALL, TO_MEND, MENDED = "all", "to_mend", "mended"


class RuleBar(QWidget):
    """One line, or as many as it needs in a narrow window."""

    step_wanted = Signal(int)
    """The next (1) or the previous (-1) card that breaks a rule is to be shown."""

    shown = Signal(str)
    """Only these cards are to be shown: `ALL`, `TO_MEND` or `MENDED`."""

    def __init__(self, context: PageContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._tr = tr = context.tr
        self._settings = context.settings
        self.count = label()
        self.count.setAccessibleName(tr("Subtitles that break a rule"))
        self.chips = FilterChips(
            {ALL: tr("All"), TO_MEND: tr("To mend"), MENDED: tr("Mended when exported")}, tr("Which cards are shown")
        )
        self.chips.setToolTip(
            tr(
                "SRT and VTT files divide long texts, join and move short ones, and keep gaps by themselves. What is "
                "too fast, late or has too long a name is for you to mend."
            )
        )
        self.chips.chosen.connect(self.shown)
        self.previous = tool_button("previous", tr("Previous broken rule"), lambda: self.step_wanted.emit(-1))
        self.next = tool_button("next", tr("Next broken rule"), lambda: self.step_wanted.emit(1))
        self.change = QPushButton(tr("Rules of subtitles"))
        self.change.clicked.connect(lambda: context.navigation.open_page("settings.subtitles"))
        self._lay_out()

    def show_counts(self, check: SubtitleCheck) -> None:
        """Show what the check has counted so far."""
        count, total = check.to_mend, len(check)
        said = self._tr.plural(
            "{count} of {total} breaks a rule", "{count} of {total} break a rule", count, total=total
        )
        if not check.is_finished:
            said = self._tr("{counted}, more is being checked …", counted=said)
        if said != self.count.text():
            name = "problem" if count else "good" if check.is_finished and total else "muted"
            if name != self.count.objectName():
                self.count.setObjectName(name)
                self.count.style().polish(self.count)
            self.count.setText(said)
        self.chips.set_counts({ALL: total, TO_MEND: count, MENDED: check.mended})
        for button in (self.previous, self.next):
            button.setEnabled(count + check.mended > 0)
        rules = check.rules
        self.change.setText(
            self._tr.plural(
                "Rules: {count} line of {columns} characters …",
                "Rules: {count} lines of {columns} characters …",
                rules.lines,
                columns=rules.line_columns,
            )
        )
        self.change.setToolTip(
            self._tr(
                "At most {lines} lines of {columns} characters, {shortest} to {longest} s on the screen, {speed} "
                "characters a second, {gap} s between two. Change them in the settings.",
                lines=rules.lines,
                columns=rules.line_columns,
                shortest=rules.shortest_s,
                longest=rules.longest_s,
                speed=rules.columns_per_second,
                gap=rules.gap_s,
            )
        )

    def _lay_out(self) -> None:
        row = FlowLayout(self, gap=8, line_gap=6)
        for widget in (self.count, self.previous, self.next, self.chips, self.change):
            row.addWidget(widget)
