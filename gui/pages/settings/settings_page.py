"""The settings, made from their declarations, in sections; every change applies at once and is saved."""

from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Self

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from core.config import Settings
from core.config.sections import SettingsSection, groups_of, section_of
from core.domain import ModelKind, ModelStatus
from core.domain.model import AUTOMATIC, automatic_title
from core.domain.window_page import WindowPage
from gui.page_context import PageContext
from gui.pages.page import Page
from gui.pages.settings.bot_link import BotLink
from gui.pages.settings.keyboard_box import KeyboardBox
from gui.pages.settings.login_box import LoginBox
from gui.pages.settings.models_box import ModelsBox
from gui.pages.settings.own_model_box import OwnModelBox
from gui.pages.settings.profiles_box import ProfilesBox
from gui.pages.settings.providers.providers_box import ProvidersBox
from gui.pages.settings.section_view import Place, SectionCard, SectionView
from gui.pages.settings.setting_editors import ChoiceEditor
from gui.pages.settings.setting_rows import SettingRows
from gui.pages.settings.settings_files import SettingsFiles
from gui.pages.settings.settings_search import SettingsSearch
from gui.pages.settings.watched_folders_box import WatchedFoldersBox
from gui.scale import Gap
from gui.widgets.styled_list import StyledList
from gui.widgets.text import label, named

_LIST_WIDTH = 176
_BOT_PAGES = (WindowPage.BOT, WindowPage.BOT_CHATS)
"""To which the first card of the bot's section has a button, for all of its settings."""


