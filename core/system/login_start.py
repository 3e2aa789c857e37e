"""Starting Notula when a person logs in: one interface over the three platforms' own ways.

The system's entry is the only place where it is kept that Notula starts so, because a desktop's own settings show and
change it too.
"""

import os
import plistlib
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Protocol
from xml.parsers.expat import ExpatError

from core.system.private_files import replace_text

IN_TRAY = "--in-tray"
"""The argument with which the window stays hidden where there is a tray."""

NAME = "notula"
_LABEL = "org.notula.Notula"
"""What macOS knows the agent by."""

_RUN_KEY = r"Software\Microsoft\Windows\CurrentVersion\Run"
"""https://learn.microsoft.com/windows/win32/setupapi/run-and-runonce-registry-keys"""


class LoginStart(Protocol):
    """Blocks for as long as a file takes. Every method raises OSError where the system refuses."""

    def is_on(self) -> bool:
        """Whether Notula starts when this person logs in."""

    def turn_on(self) -> None:
        """Start it from the next login on."""

    def turn_off(self) -> None:
        """Don't start it any more; all right where it wasn't."""


class DesktopEntry:
    """Linux: a file in the autostart folder.

    https://specifications.freedesktop.org/autostart-spec/latest/
    """

    def __init__(self, folder: Path, command: Sequence[str]) -> None:
        self._file = folder / f"{NAME}.desktop"
        self._command = command

    def is_on(self) -> bool:
        """Whether it is there and not switched off."""
        try:
            lines = self._file.read_text(encoding="utf-8").splitlines()
        except (FileNotFoundError, UnicodeDecodeError):
            return False
        values = dict(line.split("=", 1) for line in lines if "=" in line)
        off = values.get("Hidden") == "true" or values.get("X-GNOME-Autostart-enabled") == "false"
        return bool(values.get("Exec")) and not off

    def turn_on(self) -> None:
        """Write it."""
        command = " ".join(map(_quoted_argument, self._command))
        lines = ("[Desktop Entry]", "Type=Application", "Name=Notula", f"Exec={command}", "Terminal=false", "")
        self._file.parent.mkdir(parents=True, exist_ok=True)
        replace_text(self._file, "\n".join(lines))

    def turn_off(self) -> None:
        """Delete it."""
        self._file.unlink(missing_ok=True)


class LaunchAgent:
    """macOS: a property list that launchd reads at login.

    https://developer.apple.com/library/archive/documentation/MacOSX/Conceptual/BPSystemStartup/Chapters/CreatingLaunchdJobs.html
    """

    def __init__(self, folder: Path, command: Sequence[str]) -> None:
        self._file = folder / f"{_LABEL}.plist"
        self._command = command

    def is_on(self) -> bool:
        """Whether it is there and not switched off."""
        try:
            agent = plistlib.loads(self._file.read_bytes())
        except (FileNotFoundError, plistlib.InvalidFileException, ExpatError, ValueError):
            return False
        return isinstance(agent, dict) and agent.get("RunAtLoad") is True and agent.get("Disabled") is not True

    def turn_on(self) -> None:
        """Write it."""
        self._file.parent.mkdir(parents=True, exist_ok=True)
        agent = {"Label": _LABEL, "ProgramArguments": list(self._command), "RunAtLoad": True}
        replace_text(self._file, plistlib.dumps(agent).decode())

    def turn_off(self) -> None:
        """Delete it."""
        self._file.unlink(missing_ok=True)


class RunKey(Protocol):
    """The values of the registry's key with what is run at login."""

    def get(self, name: str) -> str | None:
        """The value, None where there is none."""

    def put(self, name: str, value: str) -> None:
        """Set it."""

    def delete(self, name: str) -> None:
        """Delete it; all right where there is none."""


class RegistryEntry:
    """Windows: a value in the registry."""

    def __init__(self, key: RunKey, command: Sequence[str]) -> None:
        self._key = key
        self._command = command

    def is_on(self) -> bool:
        """Whether it is there and not switched off."""
        return bool(self._key.get("Notula"))

    def turn_on(self) -> None:
        """Write it."""
        self._key.put("Notula", subprocess.list2cmdline(self._command))

    def turn_off(self) -> None:
        """Delete it."""
        self._key.delete("Notula")


def login_start(environment: Mapping[str, str] = os.environ, platform: str = sys.platform) -> LoginStart:
    """That of this system, for the account that Notula runs as."""
    command = start_command()
    if platform == "win32":
        return RegistryEntry(_UserRunKey(), command)
    if platform == "darwin":
        return LaunchAgent(Path.home() / "Library" / "LaunchAgents", command)
    folder = environment.get("XDG_CONFIG_HOME") or str(Path.home() / ".config")
    return DesktopEntry(Path(folder) / "autostart", command)


def start_command() -> tuple[str, ...]:
    """How Notula is started: the installed program beside this Python, or else the module."""
    program = shutil.which("notula-gui", path=str(Path(sys.executable).parent))
    return (program, IN_TRAY) if program else (sys.executable, "-m", "gui.main", IN_TRAY)


def _quoted_argument(argument: str) -> str:
    """An argument as Exec wants it.

    Quoted, then escaped once more as any text of such a file; % would begin a field code.
    https://specifications.freedesktop.org/desktop-entry-spec/latest/exec-variables.html
    """
    if "\n" in argument or "\r" in argument:
        raise OSError(None, "a line end in the path of the program")
    for special in '\\"`$':
        argument = argument.replace(special, f"\\{special}")
    return '"' + argument.replace("\\", "\\\\").replace("%", "%%") + '"'


class _UserRunKey:
    """The registry of this account."""

    def get(self, name: str) -> str | None:
        if sys.platform != "win32":
            raise OSError(None, "no registry")
        import winreg

        with winreg.OpenKey(winreg.HKEY_CURRENT_USER, _RUN_KEY) as key:
            try:
                return str(winreg.QueryValueEx(key, name)[0])
            except FileNotFoundError:
                return None

    def put(self, name: str, value: str) -> None:
        if sys.platform != "win32":
            raise OSError(None, "no registry")
        import winreg

        with winreg.CreateKey(winreg.HKEY_CURRENT_USER, _RUN_KEY) as key:
            winreg.SetValueEx(key, name, 0, winreg.REG_SZ, value)

    def delete(self, name: str) -> None:
        if sys.platform != "win32":
            raise OSError(None, "no registry")
        import winreg

        with winreg.CreateKey(winreg.HKEY_CURRENT_USER, _RUN_KEY) as key:
            try:
                winreg.DeleteValue(key, name)
            except FileNotFoundError:
                return
