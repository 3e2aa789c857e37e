"""One section of the settings: cards with settings and with what else belongs there, the advanced ones folded."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QShowEvent
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

from core.config import Settings
from core.config.sections import SECTION_TITLES, SettingsGroup, SettingsSection, groups_of
from core.i18n import Translator
from gui.pages.settings.setting_row import SettingRow
from gui.scale import READABLE_WIDTH, Gap
from gui.theme import icon
from gui.widgets.tab_order import put_in_tab_order
from gui.widgets.text import label, named


@dataclass(frozen=True, slots=True)
class SectionCard:
    """What stands in a section besides single settings. `refresh` asks the core for its news."""

    title: str
    widget: Callable[[], QWidget]
    """Always the same, made when it is first asked for."""

    refresh: Callable[[], None] = lambda: None
    is_first: bool = False
    """Whether it stands above the section's settings."""

    is_framed: bool = True


@dataclass(frozen=True, slots=True)
class Place:
    """What a search can find: the row of a setting of this name, or a card."""

    text: str
    setting: str = ""
    card: SectionCard | None = None


class SectionView(QScrollArea):
    """Shows the rows that it is given. They come when the section is first shown, the advanced ones when unfolded."""

    unfolded = Signal()
    """The advanced settings are shown, or hidden again."""

    def __init__(
        self,
        section: SettingsSection,
        rows: Mapping[str, SettingRow],
        cards: tuple[SectionCard, ...],
        tr: Translator,
        page_title: QLabel,
        parent: QWidget | None = None,
    ) -> None:
        """`rows` are those of all settings, by name, which make a row when it is asked for.

        `page_title` stands beside the section's heading.
        """
        super().__init__(parent)
        self._tr = tr
        self._rows = rows
        self._cards = cards
        self.title = tr(SECTION_TITLES[section])
        self._groups = groups = groups_of(section)
        self._folded = [name for group in groups if group.is_advanced for name in group.names]
        self.names = tuple(name for group in groups for name in group.names)
        self._is_made = False
        self.fold = self._make_fold()
        self._advanced = named(QWidget(), "plain")
        self._aim = QTimer(self, interval=0, singleShot=True)
        self._aim.timeout.connect(self._scroll_to_wanted)
        self._wanted: QWidget | None = None
        self._heading = label(self.title, "subtitle")
        self._page_title = page_title
        self.verticalScrollBar().rangeChanged.connect(self._keep_room)
        self._keep_room()
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
        self.verticalScrollBar().rangeChanged.connect(self._aim_again)
        self.verticalScrollBar().actionTriggered.connect(self._forget_wanted)
        self.setWidgetResizable(True)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.viewport().setObjectName("plain")

    def showEvent(self, event: QShowEvent) -> None:
        """Have the heading on the line of the page's title, which is larger."""
        super().showEvent(event)
        self._heading.setContentsMargins(0, 0, 0, 0)
        higher = max(0, _baseline(self._page_title) - _baseline(self._heading))
        self._heading.setContentsMargins(0, higher, 0, 0)

    def _keep_room(self) -> None:
        """Show nothing in the bar's room while there is nothing to scroll: so nothing moves when there is."""
        bar = self.verticalScrollBar()
        bar.setEnabled(bar.maximum() > bar.minimum())

    def make(self) -> None:
        """Make what the section shows, unless it is there already."""
        if not self._is_made:
            self._is_made = True
            self._lay_out()

    def refresh(self) -> None:
        """Ask the core for what the cards show."""
        for card in self._cards:
            card.refresh()

    def places(self) -> Iterator[Place]:
        """What a search can find here, from top to bottom."""
        usual = [name for name in self.names if name not in self._folded]
        yield from (_place_of(card) for card in self._cards if card.is_first)
        yield from map(self.place_of_setting, usual)
        yield from (_place_of(card) for card in self._cards if not card.is_first)
        yield from map(self.place_of_setting, self._folded)

    def place_of_setting(self, name: str) -> Place:
        """Where a setting of this section is; its texts come from its declaration, as its row may not be made yet."""
        field, tr = Settings.model_fields[name], self._tr
        texts = (name, tr(field.title or name), tr(field.description) if field.description else "")
        return Place("\n".join(texts), setting=name)

    def show_place(self, place: Place) -> QWidget:
        """Scroll to it, and unfold it where it is folded. Returns what is there."""
        self.make()
        if place.setting in self._folded:
            self.fold.setChecked(True)
        self._wanted = shown = place.card.widget() if place.card is not None else self._rows[place.setting]
        self._aim.start()
        return shown

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
        self.make()
        if self._advanced.layout() is None:
            self._lay_out_advanced()
        self._advanced.setVisible(is_shown)
        self.fold.setIcon(icon("chevron-up" if is_shown else "chevron-down"))
        self.unfolded.emit()

    def _make_fold(self) -> QToolButton:
        fold = named(QToolButton(), "fold")
        fold.setCheckable(True)
        fold.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        fold.setIcon(icon("chevron-down"))
        fold.toggled.connect(self._show_advanced)
        if not self._folded:
            fold.hide()
        return fold

    def _lay_out(self) -> None:
        content = named(QWidget(), "plain")
        content.setMaximumWidth(READABLE_WIDTH)
        column = QVBoxLayout(content)
        column.setContentsMargins(0, 0, Gap.MEDIUM, 0)
        column.setSpacing(Gap.LARGE)
        column.addWidget(self._heading)
        for card in self._cards:
            if card.is_first:
                column.addWidget(_framed(card))
        for group in self._groups:
            if not group.is_advanced:
                column.addWidget(self._group(group))
        for card in self._cards:
            if not card.is_first:
                column.addWidget(_framed(card))
        self._advanced.hide()
        column.addWidget(self.fold, 0, Qt.AlignmentFlag.AlignLeft)
        column.addWidget(self._advanced)
        column.addStretch(1)
        self.setWidget(content)
        put_in_tab_order(self, content)

    def _lay_out_advanced(self) -> None:
        inside = QVBoxLayout(self._advanced)
        inside.setContentsMargins(0, 0, 0, 0)
        inside.setSpacing(Gap.LARGE)
        for group in self._groups:
            if group.is_advanced:
                inside.addWidget(self._group(group))
        put_in_tab_order(self.fold, self._advanced)

    def _group(self, group: SettingsGroup) -> QFrame:
        fields = named(QWidget(), "plain")
        column = QVBoxLayout(fields)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(Gap.TIGHT)
        for name in group.names:
            column.addWidget(self._rows[name])
        return _card(self._tr(group.title) if group.title else "", fields)


def _baseline(shown: QLabel) -> int:
    """Where the letters of a label of one line stand, from its top. Its size of type comes from the style sheet."""
    shown.ensurePolished()
    metrics = shown.fontMetrics()
    return (shown.sizeHint().height() - metrics.height()) // 2 + metrics.ascent()


def _framed(card: SectionCard) -> QWidget:
    if not card.is_framed:
        return card.widget()
    inside = named(QWidget(), "plain")
    column = QVBoxLayout(inside)
    column.setContentsMargins(Gap.SMALL, 0, Gap.SMALL, Gap.TIGHT)
    column.addWidget(card.widget())
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
    for widget in card.widget().findChildren(QWidget):
        if isinstance(widget, (QLabel, QAbstractButton)):
            texts.append(widget.text())
        elif isinstance(widget, QLineEdit):
            texts += [widget.placeholderText(), widget.accessibleName()]
    return Place("\n".join(texts), card=card)
