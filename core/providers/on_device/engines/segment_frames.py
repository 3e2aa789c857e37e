"""Reading the segments that an engine sends, after `check_segment` in `protocol.py`."""

from core.domain import Segment, SpeechChunk, Word
from core.providers.answers.recording_clock import between, on_clock
from core.system.frames import Frame


def segments_of(frame: Frame, chunk: SpeechChunk, not_before: float) -> list[Segment]:
    """The segment in a frame, on the recording's clock, with corrected times; empty where it has no text."""
    text = str(frame.header["text"]).strip()
    if not text:
        return []
    latest = chunk.start_s + chunk.duration_s
    start_s, end_s = on_clock(frame.header["start"], frame.header["end"], chunk.start_s, not_before, latest)
    words = []
    at = start_s
    for word_start, word_end, word, probability in frame.header["words"]:
        span = on_clock(word_start, word_end, chunk.start_s, at, end_s)
        words.append(Word(*span, str(word).strip(), round(between(float(probability), 0.0, 1.0), 2)))
        at = span[1]
    return [Segment(start_s, end_s, text, tuple(word for word in words if word.text))]


def unwritten_of(frame: Frame, chunk: SpeechChunk) -> tuple[tuple[float, float], ...]:
    """Where somebody speaks whose words could not be made out, on the recording's clock."""
    return _spans_of(frame, "unwritten", chunk)


def other_language_of(frame: Frame, chunk: SpeechChunk) -> tuple[tuple[float, float], ...]:
    """Where another language seems to be spoken than the one that is written, on the recording's clock."""
    return _spans_of(frame, "other_language", chunk)


def noisy_of(frame: Frame, chunk: SpeechChunk) -> tuple[tuple[float, float], ...]:
    """Where it is so noisy that what is written may be wrong, on the recording's clock."""
    return _spans_of(frame, "noisy", chunk)


def _spans_of(frame: Frame, name: str, chunk: SpeechChunk) -> tuple[tuple[float, float], ...]:
    latest = chunk.start_s + chunk.duration_s
    return tuple(on_clock(start, end, chunk.start_s, chunk.start_s, latest) for start, end in frame.header[name])
