"""Options under a name: to choose, to save and to delete."""

from core.i18n import Translator
from gui.job_options import LONGEST_NAME, ChosenOptions, JobOptions
from gui.widgets.dialogs.input_questions import TextQuestion
from gui.widgets.dialogs.question import Asked
from gui.widgets.menu_button import MenuButton
from gui.widgets.text import harmless


class PresetMenu(MenuButton):
    """Says which preset is in use; its menu has all."""

    def __init__(self, chosen: ChosenOptions, tr: Translator) -> None:
        super().__init__()
        self._chosen = chosen
        self._tr = tr
        chosen.changed.connect(self._show)
        self._show()

    def ask_for_name(self) -> None:
        """Let a person name the present options, which are saved under that name."""
        tr = self._tr
        asked = Asked(tr("Save as a preset"), tr("Name of these options, such as Interviews:"))
        dialog = TextQuestion(asked, tr("Save"), tr("Cancel"), self.window())
        dialog.answered.connect(self._save)
        dialog.open()

    def _save(self, name: str) -> None:
        if cut := name.strip()[:LONGEST_NAME]:
            self._chosen.save_preset(cut)

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
                action.triggered.connect(lambda _, one=name: self._chosen.delete_preset(one))
