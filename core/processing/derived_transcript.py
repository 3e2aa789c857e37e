"""What a language model has made of a transcript, as a transcript of its own."""

from collections.abc import Sequence

from core.domain import Segment, Transcript
from core.processing.llm import Llm


def derived_transcript(
    original: Transcript, segments: tuple[Segment, ...], language: str, llms: Sequence[Llm]
) -> Transcript:
    """A transcript with other segments in another language; its makers are the models, its notices the recording's."""
    return Transcript(
        segments,
        language,
        original.duration_s,
        provider=" + ".join(llm.name for llm in llms),
        model=" + ".join(llm.model for llm in llms),
        notices=original.notices,
    )
