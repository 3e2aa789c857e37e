"""One section of the settings: cards with settings and with what else belongs there, the advanced ones folded."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import (
    QAbstractButton,
    QFrame,
    QLabel,
    QLineEdit,
    QScrollArea,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from core.config.sections import SECTION_TITLES, SettingsGroup, SettingsSection, groups_of
from core.i18n import Translator
from gui.pages.settings.setting_row import SettingRow
from gui.scale import READABLE_WIDTH, Gap
from gui.theme import icon
from gui.widgets.text import label, named


@dataclass(frozen=True, slots=True)
class SectionCard:
    """What stands in a section besides single settings. `refresh` asks the core for its news."""

    title: str
    widget: QWidget
    refresh: Callable[[], None] = lambda: None
    is_first: bool = False
    """Whether it stands above the section's settings."""

    is_framed: bool = True


@dataclass(frozen=True, slots=True)
class Place:
    """What a search can find: a setting's row, or a card. `is_folded` until the advanced ones are shown."""

    widget: QWidget
    text: str
    is_folded: bool = False


class SectionView(QScrollArea):
    """Shows the rows that it is given."""

    unfolded = Signal()
    """The advanced settings are shown, or hidden again."""

    def __init__(
        self,
        section: SettingsSection,
        rows: Mapping[str, SettingRow],
        cards: tuple[SectionCard, ...],
        tr: Translator,
        parent: QWidget | None = None,
    ) -> None:
        """`rows` are those of all settings, by name."""
        super().__init__(parent)
        self._tr = tr
        self._rows = rows
        self._cards = cards
        self.title = tr(SECTION_TITLES[section])
        groups = groups_of(section)
        self._folded = [name for group in groups if group.is_advanced for name in group.names]
        self.names = tuple(name for group in groups for name in group.names)
        self.fold = QToolButton()
        self._advanced = named(QWidget(), "plain")
        self._aim = QTimer(self, interval=0, singleShot=True)
        self._aim.timeout.connect(self._scroll_to_wanted)
        self._wanted: QWidget | None = None
        self.verticalScrollBar().rangeChanged.connect(self._aim_again)
        self.verticalScrollBar().actionTriggered.connect(self._forget_wanted)
        self._lay_out(groups)

    def refresh(self) -> None:
        """Ask the core for what the cards show."""
        for card in self._cards:
            card.refresh()

    def places(self) -> Iterator[Place]:
        """What a search can find here, from top to bottom."""
        usual = [name for name in self.names if name not in self._folded]
        yield from (_place_of(card) for card in self._cards if card.is_first)
        yield from (Place(self._rows[name], f"{name}\n{self._rows[name].searched_text}") for name in usual)
        yield from (_place_of(card) for card in self._cards if not card.is_first)
        yield from (Place(self._rows[name], f"{name}\n{self._rows[name].searched_text}", True) for name in self._folded)

    def show_place(self, place: Place) -> None:
        """Scroll to it, and unfold it where it is folded."""
        if place.is_folded:
            self.fold.setChecked(True)
        self._wanted = place.widget
        self._aim.start()

    def show_changed(self, changed: int) -> None:
        """Say at the fold how many of the settings in it were changed."""
        text = self._tr("Advanced")
        if changed:
            text += "  ·  " + self._tr.plural("{count} changed", "{count} changed", changed)
        self.fold.setText(text)

    @property
    def folded_names(self) -> tuple[str, ...]:
        """The settings that are hidden until a person wants to see the advanced ones."""
        return tuple(self._folded)

    def _scroll_to_wanted(self) -> None:
        """Called again as long as what was just unfolded or shown gets its height, paragraph by paragraph."""
        focused = self.window().focusWidget()
        wanted = self._wanted
        if wanted is None:
            return
        if focused is not None and self.isAncestorOf(focused) and not wanted.isAncestorOf(focused):
            self._forget_wanted()  # A person has gone on.
        else:
            self.ensureWidgetVisible(wanted, 0, 40)

    def _aim_again(self) -> None:
        if self._wanted is not None:
            self._aim.start()

    def _forget_wanted(self) -> None:
        self._wanted = None

    def _show_advanced(self, is_shown: bool) -> None:
        self._advanced.setVisible(is_shown)
        self.fold.setIcon(icon("chevron-up" if is_shown else "chevron-down"))
        self.unfolded.emit()

    def _lay_out(self, groups: tuple[SettingsGroup, ...]) -> None:
        content = named(QWidget(), "plain")
        content.setMaximumWidth(READABLE_WIDTH)
        column = QVBoxLayout(content)
        column.setContentsMargins(0, 0, Gap.MEDIUM, 0)
        column.setSpacing(Gap.LARGE)
        column.addWidget(label(self.title, "subtitle"))
        for card in self._cards:
            if card.is_first:
                column.addWidget(_framed(card))
        for group in groups:
            if not group.is_advanced:
                column.addWidget(self._group(group))
        for card in self._cards:
            if not card.is_first:
                column.addWidget(_framed(card))
        inside = QVBoxLayout(self._advanced)
        inside.setContentsMargins(0, 0, 0, 0)
        inside.setSpacing(Gap.LARGE)
        for group in groups:
            if group.is_advanced:
                inside.addWidget(self._group(group))
        self._advanced.hide()
        self.fold.setObjectName("fold")
        self.fold.setCheckable(True)
        self.fold.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.fold.setIcon(icon("chevron-down"))
        self.fold.toggled.connect(self._show_advanced)
        if not self._folded:
            self.fold.hide()
        self.show_changed(0)
        column.addWidget(self.fold, 0, Qt.AlignmentFlag.AlignLeft)
        column.addWidget(self._advanced)
        column.addStretch(1)
        self.setWidgetResizable(True)
        self.setWidget(content)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.viewport().setObjectName("plain")

    def _group(self, group: SettingsGroup) -> QFrame:
        fields = named(QWidget(), "plain")
        column = QVBoxLayout(fields)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(Gap.TIGHT)
        for name in group.names:
            column.addWidget(self._rows[name])
        return _card(self._tr(group.title) if group.title else "", fields)


def _framed(card: SectionCard) -> QWidget:
    if not card.is_framed:
        return card.widget
    inside = named(QWidget(), "plain")
    column = QVBoxLayout(inside)
    column.setContentsMargins(Gap.SMALL, 0, Gap.SMALL, Gap.TIGHT)
    column.addWidget(card.widget)
    return _card(card.title, inside)


def _card(title: str, inside: QWidget) -> QFrame:
    card = named(QFrame(), "card")
    column = QVBoxLayout(card)
    column.setContentsMargins(Gap.SMALL, Gap.MEDIUM, Gap.SMALL, Gap.MEDIUM)
    column.setSpacing(Gap.SMALL)
    if title:
        heading = label(title, "cardtitle")
        heading.setIndent(Gap.SMALL)
        column.addWidget(heading)
    column.addWidget(inside)
    return card


def _place_of(card: SectionCard) -> Place:
    texts = [card.title]
    for widget in card.widget.findChildren(QWidget):
        if isinstance(widget, (QLabel, QAbstractButton)):
            texts.append(widget.text())
        elif isinstance(widget, QLineEdit):
            texts += [widget.placeholderText(), widget.accessibleName()]
    return Place(card.widget, "\n".join(texts))
