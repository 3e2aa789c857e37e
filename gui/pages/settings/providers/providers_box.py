"""The providers in the order in which they are asked, and the details of the selected one."""

from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING, Any, Self

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QBoxLayout,
    QHBoxLayout,
    QListWidgetItem,
    QPushButton,
    QVBoxLayout,
    QWidget,
)
from shiboken6 import isValid

from core.domain import Snapshot, TranslatableText
from core.domain.provider_offer import ProviderOffer
from core.domain.provider_settings import ProviderSettings
from core.domain.provider_state import ProviderState
from gui.changes import Changes
from gui.page_context import PageContext
from gui.pages.settings.providers.provider_details import ProviderDetails
from gui.pages.settings.providers.provider_texts import order_text, price_text, state_text, title_of
from gui.pages.settings.providers.server_dialog import ServerDialog
from gui.scale import Gap
from gui.widgets.action_button import ActionButton
from gui.widgets.styled_list import StyledList
from gui.widgets.text import harmless, named, paragraph

if TYPE_CHECKING:
    from core.app.notula import Notula

NAME = Qt.ItemDataRole.UserRole

_NARROW = 600
"""Where there is less room than this, the details stand below the list."""

_NARROWEST = 300
"""In the smallest window."""

_LIST_HEIGHTS = (160, 240)
"""At least, below and beside the details."""


@dataclass(frozen=True, slots=True)
class _ProviderList:
    """The core's answer about its providers."""

    offers: tuple[ProviderOffer, ...] = ()
    order: tuple[str, ...] = ()
    states: dict[str, ProviderState] = field(default_factory=dict)


