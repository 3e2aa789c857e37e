"""Fixtures for all tests, and the guard that keeps them out of the developer's own folders."""

import gc
import os
from collections.abc import Generator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from core.config import Folders

REPOSITORY = Path(__file__).resolve().parent.parent
SAMPLES = REPOSITORY / "resources" / "samples"

LONGEST = ("tests/acceptance/", "tests/integration/providers/")
"""Whole programs and real models: some of these take a minute, where nearly all others take less than a second."""


def pytest_configure() -> None:
    """Settings that the group may write are refused, which with the umask 002 all that tests write would be."""
    os.umask(0o022)
    # How long it takes to make up an example depends on what else the computer does.
    settings.register_profile("notula", deadline=None, suppress_health_check=[HealthCheck.too_slow])
    settings.register_profile("search", settings.get_profile("notula"), max_examples=3000, derandomize=False)
    settings.load_profile("notula")  # Unless the option --hypothesis-profile names another one, such as its own "ci".


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """Collecting makes half a million objects that stay: looking for garbage among them takes a second each time."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.freeze()
        gc.enable()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What takes longest is begun first, so that no worker is left alone with it in the end."""
    items.sort(key=lambda item: not item.nodeid.startswith(LONGEST))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """What a test has logged may hold half characters, of names that are no UTF-8; workers couldn't report them."""
    report = yield
    report.sections = [
        (name, text.encode("utf-8", "backslashreplace").decode("utf-8")) for name, text in report.sections
    ]
    return report


@pytest.fixture(autouse=True)
def _own_folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever a test starts, in this process or another, keeps its things below the test's folder."""
    for name in ("CONFIG", "DATA", "CACHE", "LOG"):
        monkeypatch.setenv(f"NOTULA_{name}_DIR", str(tmp_path / "notula" / name.lower()))
    for variable in ("HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME", "XDG_STATE_HOME", "XDG_RUNTIME_DIR"):
        monkeypatch.setenv(variable, str(tmp_path / "home"))
    for variable in ("HF_HOME", "HF_HUB_CACHE", "HUGGINGFACE_HUB_CACHE", "HF_TOKEN", "HF_TOKEN_PATH", "HF_ENDPOINT"):
        monkeypatch.delenv(variable, raising=False)  # Nor is their token for the model hub sent anywhere.
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", f"unix:path={tmp_path}/no-bus")  # Nor in their keyring.
    monkeypatch.setenv("DBUS_SYSTEM_BUS_ADDRESS", f"unix:path={tmp_path}/no-bus")  # Nor is their computer kept awake.


@pytest.fixture
def folders(_own_folders: None) -> Folders:
    """Folders below the test's own."""
    return Folders.of_this_user()


@pytest.fixture
def two_cities() -> Path:
    """44 s of real speech: the opening of A Tale of Two Cities."""
    return SAMPLES / "two_cities.wav"


@pytest.fixture
def beckett() -> Path:
    """10 s of real speech."""
    return SAMPLES / "beckett.wav"
