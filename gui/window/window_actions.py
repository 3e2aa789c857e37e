"""What can be done by keys in the whole window, and what its command palette finds."""

from collections.abc import Callable, Iterator, Mapping
from functools import partial

from PySide6.QtCore import QLocale, QObject
from PySide6.QtWidgets import QWidget
from shiboken6 import isValid

from core.domain import HistoryPage, TranscriptId
from gui.actions.actions import BoundAction
from gui.actions.declaration import PLACE_TITLES, ActionDeclaration
from gui.page_context import PageContext
from gui.pages.page import Page, PageDeclaration
from gui.pages.page_actions import action_of_page
from gui.widgets.text import harmless, moment
from gui.window.command_palette import CommandPalette
from gui.window.key_list import KeyList
from gui.window.keys_over_text import KeysOverText
from gui.window.palette_entries import EntryKind, PaletteEntry

MOST_TRANSCRIPTS = 50
"""How many of the latest transcripts the palette finds by their names."""


class WindowActions(QObject):
    """Belongs to the window that shows these pages."""

    def __init__(
        self,
        window: QWidget,
        pages: Mapping[str, Page],
        declarations: Mapping[str, PageDeclaration],
        show_page: Callable[[str], None],
        context: PageContext,
    ) -> None:
        super().__init__(window)
        self._window = window
        self._pages = pages
        self._declarations = declarations
        self._show_page = show_page
        self._context = context
        self._actions = context.actions
        self._tr = context.tr
        KeysOverText(self._actions.bind("window_palette", window, self.open_palette), window)
        self._actions.bind("window_keys", window, self.open_keys)
        context.navigation.keys_wanted.connect(self.open_keys)

    def open_palette(self) -> CommandPalette:
        """Let a person find something by its name. What was read meanwhile is added."""
        entries = [
            *self._of_actions(),
            *self._of_late_actions(),
            *self._of_profiles(),
            *self._of_parts(),
            *self._of_settings(),
        ]
        palette = CommandPalette(entries, self._tr, self._window)
        palette.open()

        def show(page: HistoryPage) -> None:
            if isValid(palette):  # Else it was closed meanwhile.
                palette.add(list(self._of_transcripts(page)))

        recent = self._context.core.call(lambda notula: notula.transcripts.page(limit=MOST_TRANSCRIPTS))
        self._context.operations.start(recent, done=show, kind="palette")
        return palette

    def open_keys(self) -> KeyList:
        """Show all keys."""
        keys = KeyList(self._actions, partial(self._show_page, "settings.keyboard"), self._tr, self._window)
        keys.open()
        return keys

    def _of_actions(self) -> Iterator[PaletteEntry]:
        """What can be done now, here or on a page of the sidebar."""
        listed = set()
        for one in sorted(self._actions.bound, key=lambda one: not one.owner.isVisible()):
            page = self._page_of(one.owner)
            is_possible = one.owner.isVisible() or (page in self._declarations and self._declarations[page].in_sidebar)
            if not one.action.isEnabled() or not is_possible or one.declaration.name in listed:
                continue
            if one.declaration.name == "window_palette" or one.declaration.part:
                continue
            listed.add(one.declaration.name)
            is_page = one.declaration.name in {action_of_page(name) for name in self._context_pages()}
            yield PaletteEntry(
                EntryKind.PAGE if is_page else EntryKind.ACTION,
                one.action.text(),
                self._tr("Page") if is_page else self._tr(PLACE_TITLES[one.declaration.place]),
                partial(self._do, one, page),
                self._actions.shown_keys(one.declaration.name),
                is_near=bool(page) and one.owner.isVisible(),
            )

    def _of_late_actions(self) -> Iterator[PaletteEntry]:
        """What can be done in parts of pages that are made when they are first shown, whether they were or not."""
        disabled = {one.declaration.name for one in self._actions.bound if not one.action.isEnabled()}
        shown = {one.declaration.name for one in self._actions.bound if one.owner.isVisible()}
        for one in self._actions.declarations:
            if one.part and one.name not in disabled:
                yield PaletteEntry(
                    EntryKind.ACTION,
                    self._tr(one.text),
                    self._tr(PLACE_TITLES[one.place]),
                    partial(self._do_in_part, one),
                    self._actions.shown_keys(one.name),
                    is_near=one.name in shown,
                )

    def _do_in_part(self, declaration: ActionDeclaration) -> None:
        """Go where the action is, which makes it, and do it as soon as that is seen."""

        def do() -> None:
            for one in self._actions.bound:
                if one.declaration is declaration and one.owner.isVisible():
                    one.action.trigger()

        self._show_page(declaration.part)
        page, _, _ = declaration.part.partition(".")
        self._pages[page].when_ready(do)

    def _context_pages(self) -> Iterator[str]:
        for name, declaration in self._declarations.items():
            yield name
            yield from (f"{name}.{part.name}" for part in declaration.parts)

    def _do(self, one: BoundAction, page: str) -> None:
        if page and not one.owner.isVisible():
            self._show_page(page)
        one.action.trigger()

    def _of_parts(self) -> Iterator[PaletteEntry]:
        """The parts of pages that no key goes to."""
        for name, declaration in self._declarations.items():
            for part in declaration.parts:
                if part.title and not part.has_digit:
                    show = partial(self._show_page, f"{name}.{part.name}")
                    yield PaletteEntry(EntryKind.PAGE, self._tr(part.title), self._tr(declaration.title), show)

    def _of_profiles(self) -> Iterator[PaletteEntry]:
        from gui.pages.settings.profile_changes import use_profile

        for name in self._context.settings.current.saved_profiles:
            title = self._tr("Use the profile {name}", name=harmless(name))
            yield PaletteEntry(EntryKind.ACTION, title, self._tr("Profile"), partial(use_profile, self._context, name))

    def _of_settings(self) -> Iterator[PaletteEntry]:
        from gui.pages.settings.settings_page import SettingsPage

        for name, page in self._pages.items():
            if isinstance(page, SettingsPage):
                for setting, title, section in page.listed_settings():

                    def show(setting: str = setting, name: str = name, page: SettingsPage = page) -> None:
                        self._show_page(name)
                        page.show_setting(setting)

                    where = "  ·  ".join((self._tr("Setting"), section))
                    yield PaletteEntry(EntryKind.SETTING, title, where, show)

    def _of_transcripts(self, page: HistoryPage) -> Iterator[PaletteEntry]:
        locale = QLocale(self._tr.language)
        for entry in page.entries:
            where = "  ·  ".join((self._tr("Transcript"), moment(locale, entry.created_at)))
            show = partial(self._context.navigation.open_transcript, TranscriptId(entry.id))
            yield PaletteEntry(EntryKind.TRANSCRIPT, entry.name, where, show)

    def _page_of(self, widget: QWidget) -> str:
        """The name of the page that a widget is on, empty for one of the window itself."""
        for name, page in self._pages.items():
            if page is widget or page.isAncestorOf(widget):
                return name
        return ""
