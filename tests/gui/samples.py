"""Jobs, transcripts and entries of the history for tests of the window."""

from core.domain import (
    ContentHash,
    HistoryEntry,
    JobId,
    JobState,
    JobView,
    Segment,
    StoredTranscript,
    Transcript,
    TranscriptId,
)


def view(number: int, state: JobState = JobState.QUEUED, **values: object) -> JobView:
    return JobView(JobId(f"job-{number}"), f"{number}.wav", f"/talks/{number}.wav", state, float(number), **values)


def stored(
    *texts: str, number: int = 1, name: str = "talk.wav", language: str = "en", location: str = "/talks/talk.wav"
) -> StoredTranscript:
    segments = tuple(Segment(i * 5.0, i * 5.0 + 4, text) for i, text in enumerate(texts))
    entry = HistoryEntry(
        TranscriptId(number), name, location, 1_700_000_000.0, 5.0 * len(texts), language, "on-device", "tiny.en"
    )
    return StoredTranscript(
        entry,
        ContentHash("0" * 64),
        Transcript(segments, language, 5.0 * len(texts), "on-device", "tiny.en"),
    )


def entry(number: int, name: str = "") -> HistoryEntry:
    return HistoryEntry(
        TranscriptId(number),
        name or f"talk {number}.wav",
        f"/talks/{number}.wav",
        1_700_000_000.0 + number,
        61.0,
        "en",
        "on-device",
        "tiny.en",
        (("the ", False), ("best", True), (" of times", False)),
    )
