"""Small made-up values that many tests need."""

import itertools

from core.domain import (
    ContentHash,
    Job,
    JobId,
    Requester,
    Segment,
    SourceReference,
    Transcript,
    TranscriptionOptions,
    Word,
)

HASH = ContentHash("ab" * 32)
OTHER_HASH = ContentHash("cd" * 32)

THE_OWNER = Requester("desktop")

_numbers = itertools.count(1)


def make_transcript(text: str = "It was the best of times. It was the worst of times.") -> Transcript:
    """A transcript of two or so segments, 5 s each."""
    sentences = [sentence.strip() + "." for sentence in text.split(".") if sentence.strip()]
    segments = tuple(
        Segment(5.0 * i, 5.0 * i + 4.5, sentence, (Word(5.0 * i, 5.0 * i + 1, sentence.split()[0], 0.9),))
        for i, sentence in enumerate(sentences)
    )
    return Transcript(segments, "en", 5.0 * len(segments), "on-device", "tiny.en")


def make_source(name: str = "talk.wav") -> SourceReference:
    """A file that need not exist."""
    return SourceReference("file", f"/recordings/{name}", name)


def make_job(name: str = "talk.wav", **values: object) -> Job:
    """A job with an id of its own, submitted a second after the one before."""
    number = next(_numbers)
    described = {
        "id": JobId(f"job-{number}"),
        "source": make_source(name),
        "options": TranscriptionOptions(),
        "requester": Requester("test"),
        "submitted_at": 1_000.0 + number,
    }
    return Job(**{**described, **values})  # type: ignore[arg-type]
