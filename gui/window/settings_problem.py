"""The dialog that is shown instead of the window where the settings can't be used."""

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton

from core.i18n import Translator
from gui.external_programs import NO_FILES, is_folder_shown
from gui.widgets.dialogs.question import Asked, Question
from gui.widgets.text import harmless, paragraph


def settings_problem_dialog(sentences: Sequence[str], folder: Path, tr: Translator) -> Question:
    """It has a paragraph for each problem, and shows the folder of the settings file, which they ask to correct."""
    told = "\n\n".join(map(harmless, sentences))
    question = Question(Asked("Notula", tr("Notula can't start with these settings."), told), tr("Quit"))
    show, failed = QPushButton(tr("Show the folder")), paragraph(name="problem")
    show.setAutoDefault(False)
    failed.hide()

    def open_it() -> None:
        if not is_folder_shown(folder):
            failed.setText(tr(NO_FILES, folder=harmless(str(folder))))
            failed.show()

    show.clicked.connect(open_it)
    question.add(failed)
    question.add(show)
    question.column.setAlignment(show, Qt.AlignmentFlag.AlignLeft)
    return question
