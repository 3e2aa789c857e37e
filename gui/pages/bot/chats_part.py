"""People and groups: who may use the bot, how much they have, and allowing or blocking them."""

import time
from collections.abc import Mapping
from functools import partial

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QLineEdit, QPushButton, QVBoxLayout, QWidget

from core.config import BotAudience
from core.domain import TranslatableText
from core.domain.bot import Access
from core.domain.bot_chats import BotChat
from core.domain.window_page import WindowPage
from gui.page_context import PageContext
from gui.pages.bot.bot_texts import access_text, chat_name, may_use, minutes_text
from gui.pages.bot.chat_table import ChatModel, plain_table
from gui.pages.bot.part_card import part_card
from gui.pages.settings.setting_rows import SettingRows
from gui.scale import Gap
from gui.widgets.ages import age
from gui.widgets.filter_chips import FilterChips
from gui.widgets.flow_layout import FlowLayout
from gui.widgets.invalid_field import mark_invalid
from gui.widgets.text import label, named, paragraph
from gui.widgets.text_table import keeping_place

_AUDIENCE = "bot_audience"
_ALL, _MAY, _MAY_NOT, _BLOCKED = "all", "may", "may-not", "blocked"
_REFRESH_MS = 10_000
"""Ages get older; and what people send meanwhile counts."""


