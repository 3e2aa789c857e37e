"""Whether Notula starts when a person logs in. The system keeps that, so it is asked each time the section is shown."""

import asyncio

from PySide6.QtWidgets import QCheckBox, QVBoxLayout, QWidget

from core.domain import TranslatableText, mark
from core.domain.write_failure import write_failure
from core.system.login_start import LoginStart, login_start
from gui.page_context import PageContext
from gui.scale import Gap
from gui.widgets.text import paragraph

_REFUSED = mark("The system doesn't let Notula change what starts at login: {reason}")


class LoginBox(QWidget):
    """A box to tick."""

    def __init__(self, context: PageContext, start: LoginStart | None = None, parent: QWidget | None = None) -> None:
        """`start` is this system's, unless another is given."""
        super().__init__(parent)
        self.setObjectName("plain")
        self._start = start or login_start()
        self._operations = context.operations
        self._messages = context.messages
        tr = context.tr
        self.box = QCheckBox(tr("Start Notula when I log in"))
        self.box.clicked.connect(self._change)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(Gap.TIGHT)
        column.addWidget(self.box)
        column.addWidget(paragraph(tr("It then waits in the tray, where there is one."), "muted"))

    def refresh(self) -> None:
        """Show how it is now."""

        async def look() -> bool:
            try:
                return await asyncio.to_thread(self._start.is_on)
            except OSError:
                return False

        self._operations.start(look(), done=self.box.setChecked, kind="login-start")

    def _change(self, is_wanted: bool) -> None:
        async def change() -> None:
            try:
                await asyncio.to_thread(self._start.turn_on if is_wanted else self._start.turn_off)
            except OSError as error:
                self._messages.error(TranslatableText(_REFUSED, {"reason": write_failure(error)}), about=_REFUSED)
            else:
                self._messages.over(_REFUSED)
            self.refresh()

        self._operations.start(change())
