"""Many transcripts in one folder, beside their recordings, and in one ZIP file."""

import os
import stat
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.app.export_many import export_many
from core.domain import Segment, StoredTranscript, TranscriptId
from core.domain.errors import ExportFailed
from core.export import (
    STANDARD,
    ExistingFile,
    ExportedMany,
    ExportPlace,
    ExportPlan,
    export_notices,
    pattern_problem,
    patterned_name,
    transcript_writer,
)
from core.export.names import LONGEST_NAME_BYTES, file_name, is_file_name
from core.export.subtitles.rule_notices import FAST
from tests.unit.export.test_formats import any_text, stored


def talk(name: str, text: str = "Hello.", location: str = "") -> StoredTranscript:
    made = stored(*([Segment(0.0, 1.0, text)] if text else []), name=name)
    return replace(made, entry=replace(made.entry, location=location or made.entry.location))


def fast_talk() -> StoredTranscript:
    fast = talk("fast.wav")
    said = tuple(
        Segment(i * 1.0, i + 1.0, "Far too many words for one second of the talk, again and again.") for i in range(30)
    )
    return replace(fast, transcript=replace(fast.transcript, segments=said))


async def exported(talks: list[StoredTranscript | None], plan: ExportPlan) -> tuple[ExportedMany, list[int]]:
    async def get(number: TranscriptId) -> StoredTranscript | None:
        return talks[number]

    progress: list[int] = []
    numbers = [TranscriptId(number) for number in range(len(talks))]
    return await export_many(get, numbers, plan, STANDARD, progress.append), progress


async def test_a_folder_gets_a_file_for_each_format(tmp_path: Path) -> None:
    plan = ExportPlan(("txt", "srt"), ExportPlace.FOLDER, tmp_path / "new")
    done, progress = await exported([talk("a.wav"), talk("b.wav")], plan)
    assert sorted(file.name for file in (tmp_path / "new").iterdir()) == [
        "a.en.srt",
        "a.en.txt",
        "b.en.srt",
        "b.en.txt",
    ]
    assert done == ExportedMany(2, 4, tmp_path / "new")
    assert progress == [1, 2]


@pytest.mark.parametrize(
    ("existing", "files"),
    [
        (ExistingFile.NUMBER, {"a.en.txt": "mine", "a.en (2).txt": "Hello.\n"}),
        (ExistingFile.SKIP, {"a.en.txt": "mine"}),
        (ExistingFile.REPLACE, {"a.en.txt": "Hello.\n"}),
    ],
)
async def test_a_file_that_is_there_is_numbered_skipped_or_replaced(
    tmp_path: Path, existing: ExistingFile, files: dict[str, str]
) -> None:
    (tmp_path / "a.en.txt").write_text("mine")
    done, _ = await exported([talk("a.wav")], ExportPlan(("txt",), ExportPlace.FOLDER, tmp_path, existing=existing))
    assert {file.name: file.read_text() for file in tmp_path.iterdir()} == files
    told = [str(notice) for notice in done.notices]
    assert told == (["Files that were there already were left alone: 1."] if existing is ExistingFile.SKIP else [])


async def test_beside_their_recordings_those_of_the_web_are_left_out_in_words(tmp_path: Path) -> None:
    talks = [
        talk("a.wav", location=str(tmp_path / "one" / "a.wav")),
        talk("b.wav", location="https://example.org/b.wav"),
        talk("c.wav", "", location=str(tmp_path / "one" / "c.wav")),
        None,
    ]
    done, _ = await exported(talks, ExportPlan(("txt",), ExportPlace.BESIDE))
    assert [file.name for file in (tmp_path / "one").iterdir()] == ["a.en.txt"]
    assert (done.transcripts, done.files, done.folder) == (1, 1, tmp_path / "one")
    assert sorted(map(str, done.notices)) == [
        "Deleted meanwhile: 1.",
        "Recordings from the web or a chat have no folder on this computer; left out: 1.",
        "Recordings in which nobody speaks: 1.",
    ]


async def test_one_that_cannot_be_written_does_not_stop_the_others(tmp_path: Path) -> None:
    (tmp_path / "blocked").write_text("a file where a folder belongs")
    talks = [
        talk("a.wav", location=str(tmp_path / "blocked" / "a.wav")),
        talk("b.wav", location=str(tmp_path / "b.wav")),
    ]
    done, _ = await exported(talks, ExportPlan(("txt",), ExportPlace.BESIDE))
    assert (done.transcripts, (tmp_path / "b.en.txt").read_text()) == (1, "Hello.\n")
    assert str(done.notices[0]).startswith("Could not be written: 1. a.en.txt could not")


