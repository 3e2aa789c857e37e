"""Tells voices apart by a script, for tests of what is around it."""

import asyncio
from collections.abc import Sequence

from core.domain import AudioFormat, NotulaError, SpeechChunk
from core.domain.errors import EngineCrashed
from core.voices import Decision, Heard, Turn, VoicePrint


class ScriptedVoices:
    """Says that `turns` are spoken, as far as the chunks were heard; a chunk, or the decision, can be made to fail.

    `crashes_at` has the names of the calls in which the process crashes once.
    """

    def __init__(self, turns: Sequence[Turn] = (), model: str | None = "ab" * 32) -> None:
        self.turns = tuple(turns)
        self.model = model
        self.heard: list[int] = []
        self.people: list[int | None] = []
        self.failures: dict[int, NotulaError] = {}
        self.decision_fails: NotulaError | None = None
        self.crashes_at: set[str] = set()

    async def hear(self, chunk: SpeechChunk) -> Heard:
        assert self.model is not None
        assert chunk.format is AudioFormat.PCM
        await asyncio.sleep(0)
        self._crash("hear")
        self.heard.append(chunk.index)
        if chunk.index in self.failures:
            raise self.failures[chunk.index]
        return Heard(((chunk.start_s, chunk.end_s),), ((chunk.start_s, chunk.end_s),), b"\0" * 8)

    async def decide(self, heard: Sequence[Heard], people: int | None = None) -> Decision:
        self._crash("decide")
        self.people.append(people)
        if self.decision_fails is not None:
            raise self.decision_fails
        spans = [span for one in heard for span in one.regions]
        turns = [
            Turn(max(start_s, turn.start_s), min(end_s, turn.end_s), turn.speaker)
            for turn in self.turns
            for start_s, end_s in spans
            if max(start_s, turn.start_s) < min(end_s, turn.end_s)
        ]
        return Decision(tuple(turns), tuple(VoicePrint(b"", 1.0, "") for _ in {turn.speaker for turn in turns}))

    def _crash(self, call: str) -> None:
        if call in self.crashes_at:
            self.crashes_at.remove(call)
            raise EngineCrashed
