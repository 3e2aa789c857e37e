"""The rows of some settings: they show the values in use, and a change of one applies at once and is saved."""

from collections.abc import Collection, Iterable
from dataclasses import replace
from typing import Any

from PySide6.QtCore import QObject, Signal

from core.config import Settings
from core.config.declarations import not_allowed, page_of_help, wrong_part
from core.config.sections import SECTION_TITLES, SettingsSection, default_of
from core.domain import TranslatableText
from core.domain.window_page import WindowPage
from gui.changes import Changes
from gui.made_on_demand import MadeOnDemand
from gui.page_context import PageContext
from gui.pages.settings.setting_editors import Editor, make_editor
from gui.pages.settings.setting_row import SettingRow


class SettingRows(QObject):
    """A row for each of these settings, by name, made when it is first asked for."""

    shown = Signal(object)
    """The names of the settings that have another value in use, whether their rows are made or not."""

    def __init__(
        self,
        context: PageContext,
        names: Iterable[str],
        parent: QObject | None = None,
        *,
        here: Collection[WindowPage] = (),
    ) -> None:
        """`here` are the pages that they stand on, or to which there is a button beside them: no help needs another."""
        super().__init__(parent)
        self._here = here
        self._settings = context.settings
        self._core = context.core
        self._operations = context.operations
        self._messages = context.messages
        self._tr = context.tr
        self._found: frozenset[str] = frozenset()
        self.rows: MadeOnDemand[SettingRow] = MadeOnDemand(names, self._row)
        self.editors: MadeOnDemand[Editor] = MadeOnDemand(self.rows, lambda name: self.rows[name].editor)
        context.changes.happened.connect(self._follow)

    def is_changed(self, name: str) -> bool:
        """Whether the setting differs from its default."""
        return bool(getattr(self._settings.current, name) != default_of(name))

    def mark(self, found: frozenset[str]) -> None:
        """Mark these as what a search has found, and no others."""
        for name in found ^ self._found:
            if name in self.rows.made:
                self.rows[name].mark(is_found=name in found)
        self._found = found

    def change(self, name: str, value: Any) -> None:
        """Check the new value of an editor, and have the core use and save it."""
        row = self.rows[name]

        def failed(message: TranslatableText) -> None:
            row.say(message)
            if not row.editor.keeps_what_was_typed:
                row.editor.show_value(getattr(self._settings.current, name))

        if wrong_part(name, value) is not None:
            failed(not_allowed(name, value))
            return
        row.say(None)
        change = self._core.call(lambda notula: notula.settings_service.change(**{name: value}))
        self._operations.start(change, failed=failed)

    def take_over(self, before: "SettingRows") -> None:
        """Show what was typed in other rows and isn't allowed."""
        for name, row in before.rows.made.items():
            if row.has_problem and row.editor.typed_text:
                self.rows[name].editor.type_again(row.editor.typed_text)

    def _row(self, name: str) -> SettingRow:
        field = Settings.model_fields[name]
        editor = make_editor(name, field, self._tr)
        editor.show_value(getattr(self._settings.current, name))
        editor.chosen.connect(self.change)
        editor.typed.connect(self._check)
        row = SettingRow(editor, self._tr(field.description) if field.description else "", self._tr)
        row.reset_wanted.connect(self._reset)
        place = page_of_help(name)
        link = self._messages.link_to(place)
        if place is not None and place not in self._here and link is not None:
            row.add_link(replace(link, text=self._link_text(place, link.text)))
        row.set_changed(self.is_changed(name))
        if name in self._found:
            row.mark(is_found=True)
        return row

    def _link_text(self, place: WindowPage, text: str) -> str:
        """On the settings' own page "Open Settings" would lead nowhere."""
        page, _, section = place.partition(".")
        if page != WindowPage.SETTINGS:
            return text
        return self._tr("Go to {place}", place=self._tr(SECTION_TITLES[SettingsSection(section)]))

    def _follow(self, changes: Changes) -> None:
        """Show the values in use. A typed value that isn't allowed stays in its field, to be corrected."""
        names = changes.settings & self.rows.keys()
        for name in names & self.rows.made.keys():
            row = self.rows[name]
            if not (row.editor.keeps_what_was_typed and row.has_problem):
                row.editor.show_value(getattr(self._settings.current, name))
            row.set_changed(self.is_changed(name))
        if names:
            self.shown.emit(names)

    def _check(self, name: str, value: Any) -> None:
        """Say while a person types which values are allowed; what is typed stays."""
        self.rows[name].say(not_allowed(name, value) if wrong_part(name, value) is not None else None)

    def _reset(self, name: str) -> None:
        default = default_of(name)
        self.rows[name].editor.show_value(default)
        self.change(name, default)
