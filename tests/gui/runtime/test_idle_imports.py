"""A window that waits for something to do has imported nothing that only some tasks need, as that stays in memory."""

from pathlib import Path

import pytest

from tests.gui.own_process import run_without_screen

IDLE = """
import os, sys
import gui.main

def look():
    print(*sys.modules, flush=True)
    os._exit(0)

gui.main._collect_garbage = look
gui.main.run([])
"""

HEAVY = {"aiogram", "aiohttp", "av", "ctranslate2", "deepgram", "faster_whisper", "fontTools", "groq", "httpx", "numpy"}
SERVICES = {"http.client", "keyring", "limits", "miniaudio", "smtplib", "telethon", "urllib.request"}


@pytest.mark.usefixtures("folders")
def test_a_window_imports_no_more_than_it_shows(tmp_path: Path) -> None:
    ended = run_without_screen(IDLE)
    assert ended.returncode == 0, ended.stderr
    loaded = set(ended.stdout.split())
    assert "core.app.notula" in loaded
    assert not (HEAVY | SERVICES) & loaded
