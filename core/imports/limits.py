"""How much an imported file may hold. A day of speech has about 200,000 words and 30,000 subtitles."""

from core.domain import Segment

MOST_BYTES = 64 * 1024 * 1024
MOST_SEGMENTS = 200_000
MOST_WORDS = 1_000_000
LONGEST_TEXT = 100_000
"""Characters of one passage: a service without times gives a whole recording as one."""

LATEST_S = 1e7
"""Four months."""


class NotReadableError(ValueError):
    """What is read isn't a transcript."""


class TooLargeError(ValueError):
    """There is more of it than in any transcript."""


def checked(segments: list[Segment]) -> tuple[Segment, ...]:
    """The segments in the order of their starts, without those that have no text. Raises `TooLargeError`."""
    if len(segments) > MOST_SEGMENTS or sum(len(segment.words) for segment in segments) > MOST_WORDS:
        raise TooLargeError
    if any(len(segment.text) > LONGEST_TEXT for segment in segments):
        raise TooLargeError
    return tuple(sorted((one for one in segments if one.text), key=lambda one: one.start_s))
