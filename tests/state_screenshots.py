"""Pictures of states that the documentation doesn't show, to look at: `python -m tests.state_screenshots FOLDER`.

Further arguments are the language, the theme and the window's width and height: `id dark 760 520`. The environment
variable `QT_SCALE_FACTOR` scales. The window is the real one with the real core and real speech, as in `screenshots`.
"""

import asyncio
import sys
import tempfile
from pathlib import Path

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QApplication, QDialog

from core.app.notula import Notula
from core.config import Theme
from core.config.sections import SettingsSection
from gui.pages.history.history_page import HistoryPage
from gui.pages.queue.queue_page import QueuePage
from gui.pages.transcribe.transcribe_page import TranscribePage
from gui.pages.transcript.transcript_page import TranscriptPage
from gui.runtime.loop import GuiLoop
from gui.theme import apply_theme
from tests.conftest import SAMPLES
from tests.fakes.bot_api_thread import TelegramThread
from tests.gui.page_names import HISTORY, QUEUE, SETTINGS, TRANSCRIBE
from tests.screenshots import ScreenshotTaker


class StateTaker:
    """Drives one window through states that a person comes to."""

    def __init__(self, taker: ScreenshotTaker, target: Path, folder: Path) -> None:
        self._taker = taker
        self._target = target
        self._folder = folder
        self.window = taker.desktop.window

    async def take(self, name: str) -> None:
        """Keep the window as it is now, or the dialog that is open over it."""
        await self._taker.settled()
        dialogs = [one for one in self.window.findChildren(QDialog) if one.isVisible()]
        shown = dialogs[-1] if dialogs else self.window
        shown.grab().save(str(self._target / f"{name}.png"))
        for dialog in dialogs:
            dialog.close()

    async def first_steps(self) -> None:
        """The three steps of the first start."""
        for number in range(3):
            self.window.page(TranscribePage).first_start.show_step(number)
            await self.take(f"first-{number + 1}")

    async def transcribe(self) -> None:
        """Finish two recordings, and let one fail."""
        (self._folder / "meeting notes.mp3").write_text("These are notes and no recording.\n" * 50)
        self.window.add([SAMPLES / "beckett.wav", self._folder / "meeting notes.mp3"])
        await self._taker.until(lambda now: bool(now.jobs) and all(job.state.is_final for job in now.jobs))
        options = self.window.page(TranscribePage).options
        options.speakers.click()
        options.part.click()
        options.beside.click()
        await self.take("transcribe-options")
        for box in (options.speakers, options.part, options.beside):
            box.click()

    async def record(self) -> None:
        """The card of a recording, or the message that there is no microphone."""
        self.window.show_page(TRANSCRIBE)
        control, told = self._taker.desktop.recording, asyncio.Event()
        control.ticked.connect(told.set)
        control.failed.connect(told.set)
        control.start()
        await told.wait()
        await self.take("recording")
        if control.is_running:
            control.discard()
        self.window._message_bar.dismiss()

    async def queue(self) -> None:
        """One that has failed, several that are selected, none that fits."""
        self.window.show_page(QUEUE)
        page, jobs = self.window.page(QueuePage), self._taker._latest.jobs
        page.select(next(job.id for job in jobs if job.error is not None))
        await self.take("queue-failed")
        page._table.selectAll()
        await self.take("queue-several")

    async def library(self) -> None:
        """Nothing chosen, several, filters, what was found in notes, the questions."""
        transcripts = [job.transcript_id for job in self._taker._latest.jobs if job.transcript_id is not None]

        async def note(notula: Notula) -> None:
            await notula.transcript_notes.save(transcripts[0], "Ask Samuel about the second act.")

        await self._taker.desktop.core.call(note)
        self.window.show_page(HISTORY)
        page = self.window.page(HistoryPage)
        await self.take("library-nothing-chosen")
        page._list.selectAll()
        await self.take("library-several")
        page._filtering.setChecked(True)
        await self.take("library-filters")
        page._filtering.setChecked(False)
        page._export_selected()
        await self.take("library-export")
        page.select_first()
        await self._taker.settled()
        page.ask_to_delete()
        await self.take("library-delete")
        page._search.setText("Samuel")
        await self.take("library-notes")
        page._search.setText("nothing like that")
        await self.take("library-not-found")
        page._search.clear()
        await self._taker.settled()

    async def transcript(self) -> None:
        """What can be opened on the page of a transcript."""
        number = next(job.transcript_id for job in self._taker._latest.jobs if job.transcript_id is not None)
        self.window.show_transcript(number)
        page = self.window.page(TranscriptPage)
        await self.take("transcript")
        page.title.edit()
        await self.take("transcript-title")
        page.title.finish()
        page._find()
        await self.take("transcript-find")
        page.find_bar.close_bar()
        for button in page.panels.buttons:
            button.click()
            await self.take(f"transcript-{button.objectName() or button.accessibleName()}")
            button.click()
        page.text_modes.turn()
        await self.take("transcript-cards")
        page.text_modes.turn()

    async def settings(self) -> None:
        """All sections."""
        for section in SettingsSection:
            self.window.show_page(f"{SETTINGS}.{section.value}")
            await self.take(f"settings-{section.value}")


async def take_states(taker: ScreenshotTaker, target: Path, folder: Path, theme: Theme, size: QSize) -> None:
    """All of them."""
    states = StateTaker(taker, target, folder)
    taker.desktop.start([], None)
    states.window.resize(size)
    apply_theme(taker._application, theme)
    await taker.settled()
    for step in (
        states.first_steps,
        states.transcribe,
        states.record,
        states.queue,
        states.library,
        states.transcript,
        states.settings,
    ):
        await step()
    await taker.desktop.close()


def main() -> None:
    """Take the pictures that the arguments ask for."""
    target, *rest = sys.argv[1:]
    language, theme, width, height = (*rest, "en", "light", "1080", "760")[:4] if len(rest) < 4 else rest[:4]
    Path(target).mkdir(parents=True, exist_ok=True)
    application = QApplication(sys.argv[:1])
    with (
        tempfile.TemporaryDirectory(prefix="notula-") as folder,
        TelegramThread(username="your_bot") as telegram,
        asyncio.Runner(loop_factory=lambda: GuiLoop(application)) as runner,
    ):

        async def take() -> None:
            taker = ScreenshotTaker(application, Path(folder), language, "", telegram)
            await take_states(taker, Path(target), Path(folder), Theme(theme), QSize(int(width), int(height)))

        runner.run(take())


if __name__ == "__main__":
    main()