class ProvidersBox(QWidget):
    """A list in which providers are ticked and ordered, beside the settings and keys of the selected one."""

    def __init__(self, context: PageContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("plain")
        self._core = context.core
        self._operations = context.operations
        self._messages = context.messages
        self._tr = tr = context.tr
        self._settings = context.settings
        self._providers = _ProviderList()
        self._first_choice = ""
        """The provider to choose once there is a list."""
        self._first_move = 0
        """By how many places it is to be moved then."""
        self._list = self._make_list()
        self._details = ProviderDetails(context)
        self._details.changed.connect(self._change_service)
        self._details.remove_wanted.connect(self._remove_server)
        self._up = context.actions.bind("providers_earlier", self, partial(self._move, -1))
        self._down = context.actions.bind("providers_later", self, partial(self._move, 1))
        self._automatic = QPushButton(tr("Automatic order"))
        self._automatic.setToolTip(tr("Services with keys in the environment first, then this computer"))
        self._automatic.clicked.connect(lambda: self._change_order(()))
        self._add = QPushButton(tr("Add a server …"))
        self._add.clicked.connect(self._ask_for_server)
        self._lay_out()
        context.core.published.connect(self._apply)
        context.changes.happened.connect(self._follow)

    def take_over(self, before: Self) -> None:
        """Show the provider that was chosen there, and what is typed for it: in a window in another language."""
        self._first_choice = before._chosen_name()
        self._details.take_over(before._details)

    def refresh(self) -> None:
        """Ask the core for its providers, and show them."""

        async def look(notula: "Notula") -> _ProviderList:
            providers = notula.providers
            await providers.ready()
            states = {state.name: state for state in providers.states}
            return _ProviderList(providers.offers(), providers.order(), states)

        self._operations.start(self._core.call(look), done=self._show, kind="providers")

    def _follow(self, changes: Changes, initiator: object) -> None:
        if changes.providers and initiator is not self and self._providers.offers:
            self.refresh()

    def _apply(self, snapshot: Snapshot) -> None:
        states = {state.name: state for state in snapshot.providers}
        if states != self._providers.states:
            self._providers = replace(self._providers, states=states)
            self._show_states()

    def _show(self, found: _ProviderList) -> None:
        self._providers = found
        chosen = self._chosen_name() or self._first_choice
        offers = {offer.name: offer for offer in found.offers}
        used = [name for name in found.order if name in offers]
        names = [*used, *(name for name in offers if name not in used)]
        self._list.blockSignals(True)
        self._list.clear()
        for name in names:
            item = QListWidgetItem()
            item.setData(NAME, name)
            # Without ItemIsDropEnabled: a provider is dropped between others, not onto one.
            item.setFlags(
                Qt.ItemFlag.ItemIsEnabled
                | Qt.ItemFlag.ItemIsSelectable
                | Qt.ItemFlag.ItemIsUserCheckable
                | Qt.ItemFlag.ItemIsDragEnabled
            )
            item.setCheckState(Qt.CheckState.Checked if name in used else Qt.CheckState.Unchecked)
            self._list.addItem(item)
        self._list.setCurrentRow(names.index(chosen) if chosen in names else 0)
        self._show_states()
        self._list.blockSignals(False)
        self._automatic.setEnabled(bool(self._settings.current.providers))
        self._choose()
        by, self._first_move = self._first_move, 0
        if by:
            self._move(by)

    def _show_states(self) -> None:
        """Update the texts alone: the selection, and what is being dragged, stay."""
        offers = {offer.name: offer for offer in self._providers.offers}
        self._list.blockSignals(True)
        for item in self._items():
            name = item.data(NAME)
            title = harmless(title_of(self._tr, offers[name]))
            text = state_text(self._tr, self._providers.states.get(name), is_used=name in self._providers.order)
            price = price_text(self._tr, offers[name], self._settings.current.services.get(name, ProviderSettings()))
            item.setText("\n".join(filter(None, (title, harmless(text), price))))
        self._list.blockSignals(False)

    def _choose(self) -> None:
        name = self._chosen_name()
        offer = next((offer for offer in self._providers.offers if offer.name == name), None)
        if offer is not None:
            self._details.show_provider(offer, self._settings.current)
        row = self._list.currentRow()
        self._up.setEnabled(row > 0)
        self._down.setEnabled(0 <= row < self._list.count() - 1)

    def _move(self, by: int) -> None:
        if not self._providers.offers:
            self._first_move = by
            return
        row = self._list.currentRow()
        if 0 <= row + by < self._list.count():
            item = self._list.takeItem(row)
            self._list.insertItem(row + by, item)
            self._list.setCurrentItem(item)
            self._follow_list()

    def _follow_list(self) -> None:
        """A person has ticked or moved a provider."""
        order = tuple(item.data(NAME) for item in self._items() if item.checkState() is Qt.CheckState.Checked)
        if not order:
            self._messages.information(self._tr("Somebody has to transcribe: one provider stays in use."))
            self.refresh()
        elif order != self._providers.order:
            self._change_order(order)

    def _change_order(self, order: Sequence[str]) -> None:
        before = self._settings.current.providers
        changed = order_text(self._tr, self._providers.offers, self._providers.order, order)
        self._messages.information(changed, self._tr("Undo"), lambda: self._change_providers(before), is_undo=True)
        self._change_providers(tuple(order))

    def _change_providers(self, order: tuple[str, ...]) -> None:
        self._change(lambda notula: notula.settings_service.change(providers=order))

    def _change_service(self, name: str, service: ProviderSettings) -> None:
        self._change(lambda notula: notula.settings_service.change_service(name, service))

    def _ask_for_server(self) -> None:
        dialog = ServerDialog([offer.name for offer in self._providers.offers], self._tr, self)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.chosen.connect(self._add_server)
        dialog.trial_wanted.connect(partial(self._try_server, dialog))
        dialog.open()

    def _try_server(self, dialog: ServerDialog, name: str, service: ProviderSettings) -> None:
        def shown(show: Callable[[Any], None], what: object) -> None:
            if isValid(dialog):  # Else the dialog was closed meanwhile.
                show(what)

        self._operations.start(
            self._core.call(lambda notula: notula.key_trials.try_server(name, service)),
            done=lambda trials: shown(dialog.show_trial, trials),
            failed=lambda problem: shown(dialog.show_problem, self._tr.message(problem)),
            kind="try-server",
        )

    def _add_server(self, name: str, service: ProviderSettings) -> None:
        self._change(lambda notula: notula.own_servers.add(name, service))

    def _remove_server(self, name: str) -> None:
        settings = self._settings.current
        service, order = settings.services[name], settings.providers

        async def restore(notula: "Notula") -> None:
            await notula.settings_service.change_service(name, service)
            await notula.settings_service.change(providers=order)

        removed = self._tr("{name} was removed. Its keys are kept.", name=name)
        self._messages.information(removed, self._tr("Undo"), lambda: self._change(restore), is_undo=True)
        self._change(lambda notula: notula.own_servers.remove(name))

    def _change(self, change: "Callable[[Notula], Coroutine[Any, Any, object]]") -> None:
        """Send a change to the core, and show the result, also where it failed."""

        def failed(message: TranslatableText) -> None:
            self._messages.error(message)
            self.refresh()

        self._operations.start(
            self._core.call(change),
            done=lambda _: self.refresh(),
            failed=failed,
            changes=Changes(providers=True),
            initiator=self,
        )

    def _chosen_name(self) -> str:
        item = self._list.currentItem()
        return str(item.data(NAME)) if item is not None else ""

    def _items(self) -> list[QListWidgetItem]:
        return [self._list.item(row) for row in range(self._list.count())]

    def _make_list(self) -> StyledList:
        chooser = named(StyledList(), "list")
        chooser.setAccessibleName(self._tr("Providers in the order in which they are asked"))
        chooser.setDragDropMode(QAbstractItemView.DragDropMode.InternalMove)
        chooser.setSpacing(Gap.TIGHT)
        chooser.setWordWrap(True)
        chooser.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        chooser.setMinimumWidth(240)
        chooser.currentItemChanged.connect(self._choose)
        chooser.itemChanged.connect(self._follow_list)
        chooser.model().rowsMoved.connect(self._follow_list)
        return chooser

    def _lay_out(self) -> None:
        tr = self._tr
        buttons = QHBoxLayout()
        buttons.addWidget(ActionButton(self._up))
        buttons.addWidget(ActionButton(self._down))
        buttons.addStretch(1)
        more = QHBoxLayout()
        more.addWidget(self._automatic)
        more.addWidget(self._add)
        more.addStretch(1)
        left = named(QWidget(), "plain")
        column = QVBoxLayout(left)
        column.setContentsMargins(0, 0, 0, 0)
        explanation = tr("The ticked ones are asked from top to bottom: where one fails, the next takes over.")
        column.addWidget(paragraph(explanation, "muted"))
        column.addWidget(self._list, 1)
        column.addLayout(buttons)
        column.addLayout(more)
        self._whole = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._whole.setContentsMargins(0, 0, 0, 0)
        self._whole.setSpacing(Gap.MEDIUM)
        self._whole.addWidget(left, 2)
        self._whole.addWidget(self._details, 3)

    def minimumSizeHint(self) -> QSize:
        """Of the narrow form: that of the wide one would keep it from ever becoming narrow."""
        return QSize(_NARROWEST, super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        is_narrow = self.width() < _NARROW
        self._list.setMinimumHeight(_LIST_HEIGHTS[0] if is_narrow else _LIST_HEIGHTS[1])
        direction = QBoxLayout.Direction.TopToBottom if is_narrow else QBoxLayout.Direction.LeftToRight
        if self._whole.direction() != direction:
            self._whole.setDirection(direction)
