"""What a person can do about a job that has gone wrong: which button its row has, and what that does."""

from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QFileDialog, QWidget

from core.domain import JobId, JobState, JobView, NotulaError
from core.domain.errors import ModelError, ModelLacksLanguage, ModelNotLoaded, OtherLanguage, SourceMissing
from core.domain.errors.pages import page_of
from core.domain.file_location import path_of
from core.domain.left_out import LeftOut, left_out_sentences
from core.domain.window_page import WindowPage
from core.i18n import Translator
from gui.job_options import DESKTOP
from gui.page_context import PageContext
from gui.widgets.job_operations import JobOperations
from gui.widgets.text import harmless

if TYPE_CHECKING:
    from core.app.notula import Notula


class Remedy(StrEnum):
    """What the button does."""

    EXPORT_AGAIN = "export again"
    FIND_FILE = "find file"
    CHOOSE_MODEL = "choose model"
    SETTINGS = "settings"
    PROVIDERS = "providers"
    BOT = "bot"
    RETRY = "retry"


_OF_MODELS = (ModelError, ModelNotLoaded, ModelLacksLanguage, OtherLanguage)
"""What another model mends, which is chosen on the page of the settings."""

_OF_PAGES = dict.fromkeys(WindowPage, Remedy.SETTINGS) | {
    WindowPage.PROVIDERS: Remedy.PROVIDERS,
    WindowPage.BOT: Remedy.BOT,
    WindowPage.BOT_CHATS: Remedy.BOT,
    WindowPage.BOT_CONNECTION: Remedy.BOT,
}


def remedy_of(job: JobView) -> Remedy | None:
    """The first thing to try; None where nothing has gone wrong."""
    if job.state is JobState.DONE and job.export_error is not None:
        return Remedy.EXPORT_AGAIN
    if job.state is not JobState.FAILED:
        return None
    if job.error is not None:
        if job.error.template == SourceMissing.sentence:
            return Remedy.FIND_FILE
        if job.error.template in _sentences_of(_OF_MODELS):
            return Remedy.CHOOSE_MODEL
        page = page_of(job.error)
        if page is not None:
            return _OF_PAGES[page]
    return Remedy.RETRY


def is_of_language(job: JobView) -> bool:
    """Whether it has failed for its language, so that a model for many languages mends it."""
    return job.error is not None and job.error.template in _sentences_of((OtherLanguage,))


@cache
def _sentences_of(kinds: tuple[type[NotulaError], ...]) -> frozenset[str]:
    below = frozenset(sentence for kind in kinds for sentence in _sentences_of(tuple(kind.__subclasses__())))
    return below | {kind.sentence for kind in kinds}


def remedy_text(tr: Translator, remedy: Remedy) -> str:
    """What is written on the button."""
    return {
        Remedy.EXPORT_AGAIN: tr("Export again"),
        Remedy.FIND_FILE: tr("Find file …"),
        Remedy.CHOOSE_MODEL: tr("Choose model"),
        Remedy.SETTINGS: tr("Settings"),
        Remedy.PROVIDERS: tr("Providers"),
        Remedy.BOT: tr("Bot"),
        Remedy.RETRY: tr("Retry"),
    }[remedy]


class JobRemedies(QObject):
    """Does what the buttons say, for the jobs of one page or of a part of one."""

    submitted = Signal(object)
    """The ids of the jobs that take the place of one whose file was found."""

    def __init__(self, page: QWidget, context: PageContext) -> None:
        super().__init__(page)
        self._page = page
        self._operations = JobOperations(page, context)
        self._messages = context.messages
        self._tr = context.tr

    def apply(self, job: JobView) -> None:
        """Do what the button of this job says."""
        match remedy_of(job):
            case Remedy.EXPORT_AGAIN:
                self._operations.start(lambda notula: notula.jobs.export_again([job.id]))
            case Remedy.RETRY:
                self._operations.start(lambda notula: notula.jobs.retry([job.id]))
            case Remedy.FIND_FILE:
                self.ask_for_file(job)
            case Remedy.CHOOSE_MODEL | Remedy.SETTINGS | Remedy.PROVIDERS | Remedy.BOT:
                link = self._messages.link_to(page_of(job.error)) if job.error is not None else None
                if link is not None:
                    link.open()
            case None:
                pass

    def ask_for_file(self, job: JobView) -> None:
        """The recording was moved or renamed: transcribe the file that a person chooses in place of this job."""
        place = path_of(job.location)
        dialog = QFileDialog(self._page.window(), self._tr("Where is {name} now?", name=harmless(job.name)))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.setDirectory(str(place.parent))
        dialog.fileSelected.connect(lambda name: self.replace_source(job.id, Path(name)))
        dialog.open()

    def replace_source(self, job_id: JobId, file: Path) -> None:
        """Transcribe this file with the settings of now, and take the job out of the table that had none."""
        told: list[LeftOut] = []

        async def replaced(notula: "Notula") -> tuple[JobId, ...]:
            added = await notula.jobs.submit([file], DESKTOP, on_left_out=told.append)
            if added:
                await notula.jobs.remove([job_id])
            return added

        def show(added: tuple[JobId, ...]) -> None:
            self.submitted.emit(added)
            sentences = [sentence for left_out in told for sentence in left_out_sentences(self._tr, left_out)]
            if sentences:
                self._messages.information(" ".join(sentences))

        self._operations.start(replaced, show)
