"""What all dialogs have alike around and between their parts."""

from PySide6.QtWidgets import QDialog, QVBoxLayout

from gui.scale import DIALOG_WIDTH, Gap


def dialog_column(dialog: QDialog) -> QVBoxLayout:
    """The column of a dialog's parts, which becomes its layout."""
    dialog.setMinimumWidth(DIALOG_WIDTH)
    column = QVBoxLayout(dialog)
    column.setContentsMargins(Gap.WIDE, Gap.WIDE, Gap.WIDE, Gap.LARGE)
    column.setSpacing(Gap.MEDIUM)
    return column
