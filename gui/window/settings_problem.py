"""The dialog that is shown instead of the window where the settings can't be used."""

from collections.abc import Sequence

from core.i18n import Translator
from gui.widgets.dialogs.question import Asked, Question
from gui.widgets.text import harmless


def settings_problem_dialog(sentences: Sequence[str], tr: Translator) -> Question:
    """It has a paragraph for each problem."""
    told = "\n\n".join(map(harmless, sentences))
    return Question(Asked("Notula", tr("Notula can't start with these settings."), told), tr("Quit"))
