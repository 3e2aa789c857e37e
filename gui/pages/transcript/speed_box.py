"""The choice how fast a recording is played."""

from PySide6.QtWidgets import QComboBox

from core.i18n import Translator

SPEEDS = (0.5, 0.75, 1.0, 1.25, 1.5, 1.75, 2.0)


def speed_box(tr: Translator) -> QComboBox:
    """A box whose data are the speeds, at 1.0."""
    box = QComboBox()
    box.setAccessibleName(tr("Speed"))
    box.setToolTip(tr("Speed"))
    for speed in SPEEDS:
        box.addItem(f"{tr.decimal(speed)}x", speed)
    box.setCurrentIndex(SPEEDS.index(1.0))
    return box
