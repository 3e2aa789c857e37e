"""What every provider has to do. A provider's test file derives a class and says how the provider is built.

What one that is sent files has to do besides is in `upload_contract.py`.
"""

import asyncio
from dataclasses import replace

import pytest

from core.domain import Segment, SpeechChunk, TranscriptionOptions
from core.providers import LanguageGuess, Provider
from tests.patience import PATIENCE_S


def ignore(segment: Segment) -> None:
    """A segment that nobody looks at."""


class ProviderContract:
    """For every provider. `provider` is a fixture; the chunk has English speech in it."""

    def chunk(self) -> SpeechChunk:
        raise NotImplementedError

    def options(self) -> TranscriptionOptions:
        raise NotImplementedError

    async def test_what_is_said_comes_in_order_and_within_the_chunk(self, provider: Provider) -> None:
        chunk = self.chunk()
        transcript = await provider.transcribe(chunk, self.options(), ignore)
        assert transcript.segments
        at = chunk.start_s
        for segment in transcript.segments:
            assert segment.text == segment.text.strip() != ""
            assert at <= segment.start_s <= segment.end_s <= chunk.end_s
            at = segment.end_s

    async def test_each_segment_is_told_in_its_turn(self, provider: Provider) -> None:
        told: list[Segment] = []
        transcript = await provider.transcribe(self.chunk(), self.options(), told.append)
        assert tuple(told) == transcript.segments

    async def test_words_are_given_where_they_are_asked_for(self, provider: Provider) -> None:
        if not provider.capabilities.gives_words:
            pytest.skip("gives none")
        options = replace(self.options(), word_timestamps=True)
        for segment in (await provider.transcribe(self.chunk(), options, ignore)).segments:
            at = segment.start_s
            for word in segment.words:
                assert at <= word.start_s <= word.end_s <= segment.end_s
                assert word.text in segment.text
                at = word.end_s
            assert len(segment.words) == len(segment.text.split())

    async def test_the_language_is_named_by_its_code(self, provider: Provider) -> None:
        for language in ("en", None):
            transcript = await provider.transcribe(self.chunk(), replace(self.options(), language=language), ignore)
            assert transcript.language == "en"

    async def test_a_language_that_was_asked_for_is_taken_as_it_is(self, provider: Provider) -> None:
        guess = await provider.identify_language(self.chunk(), replace(self.options(), language="en"))
        assert guess == LanguageGuess("en", 1.0, is_for_all=True)

    async def test_progress_goes_only_up(self, provider: Provider) -> None:
        uploaded: list[float] = []
        await provider.transcribe(self.chunk(), self.options(), ignore, on_uploaded=uploaded.append)
        assert uploaded == sorted(uploaded)
        assert all(0.0 <= fraction <= 1.0 for fraction in uploaded)
        assert bool(uploaded) is (provider.capabilities.upload is not None)

    async def test_cancelling_ends_it(self, provider: Provider) -> None:
        running = asyncio.create_task(provider.transcribe(self.chunk(), self.options(), ignore))
        await asyncio.sleep(0)  # It has begun, whatever it does first.
        running.cancel()
        async with asyncio.timeout(PATIENCE_S):
            with pytest.raises(asyncio.CancelledError):
                await running
        assert (await provider.transcribe(self.chunk(), self.options(), ignore)).segments
