"""Starts the desktop app: `notula-gui [FILE ...]`."""

import asyncio
import ctypes
import os
import signal
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from core import __version__
from core.config import SETTINGS_UNUSABLE, Folders, LoadedSettings, SettingsUnusable, load_settings
from core.qt_libraries import QT_LIBRARIES, XCB_LIBRARIES
from core.redaction import Redactor
from core.translate import Translator, interface_translator

NO_DISPLAY = 3
"""Exit status where there is nothing to show a window on, or a system library is missing."""

_UNSEEN = ("offscreen", "minimal")
"""Platforms of Qt that show nothing to anybody, who then couldn't close a box."""


def main() -> None:
    """Entry of `notula-gui`."""
    sys.exit(run(sys.argv[1:]))


def run(arguments: Sequence[str]) -> int:
    """Open the window, or hand the files to the one that is open. Returns the exit status."""
    if "--version" in arguments:
        sys.stdout.write(f"notula {__version__}\n")
        return 0
    folders = Folders.of_this_user()
    try:
        loaded = load_settings(folders.settings_file)
    except SettingsUnusable as error:
        return _tell_unusable(error)
    tr = interface_translator(loaded.settings.interface_language)
    problem = what_is_missing(os.environ, tr)
    if problem:
        sys.stderr.write(problem + "\n")
        return NO_DISPLAY
    files = [Path(argument).expanduser().absolute() for argument in arguments if not argument.startswith("-")]
    return _run_window(files, folders, loaded, tr)


def _tell_unusable(error: SettingsUnusable) -> int:
    """Say why the settings keep the window from opening, in a box where no terminal is watched."""
    from core.export.clean import one_line

    tr = interface_translator(error.language)
    sentences = [one_line(tr.message(problem)) for problem in error.problems]
    sys.stderr.write("\n".join(sentences) + "\n")
    is_watched = sys.stderr.isatty() or os.environ.get("QT_QPA_PLATFORM") in _UNSEEN
    if not is_watched and not what_is_missing(os.environ, tr):
        from PySide6.QtWidgets import QApplication

        from gui.settings_problem import settings_problem_box

        application = QApplication(sys.argv[:1])
        application.setApplicationName("Notula")
        settings_problem_box(sentences, tr).exec()
    return SETTINGS_UNUSABLE


def what_is_missing(environment: Mapping[str, str], tr: Translator) -> str:
    """One sentence about what keeps a window from being shown here; empty where nothing does."""
    if sys.platform != "linux":
        return ""
    platform = environment.get("QT_QPA_PLATFORM", "")
    if not (platform or environment.get("DISPLAY") or environment.get("WAYLAND_DISPLAY")):
        return tr(
            "There is no display to show the window on. Use 'notula transcribe FILE' here, or start it in a desktop."
        )
    needs_xcb = not environment.get("WAYLAND_DISPLAY") and platform in ("", "xcb")
    missing = [
        package
        for library, package in QT_LIBRARIES.items()
        if (needs_xcb or library not in XCB_LIBRARIES) and not _loads(library)
    ]
    if missing:
        return tr("A system library is missing. Install it with: apt install {packages}", packages=" ".join(missing))
    return ""


def _loads(library: str) -> bool:
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


def _run_window(files: list[Path], folders: Folders, loaded: LoadedSettings, tr: Translator) -> int:
    from PySide6.QtWidgets import QApplication

    from gui.crash import CrashReporter
    from gui.desktop import Desktop
    from gui.loop import GuiLoop
    from gui.qt_texts import QtTexts
    from gui.single_instance import InstanceServer, channel_name, hand_over

    application = QApplication(sys.argv[:1])
    application.setApplicationName("Notula")
    application.setApplicationVersion(__version__)
    application.setDesktopFileName("notula")
    application.setQuitOnLastWindowClosed(False)
    if tr.language != "en":
        application.installTranslator(QtTexts(tr, application))
    name = channel_name(folders.data)
    if hand_over(name, files):
        return 0
    server = InstanceServer()
    server.listen(name)
    redactor = Redactor()
    reporter = CrashReporter(folders.log, folders.instances, redactor)
    earlier = reporter.earlier_report()
    reporter.install()

    async def desktop() -> None:
        loop = asyncio.get_running_loop()
        loop.set_exception_handler(reporter.of_loop)
        stop = asyncio.Event()
        running = Desktop(application, loaded, folders, tr, loop, stop, redactor)
        for number in (signal.SIGINT, signal.SIGTERM):
            if sys.platform != "win32":
                loop.add_signal_handler(number, running.quit)
        server.opened.connect(running.open)
        running.start(files, earlier)
        try:
            await stop.wait()
        finally:
            await running.close()

    with asyncio.Runner(loop_factory=lambda: GuiLoop(application)) as runner:
        runner.run(desktop())
    server.close()
    reporter.close()
    return 0


if __name__ == "__main__":
    main()
