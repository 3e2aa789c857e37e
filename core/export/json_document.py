"""JSON for programs. `notula` is the version of this shape; it changes when a reader would have to."""

import json
import math

from core.domain import Segment, StoredTranscript
from core.domain.visible import visible, visible_lines
from core.export.clean import one_line
from core.export.local_time import local_time
from core.export.notes import noted_lines

VERSION = 1


def render_json(stored: StoredTranscript) -> str:
    """The transcript with all its times. `created_at` is ISO 8601 in local time with its offset."""
    transcript = stored.transcript
    document: dict[str, object] = {
        "notula": VERSION,
        "name": visible(stored.entry.name),
        "language": visible(transcript.language),
        "duration_s": _rounded(transcript.duration_s),
        "provider": visible(transcript.provider),
        "model": visible(transcript.model),
        "created_at": local_time(stored.entry.created_at).isoformat(),
        "notices": [visible(str(notice)) for notice in transcript.notices],
        "text": one_line(transcript.text),
        "segments": [_segment(segment) for segment in transcript.segments],
    }
    if noted := noted_lines(stored):
        document["notes"] = "\n".join(noted)
    return json.dumps(document, ensure_ascii=False, allow_nan=False, indent=2) + "\n"


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
