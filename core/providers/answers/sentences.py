"""Text without times, cut into sentences with times that are estimated from the number of letters."""

from itertools import pairwise

from core.domain import Segment, SpeechChunk
from core.domain.sentence_ends import sentence_ends


def sentences_of(text: str, chunk: SpeechChunk) -> list[Segment]:
    """The sentences of a chunk's text, one after the other from its beginning to its end."""
    per_character_s = chunk.duration_s / max(1, len(text))
    segments = []
    for span in pairwise((0, *sentence_ends(text), len(text))):
        start_s, end_s = (round(chunk.start_s + at * per_character_s, 3) for at in span)
        if sentence := text[slice(*span)].strip():
            segments.append(Segment(start_s, min(end_s, chunk.end_s), sentence))
    return segments
