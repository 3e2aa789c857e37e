import errno
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from core.config import Folders, Settings
from core.doctor import Probes, check_up, has_display
from core.domain import Check, CheckResult
from core.domain.errors import DecoderCrashed, KeyringUnsafe
from core.system.extras import Extra
from core.system.qt_libraries import QT_LIBRARIES
from tests.conftest import REPOSITORY
from tests.patience import PATIENCE_S

WELL: dict[str, Any] = {
    "system": "linux",
    "python": (3, 12, 1),
    "environment": {"DISPLAY": ":0"},
    "load_library": lambda name: None,
    "keyring_backend": lambda: "keyring.backends.SecretService",
    "port_is_free": lambda host, port: True,
    "memory_bytes": lambda: 8_000_000_000,
    "free_disk_bytes": lambda folder: 10_000_000_000,
}


async def no_problem() -> str:
    return ""


async def layers() -> tuple[str, ...]:
    return ("landlock",)


def probes(**values: Any) -> Probes:
    return Probes(**{**WELL, "engine_problem": no_problem, "sandbox_layers": layers, **values})


async def unwell(folders: Folders, settings: Settings | None = None, **values: Any) -> list[Check]:
    checks = await check_up(folders, settings or Settings(), probes(**values))
    return [check for check in checks if check.result is not CheckResult.OK]


async def the_one(folders: Folders, settings: Settings | None = None, **values: Any) -> Check:
    (check,) = await unwell(folders, settings, **values)
    assert check.advice is not None
    return check


async def test_nothing_is_wrong_with_a_good_computer(folders: Folders) -> None:
    assert await unwell(folders) == []


async def test_an_old_python(folders: Folders) -> None:
    check = await the_one(folders, python=(3, 10, 2))
    assert check.result is CheckResult.PROBLEM
    assert "3.11 to 3.13" in str(check.advice)


@pytest.mark.parametrize(
    ("system", "environment", "expected"),
    [
        ("linux", {}, False),
        ("linux", {"DISPLAY": ""}, False),
        ("linux", {"DISPLAY": ":0"}, True),
        ("linux", {"WAYLAND_DISPLAY": "wayland-0"}, True),
        ("darwin", {}, True),
        ("win32", {}, True),
    ],
)
def test_a_display_is_found(system: str, environment: dict[str, str], expected: bool) -> None:
    assert has_display(system, environment) is expected


async def test_no_display_is_only_a_warning(folders: Folders) -> None:
    check = await the_one(folders, environment={})
    assert check.result is CheckResult.WARNING
    assert "ssh -X" in str(check.advice)


@pytest.mark.parametrize(
    ("environment", "result"), [({"DISPLAY": ":0"}, CheckResult.PROBLEM), ({}, CheckResult.WARNING)]
)
async def test_missing_libraries_are_named_with_their_packages(
    folders: Folders, environment: dict[str, str], result: CheckResult
) -> None:
    def load(name: str) -> None:
        if "xcb-cursor" in name or "EGL" in name:
            raise OSError(name)

    checks = await unwell(folders, load_library=load, environment=environment)
    assert checks[-1].result is result
    assert str(checks[-1].finding) == "Missing: libEGL.so.1, libxcb-cursor.so.0."
    assert "apt install libegl1 libxcb-cursor0" in str(checks[-1].advice)


def test_the_libraries_are_those_that_make_run_installs() -> None:
    packages = set((REPOSITORY / "packaging" / "debian" / "window.txt").read_text().split())
    assert packages - set(QT_LIBRARIES.values()) == {"fonts-inter"}
    assert set(QT_LIBRARIES.values()) <= packages


async def test_a_model_that_is_not_here(folders: Folders) -> None:
    check = await the_one(folders, Settings(model="small"))
    assert check.result is CheckResult.PROBLEM
    assert "notula models download small" in str(check.advice)


@pytest.mark.parametrize(
    ("providers", "result"),
    [((), CheckResult.WARNING), (("groq", "on-device"), CheckResult.WARNING), (("on-device",), CheckResult.PROBLEM)],
)
async def test_without_the_engine_neither_it_nor_its_model_is_looked_for(
    folders: Folders, providers: tuple[str, ...], result: CheckResult
) -> None:
    async def must_not_start() -> str:
        raise AssertionError

    check = await the_one(
        folders,
        Settings(model="small", providers=providers),
        engine_problem=must_not_start,
        is_installed=lambda extra: extra is not Extra.DEVICE,
    )
    assert check.result is result
    assert str(check.advice).endswith('pip install ".[device]"')


async def test_without_the_window_its_libraries_are_not_missed(folders: Folders) -> None:
    def load(name: str) -> None:
        raise OSError(name)

    check = await the_one(folders, load_library=load, is_installed=lambda extra: extra is not Extra.DESKTOP)
    assert check.result is CheckResult.WARNING
    assert str(check.advice).endswith('pip install ".[desktop]"')


async def test_an_engine_that_cannot_run(folders: Folders) -> None:
    async def too_old() -> str:
        return "the processor is too old for it"

    check = await the_one(folders, engine_problem=too_old)
    assert str(check.finding) == "It can't run here: the processor is too old for it."


async def test_a_decoder_that_cannot_run(folders: Folders) -> None:
    async def crashed() -> tuple[str, ...]:
        raise DecoderCrashed(name="")

    assert (await the_one(folders, sandbox_layers=crashed)).result is CheckResult.PROBLEM


