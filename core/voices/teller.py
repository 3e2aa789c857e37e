"""The port to what tells voices apart."""

from collections.abc import Sequence
from typing import Protocol

from core.domain.speech import SpeechChunk
from core.voices.voice import Decision, Heard


class VoiceTeller(Protocol):
    """Tells the voices of a recording apart: hears its chunks, in any order and in parallel, and decides at the end."""

    @property
    def model(self) -> str | None:
        """The hash of the model whose prints it makes; None where it can't tell voices apart now."""

    async def hear(self, chunk: SpeechChunk) -> Heard:
        """What the chunk's voices are like. The chunk is decoded speech.

        Cancelling ends the work within a second. Raises `ProviderError` and its children.
        """

    async def decide(self, heard: Sequence[Heard], people: int | None = None) -> Decision:
        """Who speaks when, over all chunks of a recording. `people` says how many speak, None that it isn't known.

        Where fewer voices can be told apart than `people`, there are fewer. Cancelling ends the work within a second.
        Raises `ProviderError` and its children.
        """
