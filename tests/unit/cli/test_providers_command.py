"""`notula providers` only reads: it lists where nothing can be written, and makes nothing."""

import pytest

from core.app.settings import SettingsService
from core.cli.providers import list_providers
from core.cli.terminal import Terminal
from core.config import LoadedSettings, Settings
from core.i18n import interface_translator
from core.observability.redaction import Redactor
from core.system.folders import Folders


@pytest.fixture
def terminal(folders: Folders) -> Terminal:
    settings = SettingsService(LoadedSettings(Settings.model_validate({"services": {}})), folders.settings_file)
    return Terminal(interface_translator("en"), folders, settings, Redactor())


async def test_providers_are_listed_where_there_can_be_no_database(
    terminal: Terminal, folders: Folders, capsys: pytest.CaptureFixture[str]
) -> None:
    folders.data.parent.mkdir(parents=True, exist_ok=True)
    folders.data.touch()  # No folder can be made there, whoever runs the test.
    assert await list_providers(terminal) == 0
    first, *others = capsys.readouterr().out.splitlines()
    assert first.split()[:3] == ["1.", "on-device", "auto"]
    assert ["-", "groq", "not", "used"] in [line.split() for line in others]
    assert folders.data.read_bytes() == b""