@pytest.mark.parametrize(
    ("layers", "lacking", "danger"),
    [
        (("no-new-privileges", "seccomp"), "no Landlock", "read your files"),
        (("no-new-privileges", "landlock"), "can't filter system calls", "change their permissions"),
        (("no-new-privileges", "memory"), "no Landlock and can't filter", "delete your files and read Notula's keys"),
    ],
)
async def test_a_system_that_cannot_lock_in_the_decoder(
    folders: Folders, layers: tuple[str, ...], lacking: str, danger: str
) -> None:
    async def found() -> tuple[str, ...]:
        return layers

    check = await the_one(folders, sandbox_layers=found)
    assert check.result is CheckResult.WARNING
    assert lacking in str(check.finding)
    assert danger in str(check.finding)


async def test_other_systems_are_not_told_what_only_linux_has(folders: Folders) -> None:
    async def none() -> tuple[str, ...]:
        return ()

    assert await unwell(folders, system="darwin", sandbox_layers=none) == []


async def test_a_folder_that_may_not_be_written(folders: Folders) -> None:
    folders.log.parent.mkdir(parents=True, exist_ok=True)
    folders.log.write_text("a file where the folder should be")
    check = await the_one(folders)
    assert check.result is CheckResult.PROBLEM
    assert str(folders.log) in str(check.finding)


@pytest.mark.parametrize(
    ("number", "advice"),
    [
        (errno.EACCES, "Give yourself permission to write there"),
        (errno.EROFS, "The drive can only be read."),
        (errno.ENOSPC, "Make room there"),
    ],
)
async def test_the_advice_fits_the_reason_why_a_folder_can_not_be_written(
    folders: Folders, number: int, advice: str
) -> None:
    def fail(folder: Path) -> OSError | None:
        return OSError(number, "refused") if folder == folders.data else None

    check = await the_one(folders, write_error=fail)
    assert check.result is CheckResult.PROBLEM
    assert str(check.advice).startswith(advice)


@pytest.mark.parametrize(("megabytes", "told"), [(999, "999 MB"), (4_250, "4.2 GB"), (76_557, "77 GB")])
async def test_large_sizes_are_told_in_gigabytes(folders: Folders, megabytes: int, told: str) -> None:
    checks = await check_up(folders, Settings(), probes(free_disk_bytes=lambda folder: megabytes * 1_000_000))
    (check,) = [one for one in checks if str(one.subject) == "Free room on the disk"]
    assert str(check.finding) == told


@pytest.mark.parametrize(("megabytes", "result"), [(100, CheckResult.WARNING), (10, CheckResult.PROBLEM)])
async def test_a_full_disk(folders: Folders, megabytes: int, result: CheckResult) -> None:
    def free(folder: Path) -> int:
        return megabytes * 1_000_000

    check = await the_one(folders, free_disk_bytes=free)
    assert (check.result, str(check.finding)) == (result, f"{megabytes} MB")


async def test_only_safe_keyrings_are_used(folders: Folders) -> None:
    def unsafe() -> str:
        raise KeyringUnsafe(backend="keyrings.alt.file.PlaintextKeyring", variable="NOTULA_<NAME>_KEY")

    none = await the_one(folders, keyring_backend=lambda: "")
    assert (none.result, str(none.finding)) == (CheckResult.WARNING, "This system has none.")
    check = await the_one(folders, keyring_backend=unsafe)
    assert check.result is CheckResult.WARNING
    assert "keyrings.alt.file.PlaintextKeyring isn't known to keep keys safely" in str(check.finding)


@pytest.fixture
def released() -> Iterator[threading.Event]:
    event = threading.Event()
    yield event
    event.set()


async def test_a_keyring_that_hangs_holds_nothing_up(folders: Folders, released: threading.Event) -> None:
    def hang() -> str:
        released.wait(PATIENCE_S)
        return ""

    check = await the_one(folders, keyring_backend=hang, keyring_timeout_s=0.05)
    assert "doesn't answer" in str(check.finding)


async def test_a_port_in_use_and_little_memory_are_warnings(folders: Folders) -> None:
    checks = await unwell(folders, port_is_free=lambda host, port: False, memory_bytes=lambda: 100_000_000)
    assert [check.result for check in checks] == [CheckResult.WARNING] * 2
    assert [str(check.subject) for check in checks] == ["Port 8443", "Free memory"]


async def test_the_port_is_that_of_the_settings(folders: Folders) -> None:
    asked: list[tuple[str, int]] = []

    def is_free(host: str, port: int) -> bool:
        asked.append((host, port))
        return True

    for address in ("127.0.0.1:8443", "[::1]:9000", "0.0.0.0:80"):
        assert await unwell(folders, Settings(webhook_listen=address), port_is_free=is_free) == []
    assert asked == [("127.0.0.1", 8443), ("::1", 9000), ("0.0.0.0", 80)]


async def test_what_is_open_to_other_accounts_is_told(folders: Folders) -> None:
    open_ones = [folders.data / str(number) for number in range(7)]
    check = await the_one(folders, open_to_others=lambda looked_at: open_ones)
    assert check.result is CheckResult.WARNING
    assert str(open_ones[0]) in str(check.finding)
    assert str(check.finding).endswith("and 2 more.")


async def test_memory_that_the_system_does_not_tell_is_no_worry(folders: Folders) -> None:
    assert await unwell(folders, memory_bytes=lambda: None) == []


async def test_the_real_engine_and_decoder_work_here(folders: Folders) -> None:
    real = Probes()
    assert await unwell(folders, engine_problem=real.engine_problem, sandbox_layers=real.sandbox_layers) == []
