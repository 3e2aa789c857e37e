"""The dialogs about quitting while there is work. They are opened without a loop of their own."""

from PySide6.QtWidgets import QWidget

from core.i18n import Translator
from gui.widgets.dialogs.answer_buttons import AnswerKind
from gui.widgets.dialogs.question import Asked, Question
from gui.widgets.text import named


def quit_question(parent: QWidget, unfinished: int, tr: Translator) -> Question:
    """Asks whether to quit with unfinished recordings, of which none is lost."""
    asked = Asked(
        tr("Quit Notula"),
        tr.plural("{count} recording isn't finished yet.", "{count} recordings aren't finished yet.", unfinished),
        tr("Unfinished work goes on when Notula starts again."),
    )
    return Question(asked, tr("Quit"), tr("Keep open"), parent=parent)


def finishing_dialog(parent: QWidget, running: int, within_s: float, tr: Translator) -> Question:
    """Says that Notula ends after the running jobs, `within_s` seconds at most. Accepted where it is to end now."""
    asked = Asked(
        tr("Quit Notula"),
        tr.plural("{count} recording is being finished.", "{count} recordings are being finished.", running),
        tr(
            "Then Notula quits, in {seconds} s at the latest. What isn't done by then goes on at the next start.",
            seconds=f"{within_s:g}",
        ),
    )
    return named(Question(asked, tr("Quit now"), tr("Wait"), AnswerKind.CAREFUL, parent), "finishing")
