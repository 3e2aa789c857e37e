"""A list whose rows are as high as the style sheet has them."""

from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QListWidget


class StyledList(QListWidget):
    """Places its rows anew when it is shown.

    Before that Qt doesn't know the padding of the style sheet. What is chosen then, as in a window in another language,
    has it place the rows without padding, where they stay and overlap.
    """

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.scheduleDelayedItemsLayout()
