"""What stands under the title of a document: how long a recording is, its language, model and date."""

from core.domain import StoredTranscript
from core.export.clean import milliseconds, one_line, seconds
from core.export.local_time import local_time
from core.export.subtitles.cues import clock_time


def facts_of(stored: StoredTranscript) -> tuple[str, ...]:
    """Those that are known, in this order; the date in local time."""
    transcript = stored.transcript
    facts = (
        clock_of(round(seconds(transcript.duration_s))),
        one_line(transcript.language),
        one_line(transcript.model),
        f"{local_time(stored.entry.created_at):%Y-%m-%d %H:%M}",
    )
    return tuple(filter(None, facts))


def clock_of(time_s: float) -> str:
    """A place in a recording, to the second: `01:02:03`."""
    return clock_time(milliseconds(time_s), ".")[:-4]
