"""Asks the candidates which language a chunk is in."""

from collections.abc import Sequence
from contextlib import aclosing

from core.domain import SpeechChunk
from core.pipeline.chunk_adapter import ChunkAdapter
from core.providers import Candidate, LanguageGuess, Router


async def identified_language(
    router: Router, adapter: ChunkAdapter, candidates: Sequence[Candidate], chunk: SpeechChunk
) -> LanguageGuess | None:
    """The spoken language; None without speech, or where no candidate identifies it without transcribing.

    Raises `ProviderError` and its children.
    """
    if not router.available(candidates)[-1].capabilities.identifies_language:
        return None

    async def identify(candidate: Candidate) -> LanguageGuess | None:
        if not candidate.capabilities.identifies_language:
            return None
        piece = chunk
        if not adapter.fits(chunk, candidate.capabilities):
            async with aclosing(adapter.pieces(chunk, candidate.capabilities)) as pieces:
                piece = await anext(pieces)
        return await candidate.ask(lambda provider: provider.identify_language(piece, candidate.options))

    return await router.ask(candidates, identify)
