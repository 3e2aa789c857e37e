"""The parts of a bot's page that runs: chats, events, connection. Each is made when it is first shown."""

from functools import cached_property
from typing import TypeVar

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QStackedWidget, QWidget

from core.domain.bot_events import BotEvent
from gui.page_context import PageContext
from gui.pages.bot.chats_part import ChatsPart
from gui.pages.bot.connection_part import ConnectionPart
from gui.pages.bot.events_part import EventsPart
from gui.widgets.tab_order import put_in_tab_order

Part = TypeVar("Part", bound=QWidget)
CHATS, EVENTS, CONNECTION = "chats", "events", "connection"


class BotParts(QStackedWidget):
    """Shows one of them."""

    added = Signal()
    """One was made."""

    token_changed = Signal()
    """Another token is kept."""

    def __init__(self, context: PageContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context

    @cached_property
    def chats(self) -> ChatsPart:
        """People and groups."""
        chats = ChatsPart(self._context)
        chats.listed.connect(self._name_people)
        return self._add(chats)

    @cached_property
    def events(self) -> EventsPart:
        """What happens."""
        events = self._add(EventsPart(self._context))
        events.show_names(self.chats.names)
        return events

    @cached_property
    def connection(self) -> ConnectionPart:
        """How the bot is connected."""
        connection = ConnectionPart(self._context)
        connection.token.changed.connect(self.token_changed)
        return self._add(connection)

    def show_part(self, name: str, events: tuple[BotEvent, ...]) -> None:
        """Show the part of this name, with what is new in it. `events` are those of the latest snapshot."""
        if name == EVENTS:
            self.setCurrentWidget(self.events)
            self.events.show_events(events)
            self.events.refresh()
            self.chats.refresh()  # It knows what people are called.
        elif name == CONNECTION:
            self.setCurrentWidget(self.connection)
            self.connection.refresh()
        else:
            self.setCurrentWidget(self.chats)
        if self._has(ChatsPart):
            self.chats.set_active(name == CHATS)

    def show_events(self, events: tuple[BotEvent, ...]) -> None:
        """Show the events of a snapshot, where they are shown at all."""
        if isinstance(self.currentWidget(), EventsPart):
            self.events.show_events(events)

    def rest(self) -> None:
        """Ask for nothing while nothing of this can be seen."""
        if self._has(ChatsPart):
            self.chats.set_active(False)

    def search(self) -> None:
        """Move the focus to the search of what is shown."""
        shown = self.currentWidget()
        if isinstance(shown, (ChatsPart, EventsPart)):
            shown.search.setFocus()

    def take_over(self, before: "BotParts") -> None:
        """Have typed here what was typed in another window's."""
        if before._has(ChatsPart):
            self.chats.take_over(before.chats)
        if before._has(EventsPart):
            self.events.search.setText(before.events.search.text())
        if before._has(ConnectionPart):
            self.connection.take_over(before.connection)

    def _add(self, part: Part) -> Part:
        self.addWidget(part)
        put_in_tab_order(self, part)
        self.added.emit()
        return part

    def _has(self, kind: type[QWidget]) -> bool:
        """Whether this part was made yet."""
        return self.findChild(kind) is not None

    def _name_people(self) -> None:
        if self._has(EventsPart):
            self.events.show_names(self.chats.names)