async def test_a_zip_file_has_all_with_names_of_their_own(tmp_path: Path) -> None:
    file = tmp_path / "all.zip"
    plan = ExportPlan(("txt", "docx"), ExportPlace.ARCHIVE, file)
    done, _ = await exported([talk("a.wav", "One."), talk("A.mp3", "Two."), talk("silence.wav", "")], plan)
    with zipfile.ZipFile(file) as archive:
        assert archive.testzip() is None
        assert archive.namelist() == ["a.en.txt", "a.en.docx", "A.en (2).txt", "A.en (2).docx", "silence.en.docx"]
        assert archive.read("A.en (2).txt") == b"Two.\n"
    assert (done.transcripts, done.files, done.folder) == (3, 5, tmp_path)
    assert list(tmp_path.iterdir()) == [file]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
async def test_a_zip_file_replaces_no_pipe(tmp_path: Path) -> None:
    pipe = tmp_path / "all.zip"
    os.mkfifo(pipe)
    with pytest.raises(ExportFailed):
        await exported([talk("a.wav")], ExportPlan(("txt",), ExportPlace.ARCHIVE, pipe))
    assert stat.S_ISFIFO(pipe.stat().st_mode)


def test_a_zip_file_that_is_not_finished_is_not_there(tmp_path: Path) -> None:
    file = tmp_path / "all.zip"
    file.write_bytes(b"the one before")
    plan = ExportPlan(("txt",), ExportPlace.ARCHIVE, file)

    def interrupted() -> None:
        with transcript_writer(plan) as writer:
            writer.add(talk("a.wav"))
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert {each.name: each.read_bytes() for each in tmp_path.iterdir()} == {"all.zip": b"the one before"}


async def test_a_zip_file_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / "blocked").write_text("")
    with pytest.raises(ExportFailed, match=r"all\.zip could not be written"):
        await exported([talk("a.wav")], ExportPlan(("txt",), ExportPlace.ARCHIVE, tmp_path / "blocked" / "all.zip"))


@pytest.mark.parametrize(
    ("pattern", "told"),
    [
        ("{name}.{extension}", None),
        ("{date} {name}.{language}.{extension}", None),
        ("talk.{extension}", "{name}"),
        ("{name}", "{extension}"),
        ("{name}.{extension}.txt", "{extension}"),
        ("{nme}.{extension}", "{nme}"),
        ("{name}{.{extension}", "{"),
        ("{name!r}.{extension}", "{name!r}"),
        ("../{name}.{extension}", "every computer"),
        ("a/{name}.{extension}", "every computer"),
        ("{name}:{language}.{extension}", "every computer"),
        ("\x00{name}.{extension}", "every computer"),
        ("{name}" + "x" * 300 + ".{extension}", "every computer"),
    ],
)
def test_a_pattern_that_names_no_files_is_refused_in_words(pattern: str, told: str | None) -> None:
    problem = pattern_problem(pattern)
    assert problem is None if told is None else told in str(problem)


@given(any_text, any_text, st.sampled_from(["{name}.{extension}", "{date}-{language} {name}.{language}.{extension}"]))
def test_whatever_a_recording_is_called_its_file_stays_in_its_folder(name: str, language: str, pattern: str) -> None:
    made = talk(name)
    made = replace(made, transcript=replace(made.transcript, language=language))
    written = patterned_name(pattern, made, "srt")
    assert is_file_name(written)
    assert Path(written).name == written
    assert written.endswith(".srt")
    assert len(written.encode()) <= LONGEST_NAME_BYTES


@pytest.mark.parametrize("place", [ExportPlace.FOLDER, ExportPlace.ARCHIVE])
async def test_subtitles_that_could_not_keep_the_rules_are_told_of(tmp_path: Path, place: ExportPlace) -> None:
    fast = fast_talk()
    plan = ExportPlan(("srt",), place, tmp_path / "out")
    done, _ = await exported([fast, talk("slow.wav")], plan)
    assert [str(notice).partition(";")[0] for notice in done.notices] == [
        "Transcripts spoken too fast for the rules of subtitles: 1"
    ]


@pytest.mark.parametrize("place", [ExportPlace.FOLDER, ExportPlace.ARCHIVE])
async def test_of_a_single_transcript_it_is_said_which_rules_and_by_how_much(
    tmp_path: Path, place: ExportPlace
) -> None:
    plan = ExportPlan(("srt", "vtt"), place, tmp_path / "out")
    done, _ = await exported([fast_talk()], plan)
    told = export_notices(fast_talk(), "srt")
    assert [notice.template for notice in told] == [FAST]
    assert done.notices == told


@given(any_text)
def test_the_shortest_pattern_gives_the_name_of_a_single_export(name: str) -> None:
    assert patterned_name("{name}.{extension}", talk(name), "srt") == file_name(name, "srt")
