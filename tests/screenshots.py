"""Pictures for the documentation, in light and dark, of all pages and their parts: `python -m tests.screenshots`.

The window is the real one with the real core and real speech; only its folders are temporary.
"""

import asyncio
import os
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from PySide6.QtWidgets import QApplication, QWidget

from core.app.notula import Notula
from core.config import Folders, LoadedSettings, Settings, Theme
from core.domain import JobState, Snapshot
from core.i18n import Translator
from core.observability.redaction import Redactor
from gui.desktop import Desktop
from gui.pages.dashboard.dashboard_page import DashboardPage
from gui.pages.help_page import HelpPage
from gui.pages.history.history_page import HistoryPage
from gui.pages.queue.queue_page import QueuePage
from gui.pages.transcript.transcript_page import TranscriptPage
from gui.runtime.core_thread import CoreSetup
from gui.runtime.loop import GuiLoop
from gui.theme import DARK, LIGHT, apply_theme
from tests.bot_screenshots import take_bot
from tests.conftest import REPOSITORY, SAMPLES
from tests.dashboard_history import busy_day
from tests.fakes.bot_api_thread import TelegramThread
from tests.gui.page_names import DASHBOARD, HELP, HISTORY, PROVIDERS, QUEUE, SETTINGS, TRANSCRIBE
from tests.specimen import show_focus, specimens

TARGET = REPOSITORY / "docs" / "screenshots"


class ScreenshotTaker:
    """Drives one window through its pages."""

    def __init__(
        self, application: QApplication, folder: Path, language: str, suffix: str, telegram: TelegramThread
    ) -> None:
        self._application = application
        self._suffix = suffix
        self._changed = asyncio.Event()
        self._latest = Snapshot()
        folders = Folders(folder / "config", folder / "data", folder / "cache", folder / "log")
        settings = Settings(interface_language=language, bot_server=telegram.url)
        loop = asyncio.get_running_loop()
        self.desktop = Desktop(
            application,
            CoreSetup(LoadedSettings(settings), folders, Redactor()),
            Translator(language),
            loop,
            asyncio.Event(),
        )
        self.desktop.core.published.connect(self._published)

    async def until(self, reached: Callable[[Snapshot], bool]) -> None:
        """Wait for a state of the queue."""
        while not reached(self._latest):
            self._changed.clear()
            await self._changed.wait()

    async def settled(self) -> None:
        """Wait until what was asked of the core has been drawn."""
        await asyncio.sleep(0.6)

    async def take(self, name: str) -> None:
        """Keep the window as it is now, once in each theme."""
        for theme in (Theme.LIGHT, Theme.DARK):
            apply_theme(self._application, theme)
            await self.settled()
            file = TARGET / f"{name}-{theme.value}{self._suffix}.png"
            self.desktop.window.grab().save(str(file))
            print(file.relative_to(REPOSITORY))
        apply_theme(self._application, Theme.LIGHT)

    async def fill_dashboard(self, *, errors: float, memory: float) -> None:
        """Let the core have metrics of a busy day; its own samples of a few seconds would show next to nothing."""

        async def fill(notula: Notula) -> None:
            series = notula._series
            series._sums.clear()
            series._restore(busy_day(time.time(), errors=errors, memory=memory))
            notula.indicators.update()

        await self.desktop.core.call(fill)

    def _published(self, snapshot: Snapshot) -> None:
        self._latest = snapshot
        self._changed.set()


async def take_all(
    application: QApplication, folder: Path, language: str, suffix: str, telegram: TelegramThread
) -> None:
    """All pages, the queue in three states."""
    taker = ScreenshotTaker(application, folder, language, suffix, telegram)
    desktop = taker.desktop
    window = desktop.window
    desktop.start([], None)
    await taker.settled()
    await taker.take("first-start")
    window.show_page(QUEUE)
    await taker.settled()
    await taker.take("empty")
    window.show_page(DASHBOARD)
    await taker.settled()
    await taker.take("dashboard-empty")
    (folder / "meeting notes.mp3").write_text("These are notes and no recording.\n" * 50)
    interview = folder / "interview.wav"
    interview.write_bytes((SAMPLES / "two_cities.wav").read_bytes())
    window.add([SAMPLES / "beckett.wav", folder / "meeting notes.mp3", interview])
    await taker.until(lambda snapshot: any(len(job.segments) >= 2 for job in snapshot.jobs))
    window.page(QueuePage).select(next(job.id for job in taker._latest.jobs if job.name == interview.name))
    window.grab().save(str(TARGET / f"queue-running-light{suffix}.png"))
    await taker.until(lambda snapshot: all(job.state.is_final for job in snapshot.jobs))
    done = next(job for job in taker._latest.jobs if job.name == interview.name)
    assert done.state is JobState.DONE
    window.page(QueuePage).select(done.id)
    await taker.settled()
    await taker.take("queue")
    window.show_page(TRANSCRIBE)
    await taker.settled()
    await taker.take("transcribe")
    window.show_page(HISTORY)
    search = window.page(HistoryPage).findChild(QWidget, "historysearch")
    search.setText("before us")  # type: ignore[attr-defined]
    await taker.settled()
    window.page(HistoryPage).select_first()
    await taker.settled()
    await taker.take("history")
    window.page(HistoryPage).reader.edit()
    await taker.settled()
    await taker.take("transcript")
    window.page(TranscriptPage).text_modes.turn()
    await taker.settled()
    await taker.take("cards")
    await taker.fill_dashboard(errors=0.01, memory=0.63)
    window.show_page(DASHBOARD)
    await taker.settled()
    await taker.take("dashboard")
    await taker.fill_dashboard(errors=0.3, memory=0.86)
    window.page(DashboardPage).refresh()
    await taker.settled()
    await taker.take("dashboard-alarm")
    await take_bot(taker, telegram)
    window.show_page(PROVIDERS)
    await taker.settled()
    await taker.take("providers")
    window.show_page(f"{SETTINGS}.transcription")
    await taker.settled()
    await taker.take("settings")
    window.show_page(HELP)
    window.page(HelpPage).check()
    await desktop.operations.idle()
    await taker.settled()
    await taker.take("help")
    window.show_page(QUEUE)
    await desktop.close()


async def take_design(application: QApplication) -> None:
    """What the pages are made of, for docs/design.md."""
    for theme, colours in ((Theme.LIGHT, LIGHT), (Theme.DARK, DARK)):
        apply_theme(application, theme)
        for name, make in specimens(colours).items():
            shown = make()
            shown.show()
            shown.activateWindow()
            await asyncio.sleep(0.3)
            show_focus(shown)
            file = TARGET / f"design-{name}-{theme.value}.png"
            shown.grab().save(str(file))
            print(file.relative_to(REPOSITORY))
            shown.close()


def main() -> None:
    """Take all pictures in the language and at the scale that the arguments name."""
    language = sys.argv[1] if len(sys.argv) > 1 else "en"
    suffix = "" if language == "en" else f"-{language}"
    scale = os.environ.get("QT_SCALE_FACTOR", "1")
    suffix += "" if scale == "1" else f"-{scale}x"
    TARGET.mkdir(parents=True, exist_ok=True)
    application = QApplication(sys.argv[:1])
    with (
        tempfile.TemporaryDirectory(prefix="notula-") as folder,
        TelegramThread(username="your_bot") as telegram,
        asyncio.Runner(loop_factory=lambda: GuiLoop(application)) as runner,
    ):
        if not suffix:
            runner.run(take_design(application))
        runner.run(take_all(application, Path(folder), language, suffix, telegram))


if __name__ == "__main__":
    main()
