"""Starts the desktop app: `notula-gui [FILE ...]`."""

import gc
import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from core import __version__
from core.system.display import has_display
from core.system.extras import Extra, is_installed
from core.system.folders import Folders
from core.system.instance_socket import ANOTHER_WINDOW, HandOver, hand_over
from core.system.standard_streams import open_standard_streams

if TYPE_CHECKING:
    from core.config import LoadedSettings
    from core.domain.errors import SettingsUnusable
    from core.i18n import Translator

NO_DISPLAY = 3
"""Exit status where there is no display, or a system library is missing."""

_UNSEEN = ("offscreen", "minimal")
"""Qt platforms without a visible screen, on which nobody could close a message box."""


def main() -> None:
    """Entry of `notula-gui`."""
    sys.exit(run(sys.argv[1:]))


def run(arguments: Sequence[str]) -> int:
    """Open the window, or hand the files to the one that is open. Returns the exit status."""
    if "--version" in arguments:
        sys.stdout.write(f"notula {__version__}\n")
        return 0
    open_standard_streams()
    folders = Folders.of_this_user()
    files = [Path(argument).absolute() for argument in arguments if argument and not argument.startswith("-")]
    if ANOTHER_WINDOW in arguments:
        _tell_of_another()
    elif _hand_over(folders.data, files):
        return 0
    from core.config import load_settings
    from core.domain.errors import SettingsUnusable
    from core.i18n import interface_translator
    from core.system import sandbox
    from core.system.login_start import IN_TRAY

    sandbox.keep_memory_private(is_in_desktop="DBUS_SESSION_BUS_ADDRESS" in os.environ)
    try:
        loaded = load_settings(folders.settings_file)
    except SettingsUnusable as error:
        return _tell_unusable(error, folders)
    tr = interface_translator(loaded.settings.interface_language)
    problem = what_is_missing(os.environ, tr)
    if problem:
        sys.stderr.write(problem + "\n")
        return NO_DISPLAY
    return _run_window(files, folders, loaded, tr, in_tray=IN_TRAY in arguments)


def _hand_over(data_folder: Path, files: Sequence[Path]) -> bool:
    """Pass the files to the window that runs on this data. Done first, because it needs few imports."""
    if sys.platform == "win32" or not (has_display() or os.environ.get("QT_QPA_PLATFORM")):
        return False
    outcome = hand_over(data_folder, files)
    if outcome is HandOver.NO_ANSWER:
        _tell_of_another()
    return outcome is HandOver.DONE


def _tell_of_another() -> None:
    from core.i18n import Translator, system_language

    tr = Translator(system_language())
    sys.stderr.write(tr("Another window of Notula is open and doesn't answer, so one more is opened.") + "\n")


def _tell_unusable(error: "SettingsUnusable", folders: Folders) -> int:
    """Say why the settings keep the window from opening, in a box where no terminal is watched."""
    from core.domain.visible import one_line
    from core.i18n import interface_translator

    tr = interface_translator(error.language)
    sentences = [one_line(tr.message(problem)) for problem in error.problems]
    sys.stderr.write("\n".join(sentences) + "\n")
    is_watched = sys.stderr.isatty() or os.environ.get("QT_QPA_PLATFORM") in _UNSEEN
    if not is_watched and not what_is_missing(os.environ, tr):
        import asyncio

        from PySide6.QtWidgets import QApplication

        from core.config import Theme
        from gui.runtime.override_errors import normalize_override_errors

        normalize_override_errors()
        from gui.runtime.loop import GuiLoop
        from gui.theme import apply_theme
        from gui.window.settings_problem import settings_problem_dialog

        application = QApplication(sys.argv[:1])
        application.setApplicationName("Notula")
        apply_theme(application, Theme.SYSTEM)
        dialog = settings_problem_dialog(sentences, folders.config, tr)

        async def shown() -> None:
            closed = asyncio.Event()
            dialog.finished.connect(closed.set)
            dialog.open()
            await closed.wait()

        with asyncio.Runner(loop_factory=lambda: GuiLoop(application)) as runner:
            runner.run(shown())
    return error.exit_status


def what_is_missing(environment: Mapping[str, str], tr: "Translator") -> str:
    """One sentence about what keeps a window from being shown here; empty where nothing does."""
    if not is_installed(Extra.DESKTOP):
        from core.domain.errors import WindowNotInstalled

        return tr.message(WindowNotInstalled().message)
    if sys.platform != "linux":
        return ""
    platform = environment.get("QT_QPA_PLATFORM", "")
    if not (platform or environment.get("DISPLAY") or environment.get("WAYLAND_DISPLAY")):
        return tr(
            "There is no display to show the window on. Use 'notula transcribe FILE' here, or start it in a desktop."
        )
    from core.system.qt_libraries import QT_LIBRARIES, XCB_LIBRARIES

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
    import ctypes

    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


def _run_window(
    files: list[Path], folders: Folders, loaded: "LoadedSettings", tr: "Translator", *, in_tray: bool
) -> int:
    import asyncio
    import signal

    gc.disable()  # What a start creates stays; looking for garbage among it would only delay the window.
    from PySide6.QtWidgets import QApplication

    from gui.runtime.override_errors import normalize_override_errors
    from gui.runtime.source_reading import leave_sources_unread

    leave_sources_unread()
    normalize_override_errors()
    from core.observability.redaction import Redactor
    from gui.desktop import Desktop
    from gui.runtime.core_thread import CoreSetup
    from gui.runtime.crash_reporter import CrashReporter
    from gui.runtime.loop import GuiLoop
    from gui.runtime.single_instance import InstanceServer, hand_over_by_pipe

    application = QApplication(sys.argv[:1])
    application.setApplicationName("Notula")
    application.setApplicationVersion(__version__)
    application.setDesktopFileName("notula")
    application.setQuitOnLastWindowClosed(False)
    if sys.platform == "win32" and hand_over_by_pipe(folders.data, files):
        return 0
    server = InstanceServer()
    server.listen(folders.data)
    ending = (signal.SIGINT, signal.SIGTERM)
    if sys.platform != "win32":
        # Signals that arrive during the start stay pending until the loop can shut down cleanly.
        signal.pthread_sigmask(signal.SIG_BLOCK, ending)
    redactor = Redactor()
    reporter = CrashReporter(folders.log, folders.instances, redactor)
    earlier = reporter.earlier_report()
    reporter.install()

    async def desktop() -> None:
        loop = asyncio.get_running_loop()
        loop.set_exception_handler(reporter.of_loop)
        stop = asyncio.Event()
        running = Desktop(application, CoreSetup(loaded, folders, redactor), tr, loop, stop)
        if sys.platform != "win32":
            for number in ending:
                loop.add_signal_handler(number, running.quit)
            signal.pthread_sigmask(signal.SIG_UNBLOCK, ending)
        running.started.connect(_collect_garbage)
        server.opened.connect(running.open)
        running.start(files, earlier, in_tray=in_tray)
        try:
            await stop.wait()
        finally:
            server.close()  # A start while this one ends opens a window of its own, as its files would be lost here.
            await running.close()

    with asyncio.Runner(loop_factory=lambda: GuiLoop(application)) as runner:
        runner.run(desktop())
    reporter.close()
    return 0


def _collect_garbage() -> None:
    """Collect from now on, and leave out what was created until now.

    https://docs.python.org/3/library/gc.html#gc.freeze
    """
    gc.freeze()
    gc.enable()


if __name__ == "__main__":
    main()
