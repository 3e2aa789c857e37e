"""Help: what Notula is, where it keeps things, its keys, and whether everything works on this computer."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QGridLayout, QPushButton, QScrollArea, QVBoxLayout, QWidget

from core import __version__
from core.config import Folders
from core.domain import Check, CheckResult, TranslatableText, mark
from gui.page_context import PageContext
from gui.pages.page import Page
from gui.scale import READABLE_WIDTH, Gap
from gui.widgets.text import empty, label, named, paragraph

_SIGNS = {
    CheckResult.OK: ("✓", "good", mark("All right")),
    CheckResult.WARNING: ("!", "warning", mark("Worth a look")),
    CheckResult.PROBLEM: ("✗", "problem", mark("Problem")),
}
"""The sign, the style sheet's name for its colour, and the text for screen readers."""


class HelpPage(Page):
    """The version, the folders, and the check-up."""

    def __init__(self, context: PageContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._core = context.core
        self._operations = context.operations
        self._tr = tr = context.tr
        self._button = QPushButton(tr("Check this computer"))
        self._button.setAccessibleName(tr("Check this computer"))
        self._button.clicked.connect(self.check)
        self._keys = QPushButton(tr("Show all keys"))
        self._keys.setAccessibleName(tr("Show all keys"))
        self._keys.clicked.connect(context.navigation.show_keys)
        self._state = paragraph(name="muted")
        self._checks = QGridLayout()
        self._checks.setColumnStretch(1, 1)
        self._checks.setHorizontalSpacing(Gap.MEDIUM)
        self._checks.setVerticalSpacing(Gap.SMALL)
        self._lay_out(context.folders)

    def check(self) -> None:
        """Run the check-up."""
        self._button.setEnabled(False)
        self._state.setText(self._tr("Checking …"))
        self._operations.start(self._core.call(lambda notula: notula.check_up()), done=self._show, failed=self._failed)

    def _failed(self, message: TranslatableText) -> None:
        self._button.setEnabled(True)
        self._state.setText(self._tr.message(message))

    def _show(self, checks: tuple[Check, ...]) -> None:
        tr = self._tr
        self._button.setEnabled(True)
        bad = sum(check.result is not CheckResult.OK for check in checks)
        well = tr("Everything works here.")
        self._state.setText(tr.plural("{count} thing to look at.", "{count} things to look at.", bad) if bad else well)
        empty(self._checks)
        for row, check in enumerate(checks):
            drawn, colour, meaning = _SIGNS[check.result]
            sign = label(drawn, colour)
            sign.setAccessibleName(tr(meaning))
            self._checks.addWidget(sign, row, 0, Qt.AlignmentFlag.AlignTop)
            found = f"{tr.message(check.subject)}: {tr.message(check.finding)}"
            if check.advice is not None:
                found += f"\n{tr.message(check.advice)}"
            self._checks.addWidget(paragraph(found), row, 1)

    def _lay_out(self, folders: Folders) -> None:
        tr = self._tr
        about = named(QFrame(), "card")
        column = QVBoxLayout(about)
        column.setContentsMargins(Gap.LARGE, Gap.LARGE, Gap.LARGE, Gap.LARGE)
        column.addWidget(label(tr("Notula {version}", version=__version__), "subtitle"))
        column.addWidget(paragraph(tr("Turns recordings into text, on this computer and without a network.")))
        places = QGridLayout()
        places.setHorizontalSpacing(Gap.LARGE)
        places.setColumnStretch(1, 1)
        for row, (name, folder) in enumerate(
            (
                (tr("Settings"), folders.config),
                (tr("Library"), folders.data),
                (tr("Models"), folders.models),
                (tr("Log"), folders.log),
            )
        ):
            places.addWidget(label(name, "muted"), row, 0)
            place = paragraph(str(folder))
            place.setTextInteractionFlags(
                Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
            )
            place.setAccessibleName(tr("Folder: {name}", name=name))
            places.addWidget(place, row, 1)
        column.addLayout(places)
        keys = named(QFrame(), "card")
        column = QVBoxLayout(keys)
        column.setContentsMargins(Gap.LARGE, Gap.LARGE, Gap.LARGE, Gap.LARGE)
        column.addWidget(label(tr("Keys"), "subtitle"))
        column.addWidget(paragraph(tr("All that can be done here can be done by keys, which can be changed.")))
        column.addWidget(self._keys, 0, Qt.AlignmentFlag.AlignLeft)
        checking = named(QFrame(), "card")
        column = QVBoxLayout(checking)
        column.setContentsMargins(Gap.LARGE, Gap.LARGE, Gap.LARGE, Gap.LARGE)
        column.addWidget(label(tr("Does everything work here?"), "subtitle"))
        column.addWidget(self._button, 0, Qt.AlignmentFlag.AlignLeft)
        column.addWidget(self._state)
        column.addLayout(self._checks)
        content = named(QWidget(), "plain")
        content.setMaximumWidth(READABLE_WIDTH)
        column = QVBoxLayout(content)
        column.setContentsMargins(0, 0, Gap.MEDIUM, 0)
        column.setSpacing(Gap.LARGE)
        column.addWidget(label(tr("Help"), "title"))
        column.addWidget(about)
        column.addWidget(keys)
        column.addWidget(checking)
        column.addStretch(1)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setWidget(content)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(scroll)