class SettingsPage(Page):
    """A list of sections beside the settings of the chosen one, and a search in all of them.

    What a section shows is made when it is first shown: all of them at once would be half of what a window takes.
    """

    def __init__(self, context: PageContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._settings = context.settings
        self._tr = context.tr
        self._setting_rows = SettingRows(
            context, [name for section in SettingsSection for name in _names_in(section)], self, here=_BOT_PAGES
        )
        self._setting_rows.shown.connect(self._count_changed)
        self._rows, self._editors = self._setting_rows.rows, self._setting_rows.editors
        self._title = label(self._tr("Settings"), "title")
        self._sections = {
            section: SectionView(section, self._rows, self._cards(section), self._tr, self._title)
            for section in SettingsSection
        }
        self._search = SettingsSearch(tuple(self._sections.values()), self._tr)
        self._search.found.connect(self._show_found)
        self._search.changed.connect(self._mark_found)
        self._search.chosen.connect(lambda view, place: self._enter(view.show_place(place)))
        for view in self._sections.values():
            view.unfolded.connect(self.rearranged)
        self._list = self._make_list()
        self._stack = QStackedWidget()
        self._lay_out()
        self._count_changed()
        context.actions.bind("settings_search", self, self._search.line.setFocus)
        context.actions.bind("settings_find_next", self, lambda: self._search.step(1))

    @cached_property
    def providers(self) -> ProvidersBox:
        """The providers and their keys."""
        return ProvidersBox(self._context)

    @cached_property
    def login(self) -> LoginBox:
        """Whether Notula starts by itself."""
        return LoginBox(self._context)

    @cached_property
    def profiles(self) -> ProfilesBox:
        """The saved profiles."""
        return ProfilesBox(self._context)

    @cached_property
    def files(self) -> SettingsFiles:
        """The settings as a file."""
        return SettingsFiles(self._context)

    @cached_property
    def keyboard(self) -> KeyboardBox:
        """The keys of a person's own."""
        return KeyboardBox(self._context)

    @cached_property
    def watched(self) -> WatchedFoldersBox:
        """The watched folders."""
        return WatchedFoldersBox(self._context)

    @cached_property
    def _models(self) -> ModelsBox:
        models = ModelsBox(self._context)
        models.listed.connect(self._offer_models)
        return models

    @cached_property
    def _own_model(self) -> OwnModelBox:
        return OwnModelBox(self._context)

    @cached_property
    def _bot(self) -> BotLink:
        return BotLink(self._context)

    @property
    def section(self) -> SettingsSection:
        """The section that is shown."""
        return list(self._sections)[self._stack.currentIndex()]

    def show_section(self, section: SettingsSection) -> None:
        """Turn to this section."""
        self._list.setCurrentRow(list(self._sections).index(section))

    def listed_settings(self) -> Iterator[tuple[str, str, str]]:
        """Of each setting with a row the name, the title and that of its section, as they are shown."""
        for view in self._sections.values():
            for name in view.names:
                yield name, self._tr(Settings.model_fields[name].title or name), view.title

    def show_setting(self, name: str) -> None:
        """Turn to the section of a setting, and move the focus into its editor."""
        view = self._sections[section_of(name)]
        self._enter(self._show_found(view, view.place_of_setting(name)))

    def show_part(self, name: str) -> None:
        if name in self._rows:
            self.show_section(section_of(name))
        else:
            self.show_section(SettingsSection(name))

    def focus_part(self, name: str) -> None:
        if name in self._rows:
            self.show_setting(name)

    def on_shown(self) -> None:
        """Ask again for what the section shows, such as which models are there."""
        view = self._sections[self.section]
        view.make()
        view.refresh()

    def first_control(self) -> QWidget:
        return self._list

    def take_over(self, before: Self) -> None:
        self._search.line.setText(before._search.line.text())
        self._setting_rows.take_over(before._setting_rows)
        made = vars(before)  # Nothing is typed in parts that weren't shown yet.
        if "providers" in made:
            self.providers.take_over(before.providers)
        if "_own_model" in made:
            self._own_model.take_over(before._own_model)
        if "keyboard" in made:
            self.keyboard.line.setText(before.keyboard.line.text())
        self.show_section(before.section)

    def saved_state(self) -> Mapping[str, object]:
        return {"section": self.section.value}

    def restore_state(self, state: Mapping[str, object]) -> None:
        section = state.get("section")
        if isinstance(section, str) and section in tuple(SettingsSection):
            self.show_section(SettingsSection(section))

    def _cards(self, section: SettingsSection) -> tuple[SectionCard, ...]:
        tr = self._tr
        return {
            SettingsSection.MODELS: (
                SectionCard(tr("Models on this computer"), lambda: self._models, lambda: self._models.refresh()),
                SectionCard(tr("A model of your own"), lambda: self._own_model),
            ),
            SettingsSection.PROVIDERS: (
                SectionCard(
                    tr("Providers"),
                    lambda: self.providers,
                    lambda: self.providers.refresh(),
                    is_first=True,
                    is_framed=False,
                ),
            ),
            SettingsSection.WATCHING: (SectionCard(tr("Folders"), lambda: self.watched, is_first=True),),
            SettingsSection.GENERAL: (
                SectionCard(tr("Profiles"), lambda: self.profiles),
                SectionCard(tr("Login"), lambda: self.login, lambda: self.login.refresh()),
            ),
            SettingsSection.KEYBOARD: (SectionCard(tr("Keys"), lambda: self.keyboard),),
            SettingsSection.ADVANCED: (SectionCard(tr("Settings on another computer"), lambda: self.files),),
            SettingsSection.BOT: (SectionCard(tr("The bot"), lambda: self._bot, is_first=True),),
        }.get(section, ())

    def _count_changed(self) -> None:
        """Count those of the folded settings that differ from their defaults."""
        for view in self._sections.values():
            view.show_changed(sum(map(self._setting_rows.is_changed, view.folded_names)))

    def _offer_models(self, models: tuple[ModelStatus, ...]) -> None:
        editor = self._editors["model"]
        assert isinstance(editor, ChoiceEditor)
        of_speech = [model for model in models if model.kind is ModelKind.SPEECH]
        here = {model.name: model.name for model in of_speech if model.state.is_here}
        editor.set_labels({AUTOMATIC: self._tr.message(automatic_title(models)), **here})
        editor.show_value(self._settings.current.model)

    def _show_found(self, view: SectionView, place: Place) -> QWidget:
        self._list.setCurrentRow(list(self._sections.values()).index(view))
        return view.show_place(place)

    def _mark_found(self, found: tuple[tuple[SectionView, Place], ...]) -> None:
        self._setting_rows.mark(frozenset(place.setting for _, place in found if place.setting))

    def _enter(self, within: QWidget) -> None:
        """Move the focus to the first control of what was found."""
        for widget in (within, *within.findChildren(QWidget)):
            takes_focus = widget.focusPolicy().value & Qt.FocusPolicy.TabFocus.value
            if takes_focus and widget.isEnabled() and widget.isVisible():
                widget.setFocus(Qt.FocusReason.ShortcutFocusReason)
                return

    def _turn(self, number: int) -> None:
        self._stack.setCurrentIndex(number)
        if self.isVisible():
            self.on_shown()
            self.rearranged.emit()

    def _make_list(self) -> StyledList:
        made = named(StyledList(), "list")
        made.setAccessibleName(self._tr("Sections of the settings"))
        made.setSpacing(Gap.TIGHT)
        made.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        for view in self._sections.values():
            made.addItem(view.title)
        return made

    def _lay_out(self) -> None:
        for view in self._sections.values():
            self._stack.addWidget(view)
        self._list.currentRowChanged.connect(self._turn)
        self._list.setCurrentRow(0)
        left = named(QWidget(), "plain")
        left.setFixedWidth(_LIST_WIDTH)
        column = QVBoxLayout(left)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(Gap.MEDIUM)
        column.addWidget(self._title)
        column.addWidget(self._search)
        column.addWidget(self._list, 1)
        whole = QHBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(Gap.WIDE)
        whole.addWidget(left)
        whole.addWidget(self._stack, 1)


def _names_in(section: SettingsSection) -> tuple[str, ...]:
    return tuple(name for group in groups_of(section) for name in group.names)
