"""Options under a name: to choose, to save and to delete."""

from core.i18n import Translator
from gui.job_options import LONGEST_NAME, MOST_PRESETS, ChosenOptions, JobOptions
from gui.messages import Messages
from gui.widgets.dialogs.input_questions import TextQuestion, Verdict
from gui.widgets.dialogs.question import Asked
from gui.widgets.menu_button import MenuButton
from gui.widgets.text import harmless


class PresetMenu(MenuButton):
    """Says which preset is in use; its menu has all."""

    def __init__(self, chosen: ChosenOptions, messages: Messages, tr: Translator) -> None:
        super().__init__()
        self._chosen = chosen
        self._messages = messages
        self._tr = tr
        chosen.changed.connect(self._show)
        self._show()

    def ask_for_name(self) -> None:
        """Let a person name the present options, which are saved under that name."""
        tr = self._tr
        asked = Asked(tr("Save as a preset"), tr("Name of these options, such as Interviews:"))
        dialog = TextQuestion(asked, tr("Save"), tr("Cancel"), self.window(), self._judge)
        dialog.line.setMaxLength(LONGEST_NAME)
        dialog.answered.connect(self._chosen.save_preset)
        dialog.open()

    def _judge(self, name: str) -> Verdict:
        tr, presets = self._tr, self._chosen.presets
        if name in presets:
            there = tr("There is a preset {name} already. It gets these options.", name=harmless(name))
            return Verdict(there, yes=tr("Replace"))
        if len(presets) >= MOST_PRESETS:
            return Verdict(
                tr("There are {count} presets, the most that can be. Delete one first.", count=MOST_PRESETS), True
            )
        return Verdict()

    def _delete(self, name: str) -> None:
        """Delete it, which can be undone: its place in the menu stays, too."""
        before = dict(self._chosen.presets)
        self._chosen.delete_preset(name)
        tr = self._tr
        said = tr("The preset {name} was deleted.", name=harmless(name))
        self._messages.information(said, tr("Undo"), lambda: self._chosen.put_back_presets(before), is_undo=True)

    def _show(self) -> None:
        tr, presets = self._tr, self._chosen.presets
        present = self._chosen.current.without_part
        used = next((name for name, options in presets.items() if options == present), "")
        text = harmless(used) if used else tr("Presets")
        self.setText(text.replace("&", "&&"))
        self.setAccessibleName(tr("Preset: {name}", name=used) if used else tr("Presets"))
        menu = self.menu()
        menu.clear()
        for name, options in presets.items():
            action = menu.addAction(harmless(name).replace("&", "&&"))
            action.setCheckable(True)
            action.setChecked(name == used)
            action.triggered.connect(lambda _, one=options: self._chosen.choose(one))
        if presets:
            menu.addSeparator()
        menu.addAction(tr("Save these options …")).triggered.connect(self.ask_for_name)
        back = menu.addAction(tr("Back to the settings"))
        back.setEnabled(present != JobOptions())
        back.triggered.connect(lambda _: self._chosen.choose(JobOptions()))
        if presets:
            delete = menu.addMenu(tr("Delete a preset"))
            for name in presets:
                action = delete.addAction(harmless(name).replace("&", "&&"))
                action.triggered.connect(lambda _, one=name: self._delete(one))
