"""`notula translate` and `notula summarize`, without anything under the app."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from core.app.settings import SettingsService
from core.cli.process_transcript import Destination, format_of, summarize_transcript, translate_transcript
from core.cli.terminal import Terminal
from core.config import Folders, LoadedSettings, Settings
from core.domain import HistoryEntry, StoredTranscript, Transcript, TranscriptId
from core.domain.errors import NoLlm
from core.i18n import Translator
from core.observability.redaction import Redactor
from tests.unit.samples import HASH, make_transcript

ENTRY = HistoryEntry(TranscriptId(7), "talk.ogg", "/talk.ogg", 1.0, 10.0, "en", "on-device", "tiny.en")
STORED = StoredTranscript(ENTRY, HASH, make_transcript())


class Processor:
    """An app that knows one transcript."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, str]] = []
        self.failure: NoLlm | None = None
        self.speech: Transcript | None = None
        """What comes of both, in place of their names."""

    @property
    def transcripts(self) -> "Processor":
        return self

    async def translate(
        self, number: TranscriptId, language: str, on_progress: Callable[[float], None]
    ) -> StoredTranscript | None:
        return self._made("translate", number, language, on_progress)

    async def summarize(
        self, number: TranscriptId, language: str, on_progress: Callable[[float], None]
    ) -> StoredTranscript | None:
        return self._made("summarize", number, language, on_progress)

    def _made(
        self, task: str, number: TranscriptId, language: str, on_progress: Callable[[float], None]
    ) -> StoredTranscript | None:
        if self.failure:
            raise self.failure
        self.asked.append((task, language))
        on_progress(1.0)
        made = self.speech or make_transcript(f"{task} {language}")
        return replace(STORED, transcript=made) if number == 7 else None


class TestTerminal(Terminal):
    """A terminal for that app."""

    __test__ = False
    processor: Processor

    @asynccontextmanager
    async def notula(self) -> AsyncIterator[Processor]:  # type: ignore[override]
        yield self.processor


@pytest.fixture
def terminal(folders: Folders) -> TestTerminal:
    made = TestTerminal(
        Translator(), folders, SettingsService(LoadedSettings(Settings()), folders.settings_file), Redactor()
    )
    object.__setattr__(made, "processor", Processor())
    return made


async def test_a_translation_is_printed(terminal: TestTerminal, capsys: pytest.CaptureFixture[str]) -> None:
    assert await translate_transcript(terminal, 7, "id", Destination()) == 0
    assert capsys.readouterr() == ("translate id.\n", "")


async def test_a_summary_is_printed_as_wanted(terminal: TestTerminal, capsys: pytest.CaptureFixture[str]) -> None:
    assert await summarize_transcript(terminal, 7, "", Destination("srt")) == 0
    assert "00:00:00,000 -->" in capsys.readouterr().out
    assert terminal.processor.asked == [("summarize", "")]


async def test_it_goes_to_a_file(terminal: TestTerminal, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "new" / "talk.id.srt"
    assert await translate_transcript(terminal, 7, "id", Destination(format_of(file), file)) == 0
    assert "translate id." in file.read_text(encoding="utf-8")
    assert capsys.readouterr() == ("", f"{file}\n")


async def test_rules_that_the_speech_is_too_fast_for_are_told_beside_the_subtitles(
    terminal: TestTerminal, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    terminal.settings_service.use(subtitles="custom", subtitle_line_columns=10, subtitle_lines=1)
    terminal.processor.speech = make_transcript("This is said in four seconds, that is too fast for these rules.")
    await translate_transcript(terminal, 7, "id", Destination("srt"))
    assert "These subtitles come up to 3 s later than the words" in capsys.readouterr().err
    await translate_transcript(terminal, 7, "id", Destination("vtt", tmp_path / "talk.vtt"))
    assert "These subtitles come up to 3 s later than the words" in capsys.readouterr().err
    await translate_transcript(terminal, 7, "id", Destination("txt"))
    assert capsys.readouterr().err == ""


async def test_a_transcript_that_is_not_there_is_told(
    terminal: TestTerminal, capsys: pytest.CaptureFixture[str]
) -> None:
    assert await translate_transcript(terminal, 8, "id", Destination()) == 1
    assert capsys.readouterr() == ("", "There is no transcript 8. 'notula history' lists them.\n")


async def test_what_goes_wrong_is_for_whoever_runs_the_command(terminal: TestTerminal) -> None:
    terminal.processor.failure = NoLlm()
    with pytest.raises(NoLlm):
        await summarize_transcript(terminal, 7, "id", Destination())


def test_the_ending_of_a_file_says_its_format() -> None:
    assert [format_of(Path(name)) for name in ("a.SRT", "a.id.vtt", "a.json", "a.md", "a.doc", "a")] == [
        "srt",
        "vtt",
        "json",
        "md",
        "txt",
        "txt",
    ]
    assert format_of(None) == "txt"
