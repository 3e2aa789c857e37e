"""Who has made a transcript: the candidates, and the models that each of them used."""

from collections.abc import Sequence
from dataclasses import replace

from core.domain import SpeechChunk
from core.providers import Candidate, ChunkTranscript


class Makers:
    """Collects them chunk by chunk."""

    def __init__(self, candidates: Sequence[Candidate]) -> None:
        self._all = tuple(candidates)
        self._used: dict[int, dict[str, int]] = {}
        """The models of each candidate, by its place, each with the first of its chunks."""

    def add(self, name: str, chunk: SpeechChunk, transcribed: ChunkTranscript) -> None:
        """The candidate of this name has transcribed a chunk."""
        place, maker = next((place, one) for place, one in enumerate(self._all) if one.name == name)
        models = self._used.setdefault(place, {})
        if transcribed.segments or not models:
            model = transcribed.model or maker.options.model
            models[model] = min(chunk.index, models.get(model, chunk.index))

    @property
    def candidates(self) -> tuple[Candidate, ...]:
        """Those that have made it, in their order; the first one where there is no speech."""
        return tuple(self._all[place] for place in sorted(self._used)) or self._all[:1]

    @property
    def with_models_used(self) -> tuple[Candidate, ...]:
        """The same, each with the models that it used in place of the requested one: for people, not for keys."""
        return (
            tuple(
                replace(maker, options=replace(maker.options, model=" + ".join(self._models_of(place))))
                for place, maker in enumerate(self._all)
                if place in self._used
            )
            or self.candidates
        )

    @property
    def provider(self) -> str:
        """Their names, as a transcript tells them."""
        return " + ".join(maker.name for maker in self.candidates)

    @property
    def model(self) -> str:
        """Their models, of each candidate in the order of the recording."""
        names = [name for place in sorted(self._used) for name in self._models_of(place)]
        return " + ".join(names or [self._all[0].options.model])

    def _models_of(self, place: int) -> list[str]:
        models = self._used[place]
        return sorted(models, key=lambda name: models[name])