class ChatsPart(QWidget):
    """A table, filtered by what is typed and by the chips, and buttons for the selected row."""

    listed = Signal(object)
    """The people and groups as they are now: a tuple of `BotChat`."""

    def __init__(self, context: PageContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("plain")
        self._core = context.core
        self._operations = context.operations
        self._messages = context.messages
        self._settings = context.settings
        self._tr = tr = context.tr
        self._chats: tuple[BotChat, ...] = ()
        self._is_listed = False
        """Whether it is known who there is."""
        self.audience = SettingRows(context, [_AUDIENCE], self, here=(WindowPage.BOT_CHATS,))
        self.audience.shown.connect(self._show)
        self.chips = FilterChips(
            {_ALL: tr("All"), _MAY: tr("May use it"), _MAY_NOT: tr("Not let in"), _BLOCKED: tr("Blocked")},
            tr("Which people and groups are shown"),
        )
        self.chips.chosen.connect(self._show)
        self.search = _line(tr("Find a person or a group"))
        self.search.textChanged.connect(self._show)
        headers = (tr("Who"), tr("May use the bot"), tr("Recordings"), tr("Minutes"), tr("Last use"))
        self.model = ChatModel(headers, self)
        self.table = plain_table(tr("People and groups"), self.model, widest=0, parent=self)
        self.table.selectionModel().selectionChanged.connect(self._update_buttons)
        self.model.modelReset.connect(self._update_buttons)
        self.allow = self._button(tr("&Allow"), lambda: self._set_selected(Access.ALLOWED))
        self.block = self._button(tr("&Block"), lambda: self._set_selected(Access.BLOCKED))
        self.reset = self._button(tr("&Take back"), lambda: self._set_selected(Access.UNKNOWN))
        self.reset.setToolTip(tr("Neither allowed nor blocked any more"))
        self.number = _line(tr("Number or @name"))
        self.number.setAccessibleName(tr("Number or @name of whom to allow"))
        self.number.textChanged.connect(self._number_typed)
        self.number.returnPressed.connect(self._allow_number)
        self.allow_number = self._button(tr("Allow them"), self._allow_number)
        self.allow_number.setEnabled(False)
        self.problem = paragraph(name="problem")
        self.problem.hide()
        self._empty = label(name="muted")
        self._timer = QTimer(self, interval=_REFRESH_MS)
        self._timer.timeout.connect(self.refresh)
        for name, button in (("bot_allow", self.allow), ("bot_block", self.block)):
            context.actions.bind(name, self, partial(self._press, button))
        self._lay_out()
        self._show()

    @property
    def names(self) -> Mapping[str, str]:
        """What people and groups are called, by their numbers."""
        return {str(chat.chat_id): chat_name(self._tr, chat) for chat in self._chats if chat.name}

    def take_over(self, before: "ChatsPart") -> None:
        """Have typed here what was typed in another window's."""
        self.search.setText(before.search.text())
        self.number.setText(before.number.text())

    def set_active(self, is_active: bool) -> None:
        """Refresh now and then while this is shown."""
        if is_active:
            self.refresh()
            self._timer.start()
        else:
            self._timer.stop()

    def refresh(self) -> None:
        """Ask who there is."""
        self._operations.start(
            self._core.call(lambda notula: notula.bot_chats.list()), done=self._list, kind="bot-chats"
        )

    def _list(self, chats: tuple[BotChat, ...]) -> None:
        self._chats, self._is_listed = chats, True
        self._show()
        self.listed.emit(chats)

    def _show(self, *_: object) -> None:
        tr, settings = self._tr, self._settings.current
        owner, audience, now = settings.bot_owner, settings.bot_audience, time.time()
        words = self.search.text().casefold().split()
        groups: dict[str, list[BotChat]] = {_ALL: [], _MAY: [], _MAY_NOT: [], _BLOCKED: []}
        for chat in self._chats:
            if all(word in f"{chat_name(tr, chat)} {chat.chat_id}".casefold() for word in words):
                groups[_ALL].append(chat)
                groups[_group_of(chat, owner, audience)].append(chat)
        self.chips.set_counts({name: len(chats) for name, chats in groups.items()})
        rows = [
            (
                chat,
                (
                    chat_name(tr, chat),
                    access_text(tr, chat, owner, audience),
                    f"{chat.recordings:n}",
                    minutes_text(tr, chat),
                    age(tr, chat.last_used_at, now) if chat.last_used_at is not None else tr("never"),
                ),
            )
            for chat in groups[self.chips.current]
        ]
        keeping_place(self.table, lambda row: self.model.rows[row][0].chat_id, lambda: self.model.show(rows))
        self._empty.setText(tr("Nobody has written to the bot yet.") if not self._chats else tr("Nobody is found."))
        self._empty.setVisible(self._is_listed and not groups[self.chips.current])
        self._update_buttons()

    def _selected(self) -> BotChat | None:
        rows = self.table.selectionModel().selectedRows()
        return self.model.rows[rows[0].row()][0] if rows else None

    def _update_buttons(self, *_: object) -> None:
        chat = self._selected()
        can_be_set = chat is not None and chat.chat_id != self._settings.current.bot_owner
        access = chat.access if chat is not None else None
        self.allow.setEnabled(can_be_set and access is not Access.ALLOWED)
        self.block.setEnabled(can_be_set and access is not Access.BLOCKED)
        self.reset.setEnabled(can_be_set and access is not Access.UNKNOWN)

    def _press(self, button: QPushButton) -> None:
        """Press the button of what was wanted by a key or by its name, from wherever that was."""
        if self._selected() is None:
            self._messages.information(self._tr("Select a person or a group in the list first."))
            self.table.setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            button.click()

    def _set_selected(self, access: Access) -> None:
        chat = self._selected()
        if chat is not None:
            self._set(chat, access)

    def _set(self, chat: BotChat, access: Access) -> None:
        """Set what they may do, and offer to take that back."""
        name = chat_name(self._tr, chat)

        def offer_undo(_: None) -> None:
            is_for_owner = self._settings.current.bot_audience is BotAudience.NOBODY
            later = self._tr("{name} is allowed, but at the moment the bot is for you alone.", name=name)
            done = {
                Access.ALLOWED: later if is_for_owner else self._tr("{name} is allowed now.", name=name),
                Access.BLOCKED: self._tr("{name} is blocked now.", name=name),
                Access.UNKNOWN: self._tr("{name} is neither allowed nor blocked now.", name=name),
            }[access]
            self.refresh()
            undo = lambda: self._start(chat.chat_id, chat.access)  # noqa: E731
            self._messages.information(done, self._tr("Undo"), undo, is_undo=True)

        self._operations.start(
            self._core.call(lambda notula: notula.bot_chats.set_access(chat.chat_id, access)), done=offer_undo
        )

    def _start(self, chat_id: int, access: Access) -> None:
        self._operations.start(
            self._core.call(lambda notula: notula.bot_chats.set_access(chat_id, access)),
            done=lambda _: self.refresh(),
        )

    def _number_typed(self, text: str) -> None:
        self.allow_number.setEnabled(bool(text.strip()))
        self.problem.hide()
        mark_invalid(self.number, "")

    def _allow_number(self) -> None:
        """Allow whom the field names. What names nobody stays in it, and lets nobody in."""
        text = self.number.text().strip()
        if not text:
            return

        def found(number: int) -> None:
            self.number.clear()
            known = {chat.chat_id: chat for chat in self._chats}
            self._set(known.get(number, BotChat(number, Access.UNKNOWN)), Access.ALLOWED)

        def failed(problem: TranslatableText) -> None:
            self.problem.setText(self._tr.message(problem))
            self.problem.show()
            mark_invalid(self.number, self.problem.text())

        self._operations.start(
            self._core.call(lambda notula: notula.bot_chats.find(text)), done=found, failed=failed, kind="bot-find"
        )

    def _button(self, text: str, clicked: object) -> QPushButton:
        button = QPushButton(text)
        button.setAccessibleName(text.replace("&", ""))
        button.clicked.connect(clicked)
        return button

    def _lay_out(self) -> None:
        found = named(QWidget(), "plain")
        above = FlowLayout(found, gap=12, line_gap=8)
        above.addWidget(self.chips)
        self.search.setMinimumWidth(220)
        above.addWidget(self.search)
        actions = named(QWidget(), "plain")
        below = FlowLayout(actions, gap=8, line_gap=8)
        for widget in (self.allow, self.block, self.reset, self.number, self.allow_number):
            below.addWidget(widget)
        self.number.setMinimumWidth(200)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(Gap.SMALL)
        column.addWidget(part_card("", self.audience.rows[_AUDIENCE], margin=Gap.SMALL))
        column.addWidget(found)
        column.addWidget(part_card("", self._empty, self.table, margin=Gap.TIGHT), 1)
        column.addWidget(self.problem)
        column.addWidget(actions)


def _group_of(chat: BotChat, owner: int, audience: BotAudience) -> str:
    if may_use(chat, owner, audience):
        return _MAY
    return _BLOCKED if chat.access is Access.BLOCKED else _MAY_NOT


def _line(hint: str) -> QLineEdit:
    made = QLineEdit()
    made.setPlaceholderText(hint)
    made.setAccessibleName(hint)
    made.setClearButtonEnabled(True)
    return made
