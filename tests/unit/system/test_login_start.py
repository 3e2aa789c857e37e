"""Starting at login, the same on every platform, with folders and a registry of the test's own."""

import plistlib
import shlex
from collections.abc import Callable
from pathlib import Path

import pytest

from core.system import login_start
from core.system.login_start import DesktopEntry, LaunchAgent, LoginStart, RegistryEntry

COMMAND = ('/opt/My $HOME/100% "sure"/notula`-\\gui', "--in-tray")


class FakeRunKey:
    """The registry's key, in memory."""

    def __init__(self) -> None:
        self.values: dict[str, str] = {"Another program": "C:\\another.exe"}

    def get(self, name: str) -> str | None:
        return self.values.get(name)

    def put(self, name: str, value: str) -> None:
        self.values[name] = value

    def delete(self, name: str) -> None:
        self.values.pop(name, None)


MAKERS: dict[str, Callable[[Path], LoginStart]] = {
    "linux": lambda folder: DesktopEntry(folder / "autostart", COMMAND),
    "darwin": lambda folder: LaunchAgent(folder / "LaunchAgents", COMMAND),
    "win32": lambda folder: RegistryEntry(FakeRunKey(), COMMAND),
}


@pytest.mark.parametrize("platform", MAKERS)
def test_it_is_turned_on_and_off(tmp_path: Path, platform: str) -> None:
    start = MAKERS[platform](tmp_path)
    assert not start.is_on()
    start.turn_off()
    for _ in range(2):
        start.turn_on()
        assert start.is_on()
    start.turn_off()
    assert not start.is_on()
    assert not [one for one in tmp_path.rglob("*") if one.is_file()]


def test_the_desktop_entry_starts_exactly_this_command(tmp_path: Path) -> None:
    DesktopEntry(tmp_path, COMMAND).turn_on()
    lines = (tmp_path / "notula.desktop").read_text().splitlines()
    assert lines[0] == "[Desktop Entry]"
    assert "Type=Application" in lines
    written = next(line for line in lines if line.startswith("Exec=")).removeprefix("Exec=")
    # As the specification has it undone: the file's escapes, then the quotes, whose escapes are those of a shell.
    text = written.replace("\\\\", "\\").replace("%%", "%")
    assert tuple(shlex.split(text)) == (COMMAND[0].replace("$", "\\$").replace("`", "\\`"), COMMAND[1])


@pytest.mark.parametrize("line", ["Hidden=true", "X-GNOME-Autostart-enabled=false"])
def test_what_a_desktop_has_turned_off_is_off(tmp_path: Path, line: str) -> None:
    start = DesktopEntry(tmp_path, COMMAND)
    start.turn_on()
    file = tmp_path / "notula.desktop"
    file.write_text(f"{file.read_text()}{line}\n")
    assert not start.is_on()
    start.turn_on()
    assert start.is_on()


@pytest.mark.parametrize("content", [b"", b"\xff\xfe", b"[Desktop Entry]\n", b"<plist"])
def test_a_damaged_entry_counts_as_none(tmp_path: Path, content: bytes) -> None:
    for start in (DesktopEntry(tmp_path, COMMAND), LaunchAgent(tmp_path, COMMAND)):
        start.turn_on()
        start._file.write_bytes(content)
        assert not start.is_on()


def test_a_path_that_no_entry_can_hold_is_refused(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="line end"):
        DesktopEntry(tmp_path, ("/opt/a\nExec=evil",)).turn_on()
    assert not list(tmp_path.iterdir())


def test_the_agent_of_macos_has_the_command_as_it_is(tmp_path: Path) -> None:
    LaunchAgent(tmp_path, COMMAND).turn_on()
    (file,) = tmp_path.iterdir()
    agent = plistlib.loads(file.read_bytes())
    assert agent["ProgramArguments"] == list(COMMAND)
    assert file.stem == agent["Label"]


def test_the_registry_keeps_other_programs() -> None:
    key = FakeRunKey()
    start = RegistryEntry(key, ("C:\\Program Files\\Notula\\notula-gui.exe", "--in-tray"))
    start.turn_on()
    assert key.values["Notula"] == '"C:\\Program Files\\Notula\\notula-gui.exe" --in-tray'
    start.turn_off()
    assert list(key.values) == ["Another program"]


def test_each_platform_has_its_own_way(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(login_start, "_UserRunKey", FakeRunKey)
    assert isinstance(login_start.login_start({}, "win32"), RegistryEntry)
    assert isinstance(login_start.login_start({}, "darwin"), LaunchAgent)
    start = login_start.login_start({"XDG_CONFIG_HOME": str(tmp_path)}, "linux")
    start.turn_on()
    assert [one.name for one in (tmp_path / "autostart").iterdir()] == ["notula.desktop"]
    assert login_start.start_command()[-1] == login_start.IN_TRAY
