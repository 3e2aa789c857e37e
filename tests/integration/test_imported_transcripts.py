"""Transcripts taken over from files: found, corrected and exported as all others are."""

from dataclasses import replace
from pathlib import Path

from core.app.notula import Notula
from core.config import Folders, Settings
from core.domain import Segment
from core.export import ExportPlace, ExportPlan

SUBTITLES = "1\n00:00:01,000 --> 00:00:02,500\nEver tried.\n\n2\n00:00:03,000 --> 00:00:04,000\nEver faild.\n"


async def test_subtitles_become_an_entry_that_is_found_corrected_and_exported(folders: Folders, tmp_path: Path) -> None:
    file, damaged = tmp_path / "beckett.srt", tmp_path / "damaged.vtt"
    file.write_text(SUBTITLES)
    damaged.write_text("no subtitles")
    notula = Notula(Settings(), folders)
    await notula.start()
    try:
        transcripts = notula.transcripts
        done = await transcripts.import_files([damaged, file])
        (number,) = done.transcript_ids
        assert [str(failure) for failure in done.failures] == [
            "damaged.vtt can't be imported: line 1 isn't part of a subtitle, or its times make no sense."
        ]
        (entry,) = (await transcripts.page("tried")).entries
        assert (entry.id, entry.name, entry.duration_s, entry.requester) == (number, "beckett.srt", 4.0, None)

        before = await transcripts.get(number)
        assert before is not None
        assert before.transcript.segments == (Segment(1.0, 2.5, "Ever tried."), Segment(3.0, 4.0, "Ever faild."))
        first, second = before.transcript.segments
        revised = replace(before.transcript, segments=(first, replace(second, text="Ever failed.")))
        assert await transcripts.save_edits(before, revised) is not None

        again = await transcripts.import_files([file])
        assert again.transcript_ids == (number,), "the same file is the same entry, and stays corrected"
        plan = ExportPlan(("srt",), ExportPlace.FOLDER, tmp_path / "out", "{name}.{extension}")
        assert (await transcripts.export_many([number], plan)).files == 1
        assert (tmp_path / "out" / "beckett.srt").read_text().endswith("Ever failed.\n")
    finally:
        await notula.stop()
