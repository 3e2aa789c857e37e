"""A recording in which nobody speaks gives no file that says nothing."""

from dataclasses import replace
from pathlib import Path

import pytest

from core.domain.errors import NothingToExport
from core.domain.no_speech import SILENT, sentence_without_speech
from core.domain.translatable_text import TranslatableText
from core.export import FORMATS, write, write_to_folder
from tests.unit.cli.test_process_transcript import STORED

SPOKEN = STORED
SILENCE = replace(STORED, transcript=replace(STORED.transcript, segments=(), notices=(TranslatableText(SILENT),)))


@pytest.mark.parametrize("name", FORMATS)
def test_no_empty_file_is_written(tmp_path: Path, name: str) -> None:
    file = write_to_folder(SILENCE, name, tmp_path)
    assert (file is None) == (name in ("txt", "srt", "vtt"))
    assert len(list(tmp_path.iterdir())) == (file is not None)


def test_a_file_that_was_asked_for_and_would_be_empty_is_refused_in_words(tmp_path: Path) -> None:
    with pytest.raises(NothingToExport, match="nobody speaks in"):
        write(SILENCE, "srt", tmp_path / "talk.srt")


def test_it_is_said_once_that_nobody_speaks() -> None:
    assert sentence_without_speech(SILENCE.transcript) is None
    older = replace(SILENCE.transcript, notices=())
    assert str(sentence_without_speech(older)) == "Nobody speaks in this recording."
