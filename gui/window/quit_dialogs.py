"""The dialogs about quitting while there is work. They are opened without a loop of their own."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QMessageBox, QWidget

from core.i18n import Translator
from gui.widgets.text import named


def quit_question(parent: QWidget, unfinished: int, tr: Translator) -> tuple[QMessageBox, QAbstractButton]:
    """Asks whether to quit with unfinished recordings, of which none is lost. Also the button that quits."""
    question = QMessageBox(parent)
    question.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    question.setIcon(QMessageBox.Icon.Question)
    question.setTextFormat(Qt.TextFormat.PlainText)
    question.setWindowTitle(tr("Quit Notula"))
    question.setText(
        tr.plural("{count} recording isn't finished yet.", "{count} recordings aren't finished yet.", unfinished)
    )
    question.setInformativeText(tr("Unfinished work goes on when Notula starts again."))
    leave = question.addButton(tr("Quit"), QMessageBox.ButtonRole.AcceptRole)
    stay = question.addButton(tr("Keep open"), QMessageBox.ButtonRole.RejectRole)
    question.setDefaultButton(leave)
    question.setEscapeButton(stay)
    return question, leave


def finishing_box(
    parent: QWidget, running: int, within_s: float, tr: Translator
) -> tuple[QMessageBox, QAbstractButton]:
    """Says that Notula ends after the running jobs, `within_s` seconds at most. Also the button that ends it now."""
    told = named(QMessageBox(parent), "finishing")
    told.setWindowModality(Qt.WindowModality.WindowModal)
    told.setIcon(QMessageBox.Icon.Information)
    told.setTextFormat(Qt.TextFormat.PlainText)
    told.setWindowTitle(tr("Quit Notula"))
    told.setText(tr.plural("{count} recording is being finished.", "{count} recordings are being finished.", running))
    told.setInformativeText(
        tr(
            "Then Notula quits, in {seconds} s at the latest. What isn't done by then goes on at the next start.",
            seconds=f"{within_s:g}",
        )
    )
    at_once = told.addButton(tr("Quit now"), QMessageBox.ButtonRole.DestructiveRole)
    wait = told.addButton(tr("Wait"), QMessageBox.ButtonRole.RejectRole)
    told.setDefaultButton(wait)
    told.setEscapeButton(wait)
    return told, at_once
