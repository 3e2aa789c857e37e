"""Taking the settings to another computer: saving them in a file, and taking such a file over."""

from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from core.config import Settings
from core.config.declarations import restricts
from core.config.settings_transfer import SettingsImport
from core.domain.visible import visible
from gui.external_programs import open_folder
from gui.page_context import PageContext
from gui.pages.settings.setting_editors import choice_labels
from gui.scale import Gap
from gui.widgets.dialogs.answer_buttons import AnswerKind
from gui.widgets.dialogs.question import Asked, Question
from gui.widgets.text import paragraph

_SUGGESTED = "notula-settings.toml"
_NOTHING = "-"
"""In place of an empty value."""

_MOST_LINES = 12
"""How many changes the question shows, or as many more as could allow somebody more."""


class SettingsFiles(QWidget):
    """Two buttons."""

    def __init__(self, context: PageContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("plain")
        self._core = context.core
        self._operations = context.operations
        self._messages = context.messages
        self._tr = tr = context.tr
        self.save = QPushButton(tr("Save the settings as …"))
        self.save.clicked.connect(self._ask_where_to_save)
        self.take_over_file = QPushButton(tr("Take over settings …"))
        self.take_over_file.clicked.connect(self._ask_for_file)
        buttons = QHBoxLayout()
        buttons.addWidget(self.save)
        buttons.addWidget(self.take_over_file)
        buttons.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(Gap.SMALL)
        about = tr("For another computer. Keys and the bot's token are not in the file; they are added there anew.")
        column.addWidget(paragraph(about, "muted"))
        column.addLayout(buttons)

    def export(self, name: str) -> None:
        """Write the settings to this file, and say so."""
        file = Path(name)
        saved = self._tr("Saved as {name} in {folder}.", name=file.name, folder=str(file.parent))
        self._operations.start(
            self._core.call(lambda notula: notula.settings_service.export(file)),
            done=lambda _: self._messages.information(
                saved, self._tr("Show"), lambda: open_folder(file.parent, self._messages)
            ),
        )

    def read(self, name: str) -> None:
        """Read this file, and ask whether what it would change is to be changed."""
        file = Path(name)
        self._operations.start(
            self._core.call(lambda notula: notula.settings_service.read_import(file)), done=self._ask
        )

    def _ask(self, found: SettingsImport) -> None:
        tr = self._tr
        fixed = tr("What environment variables decide stays: {names}.", names=", ".join(map(self._title, found.fixed)))
        if not found.values:
            same = tr("The settings in the file are those that you have.")
            self._messages.information(f"{same} {fixed}" if found.fixed else same)
            return
        # First what could allow somebody more, or send keys elsewhere, such as a server's address.
        names = sorted(found.values, key=lambda name: not restricts(name))
        lines = [f"{self._title(name)}: {self._shown(name, found.values[name])}" for name in names]
        most_lines = max(_MOST_LINES, sum(map(restricts, names)))  # None of those may hide behind others.
        if len(lines) > most_lines:
            left = len(lines) - most_lines
            lines[most_lines:] = [tr.plural("… and {count} more", "… and {count} more", left)]
        if found.fixed:
            lines += ["", fixed]
        asked = Asked(
            tr("Take over settings"),
            tr.plural("Change {count} setting?", "Change {count} settings?", len(names)),
            "\n".join(lines),
        )
        question = Question(asked, tr("Change"), tr("Cancel"), AnswerKind.CAREFUL, self.window())
        question.accepted.connect(partial(self._change, found))
        question.open()

    def _change(self, found: SettingsImport) -> None:
        values = dict(found.values)
        done = self._tr.plural("{count} setting was changed.", "{count} settings were changed.", len(values))
        self._operations.start(
            self._core.call(lambda notula: notula.settings_service.change(**values)),
            done=lambda _: self._messages.information(done),
        )

    def _title(self, name: str) -> str:
        return self._tr(Settings.model_fields[name].title or name)

    def _shown(self, name: str, value: object) -> str:
        if isinstance(value, bool):
            return self._tr("yes") if value else self._tr("no")
        labels = choice_labels(Settings.model_fields[name], self._tr)
        if isinstance(value, tuple):
            return visible(", ".join(labels.get(str(one), str(one)) for one in value)) or _NOTHING
        if isinstance(value, dict) and all(isinstance(one, tuple) for one in value.values()):
            keys = (f"{name} ({', '.join(one) or _NOTHING})" for name, one in value.items())
            return visible(", ".join(keys)) or _NOTHING
        if isinstance(value, dict):
            services = (f"{name} ({one.base_url})" if one.base_url else name for name, one in value.items())
            return visible(", ".join(services)) or _NOTHING
        return visible(labels.get(str(value), str(value))) or _NOTHING

    def _ask_where_to_save(self) -> None:
        dialog = QFileDialog(self.window(), self._tr("Save the settings"), str(Path.home() / _SUGGESTED))
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix("toml")
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.selectFile(_SUGGESTED)
        dialog.fileSelected.connect(self.export)
        dialog.open()

    def _ask_for_file(self) -> None:
        dialog = QFileDialog(self.window(), self._tr("Take over settings"), str(Path.home()), "TOML (*.toml)")
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(self.read)
        dialog.open()
