"""JSON for programs. `notula` is the version of this shape; it changes when a reader would have to."""

import json
import math
from datetime import UTC, datetime, timedelta

from core.domain import Segment, StoredTranscript
from core.domain.visible import visible, visible_lines
from core.export.clean import one_line, seconds

VERSION = 1


def render_json(stored: StoredTranscript) -> str:
    """The transcript with all its times. `created_at` is ISO 8601 in UTC."""
    transcript = stored.transcript
    document = {
        "notula": VERSION,
        "name": visible(stored.entry.name),
        "language": visible(transcript.language),
        "duration_s": _rounded(transcript.duration_s),
        "provider": visible(transcript.provider),
        "model": visible(transcript.model),
        "created_at": iso_time(stored.entry.created_at),
        "text": one_line(transcript.text),
        "segments": [_segment(segment) for segment in transcript.segments],
    }
    return json.dumps(document, ensure_ascii=False, allow_nan=False, indent=2) + "\n"


def iso_time(since_epoch_s: float) -> str:
    """Seconds since the epoch as ISO 8601 in UTC, to the second."""
    return (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=int(seconds(since_epoch_s)))).isoformat()


def _segment(segment: Segment) -> dict[str, object]:
    return {
        "start_s": _rounded(segment.start_s),
        "end_s": _rounded(segment.end_s),
        "text": visible_lines(segment.text).strip(),
        "speaker": None if segment.speaker is None else visible(segment.speaker),
        "words": [
            {
                "start_s": _rounded(word.start_s),
                "end_s": _rounded(word.end_s),
                "text": visible(word.text).strip(),
                "probability": _rounded(word.probability),
            }
            for word in segment.words
        ],
    }


def _rounded(value: float) -> float:
    return round(value, 3) if math.isfinite(value) else 0.0
