"""Subtitles that could not keep the owner's rules say so where they arrive."""

from pathlib import Path

import pytest

from core.export.subtitles.rule_notices import LATE
from core.i18n import Translator
from tests.fakes.bot_api_people import Person
from tests.integration.bot.talk import beginning, transcribed


@pytest.fixture
def more_settings() -> dict[str, object]:
    """Rules that no speech can keep."""
    rules = {"subtitle_line_columns": 10, "subtitle_lines": 1, "subtitle_shortest_s": 2.0}
    return {"subtitles": "custom", **rules}


@pytest.mark.usefixtures("notula")
async def test_the_caption_of_subtitles_says_how_late_they_come(charles: Person, beckett: Path, tr: Translator) -> None:
    answer = await transcribed(charles, beckett)
    await charles.press(answer, "SRT").wait_answered()
    file = await charles.wait_for(lambda message: message.file and message.file.name == "talk.srt")
    assert file.caption.startswith(beginning(tr, LATE))
    await charles.press(answer, "TXT").wait_answered()
    text = await charles.wait_for(lambda message: message.file and message.file.name == "talk.txt")
    assert text.caption == ""
    charles.send_text("/export all srt")
    archive = await charles.wait_for(lambda message: message.file and message.file.name == "notula.zip")
    assert archive.caption.startswith(f"talk.srt: {beginning(tr, LATE)}")
