"""Text without times, cut into sentences with times that are estimated from the number of letters."""

import re

from core.domain import Segment, SpeechChunk

_SENTENCE = re.compile(r".+?(?:[.!?…]+[\"'”’»)]*(?=\s|$)|[。！？]+[」』”]?|\n|$)\s*", re.DOTALL)  # noqa: RUF001


def sentences_of(text: str, chunk: SpeechChunk) -> list[Segment]:
    """The sentences of a chunk's text, one after the other from its beginning to its end."""
    per_character_s = chunk.duration_s / max(1, len(text))
    segments = []
    for found in _SENTENCE.finditer(text):
        start_s, end_s = (round(chunk.start_s + at * per_character_s, 3) for at in found.span())
        if sentence := found.group().strip():
            segments.append(Segment(start_s, min(end_s, chunk.end_s), sentence))
    return segments
