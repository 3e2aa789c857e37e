"""Profiles: settings of transcription and export under a name, chosen, made, renamed, copied and deleted in a menu."""

from collections.abc import Callable
from functools import partial

from PySide6.QtWidgets import QHBoxLayout, QMenu, QVBoxLayout, QWidget

from core.config import Settings
from core.config.profile_settings import HELD, LONGEST_NAME, MOST_PROFILES, Profile, held_values, profile_in_use
from core.domain.visible import one_line
from gui.changes import Changes
from gui.page_context import PageContext
from gui.pages.settings.profile_changes import keep_profiles, use_profile
from gui.scale import Gap
from gui.widgets.dialogs.input_questions import TextQuestion, Verdict
from gui.widgets.dialogs.question import Asked
from gui.widgets.menu_button import MenuButton
from gui.widgets.text import harmless, paragraph


class ProfilesBox(QWidget):
    """A menu that says which profile is in use."""

    def __init__(self, context: PageContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("plain")
        self._context = context
        self._tr = tr = context.tr
        self._settings = context.settings
        self.menu_button = MenuButton()
        row = QHBoxLayout()
        row.addWidget(self.menu_button)
        row.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(Gap.SMALL)
        about = tr(
            "A profile holds language, model, vocabulary, speakers, export and subtitles. Providers, costs, keys, bot "
            "and limits stay as they are. Recordings that wait keep the options that they were given."
        )
        column.addWidget(paragraph(about, "muted"))
        column.addLayout(row)
        context.changes.happened.connect(self._follow)
        self._show()

    def ask_to_save(self) -> None:
        """Ask for a name, and save the present settings under it."""
        self._ask_for_name(self._tr("Save as a profile"), "", self._save, self._judge_new)

    def _follow(self, changes: Changes, initiator: object) -> None:
        if changes.settings & {"saved_profiles", *HELD}:
            self._show()

    def _show(self) -> None:
        settings = self._settings.current
        tr, profiles = self._tr, settings.saved_profiles
        used = profile_in_use(settings, profiles)
        self.menu_button.setText(_shown(used) if used else tr("No profile"))
        self.menu_button.setAccessibleName(tr("Profile: {name}", name=used) if used else tr("No profile"))
        menu = self.menu_button.menu()
        menu.clear()
        for name in profiles:
            action = menu.addAction(_shown(name))
            action.setCheckable(True)
            action.setChecked(name == used)
            action.triggered.connect(lambda _, one=name: use_profile(self._context, one))
        if profiles:
            menu.addSeparator()
        menu.addAction(tr("Save the present settings …")).triggered.connect(self.ask_to_save)
        if profiles:
            self._add_for_each(menu, tr("Rename"), self._ask_to_rename)
            self._add_for_each(menu, tr("Duplicate"), self._duplicate).setEnabled(len(profiles) < MOST_PROFILES)
            self._add_for_each(menu, tr("Delete"), self._delete)

    def _add_for_each(self, menu: QMenu, title: str, chosen: Callable[[str], None]) -> QMenu:
        of_each = menu.addMenu(title)
        for name in self._settings.current.saved_profiles:
            of_each.addAction(_shown(name)).triggered.connect(lambda _, one=name: chosen(one))
        return of_each

    def _judge_new(self, name: str) -> Verdict:
        tr, profiles = self._tr, self._settings.current.saved_profiles
        if name in profiles:
            there = tr("There is a profile {name} already. It gets the present settings.", name=harmless(name))
            return Verdict(there, yes=tr("Replace"))
        if len(profiles) >= MOST_PROFILES:
            return Verdict(
                tr("There are {count} profiles, the most that can be. Delete one first.", count=MOST_PROFILES), True
            )
        return Verdict()

    def _judge_renamed(self, name: str, new: str) -> Verdict:
        if new == name or new not in self._settings.current.saved_profiles:
            return Verdict()
        return Verdict(self._tr("There is a profile {name} already.", name=harmless(new)), is_refused=True)

    def _save(self, name: str) -> None:
        kept = {**self._settings.current.saved_profiles, name: held_values(self._settings.current)}
        self._keep(kept, self._tr("Saved as the profile {name}.", name=harmless(name)))

    def _ask_to_rename(self, name: str) -> None:
        title = self._tr("Rename {name}", name=harmless(name))
        self._ask_for_name(title, name, partial(self._rename, name), partial(self._judge_renamed, name))

    def _rename(self, name: str, new: str) -> None:
        profiles = self._settings.current.saved_profiles
        if name not in profiles or new in profiles:  # Another window or the command line may have changed them.
            return
        kept = {new if each == name else each: values for each, values in profiles.items()}
        self._keep(kept, self._tr("{name} is called {new} now.", name=harmless(name), new=harmless(new)))

    def _duplicate(self, name: str) -> None:
        profiles = self._settings.current.saved_profiles
        number = 2
        while (copy := f"{name[: LONGEST_NAME - 5]} ({number})") in profiles:
            number += 1
        self._keep({**profiles, copy: profiles[name]}, self._tr("Copied as {name}.", name=harmless(copy)))

    def _delete(self, name: str) -> None:
        kept = {each: values for each, values in self._settings.current.saved_profiles.items() if each != name}
        self._keep(kept, self._tr("The profile {name} was deleted.", name=harmless(name)))

    def _keep(self, profiles: dict[str, Profile], said: str) -> None:
        keep_profiles(self._context, profiles, said)

    def _ask_for_name(
        self, title: str, name: str, chosen: Callable[[str], None], judge: Callable[[str], Verdict]
    ) -> None:
        tr = self._tr

        def judge_typed(typed: str) -> Verdict:
            name = _as_name(typed)
            return judge(name) if name else Verdict(is_refused=True)

        asked = Asked(title, tr("Name of the profile, such as Interviews:"))
        dialog = TextQuestion(asked, tr("Save"), tr("Cancel"), self.window(), judge_typed)
        dialog.line.setMaxLength(LONGEST_NAME)
        dialog.line.setText(name)
        dialog.line.selectAll()
        dialog.answered.connect(lambda typed: chosen(_as_name(typed)))
        dialog.open()


def _as_name(typed: str) -> str:
    """What a profile is called by what was typed."""
    name = one_line(typed).strip()[:LONGEST_NAME].strip()
    # In the file the name of a setting would be taken for one in the wrong place.
    return name.capitalize() if name in Settings.model_fields else name


def _shown(name: str) -> str:
    return harmless(name).replace("&", "&&")
