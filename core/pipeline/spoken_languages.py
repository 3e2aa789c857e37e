"""Which language is spoken in which part of a recording."""

from collections import defaultdict
from collections.abc import Mapping

from core.domain import SpeechChunk
from core.providers import ChunkTranscript, LanguageGuess


class SpokenLanguages:
    """Collects what was identified, and what was transcribed, chunk by chunk.

    With an `asked` language there is nothing to find out.
    """

    def __init__(self, asked: str | None) -> None:
        self._whole = asked
        self._is_asked = asked is not None
        self._of_chunks: dict[int, LanguageGuess] = {}
        self._identified_s: defaultdict[str, float] = defaultdict(float)
        self.held: tuple[SpeechChunk, ...] = ()
        """The first chunk, as long as its language isn't decided."""
        self._written_s: defaultdict[str, float] = defaultdict(float)

    @property
    def is_settled(self) -> bool:
        """Whether no chunk needs to be identified any more."""
        return self._whole is not None

    @property
    def main(self) -> str | None:
        """The language that is most probable for all that was heard; None where nothing was identified."""
        return self._whole or _most(self._identified_s)

    @property
    def written(self) -> str | None:
        """The language of most of the text."""
        return _most(self._written_s)

    def add(self, chunk: SpeechChunk, guess: LanguageGuess | None) -> None:
        """What was identified in this chunk; None for too little speech."""
        if guess is None:
            return
        if guess.is_for_all:
            self._whole = guess.code
        self._of_chunks[chunk.index] = guess
        for code, probability in guess.likely or ((guess.code, guess.probability),):
            self._identified_s[code] += probability * chunk.duration_s

    def add_text(self, transcribed: ChunkTranscript) -> None:
        """What was transcribed."""
        if transcribed.language:
            self._written_s[transcribed.language] += sum(one.end_s - one.start_s for one in transcribed.segments)

    def restore(self, chunk: SpeechChunk, language: str | None) -> None:
        """The language in which a chunk was transcribed before."""
        if language is not None:
            self.add(chunk, LanguageGuess(language, 1.0))

    def decided(self, chunk: SpeechChunk) -> tuple[SpeechChunk, ...]:
        """The chunks whose language is decided with this one: it is `held` itself where more should be heard."""
        if self._is_unsure(chunk):
            self.held = (chunk,)
            return ()
        held, self.held = self.held, ()
        return (*held, chunk)

    def _is_unsure(self, chunk: SpeechChunk) -> bool:
        """Whether more of the recording should be heard before this chunk's language is decided.

        Music, noise and another language's greeting make such guesses, which what follows corrects.
        """
        guess = self._of_chunks.get(chunk.index)
        if guess is None or self._whole is not None or len(self._of_chunks) > 1:
            return False
        return not all(guess.is_rather_than(other) for other, _ in guess.likely if other != guess.code)

    def heard_in(self, chunk: SpeechChunk) -> tuple[str, ...] | None:
        """All languages of the chunk, as far as is known; None where one was asked for, so that no other is written."""
        if self._is_asked:
            return None
        guess, language = self._of_chunks.get(chunk.index), self.of(chunk)
        heard = (language, *(guess.languages if guess and guess.others else ()))
        return tuple(dict.fromkeys(filter(None, heard)))

    def of(self, chunk: SpeechChunk) -> str | None:
        """The language to transcribe the chunk in: its own where that is clear, else the main one."""
        guess, main = self._of_chunks.get(chunk.index), self.main
        if self._whole is None and guess is not None and (main is None or guess.is_rather_than(main)):
            return guess.code
        return main


def _most(seconds: Mapping[str, float]) -> str | None:
    return max(seconds, key=lambda code: seconds[code], default=None)
