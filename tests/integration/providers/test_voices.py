"""Who spoke when on this computer, with the real models, in their own process."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator, Callable
from functools import cache
from pathlib import Path

import pytest
import pytest_asyncio

from core.domain import SpeechChunk
from core.domain.errors import EngineCrashed, ModelCorrupt, ModelMissing
from core.providers import ModelLibrary
from core.providers.on_device.voices.teller import OnDeviceVoices
from core.voices import Decision, Heard
from tests.benchmarks.diarization_error import Spoken, diarization_error
from tests.benchmarks.talks import Talk, quieter, talks, through_telephone
from tests.patience import CANCELLED_PROCESSOR_S, PATIENCE_S, processor_s_since, processor_times
from tests.voices_models import exported_model, library_with_voices

_SHORT_S = 20


pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> ModelLibrary:
    return library_with_voices(tmp_path_factory.mktemp("voices") / "models")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def teller(library: ModelLibrary) -> AsyncIterator[OnDeviceVoices]:
    """Shared by the tests that leave it well."""
    made = OnDeviceVoices(library)
    yield made
    await made.close()


@pytest_asyncio.fixture(loop_scope="module")
async def cold_teller(library: ModelLibrary) -> AsyncIterator[OnDeviceVoices]:
    """One without a process."""
    made = OnDeviceVoices(library)
    yield made
    await made.close()


known_talks = cache(talks)


def chunks_of(talk: Talk, length_s: int, until_s: int = 10_000) -> list[SpeechChunk]:
    size = length_s * 32_000
    pcm = talk.pcm[: until_s * 32_000]
    return [
        SpeechChunk.of_pcm(index, start / 32_000, pcm[start : start + size])
        for index, start in enumerate(range(0, len(pcm), size))
    ]


def talk_of(people: int) -> Talk:
    return next((talk for talk in known_talks() if talk.people == people), None) or pytest.skip("no talks")


async def told(teller: OnDeviceVoices, chunks: list[SpeechChunk], people: int | None = None) -> Decision:
    return await teller.decide([await teller.hear(chunk) for chunk in chunks], people)


def error_rate(talk: Talk, decision: Decision) -> float:
    found = [Spoken(turn.start_s, turn.end_s, str(turn.speaker)) for turn in decision.turns]
    return diarization_error(talk.turns, found).rate


async def test_who_speaks_in_a_talk_with_short_turns(teller: OnDeviceVoices) -> None:
    talk = talk_of(3)

    decision = await told(teller, chunks_of(talk, 50))

    assert len(decision.voices) == 3
    assert error_rate(talk, decision) < 0.04
    assert decision.turns[0].speaker == 1
    assert sum(voice.speech_s for voice in decision.voices) == pytest.approx(
        sum(turn.end_s - turn.start_s for turn in decision.turns)
    )
    assert {voice.model_sha256 for voice in decision.voices} == {teller.model}


@pytest.mark.parametrize(
    "changed", [through_telephone, lambda talk: quieter(talk, 40.0)], ids=["telephone", "40 dB quieter"]
)
async def test_who_speaks_through_a_telephone_or_far_too_quietly(
    teller: OnDeviceVoices, changed: Callable[[Talk], Talk]
) -> None:
    talk = changed(talk_of(3))

    decision = await told(teller, chunks_of(talk, 90))

    assert len(decision.voices) == 3
    assert error_rate(talk, decision) < 0.04


async def test_the_same_wherever_it_is_cut(teller: OnDeviceVoices) -> None:
    talk = talk_of(2)
    whole, cut = chunks_of(talk, 40, 40), chunks_of(talk, 13, 40)

    first, second = await told(teller, whole), await told(teller, cut)

    found = [Spoken(turn.start_s, turn.end_s, str(turn.speaker)) for turn in second.turns]
    as_cut_once = [Spoken(turn.start_s, turn.end_s, str(turn.speaker)) for turn in first.turns]
    assert len(first.voices) == len(second.voices) == 2
    assert diarization_error(as_cut_once, found).rate < 0.02


async def test_silence_and_nothing_have_no_voices(teller: OnDeviceVoices) -> None:
    heard = [await teller.hear(SpeechChunk.of_pcm(0, 0.0, pcm)) for pcm in (b"", b"\0\0" * 3000, bytes(160_000))]

    assert heard == [Heard()] * 3
    assert await teller.decide(heard) == Decision()


async def test_no_process_before_there_is_something_to_hear(cold_teller: OnDeviceVoices) -> None:
    assert cold_teller.pids == ()
    await cold_teller.hear(SpeechChunk.of_pcm(0, 0.0, bytes(32_000)))
    assert len(cold_teller.pids) == 1


async def test_a_killed_process_costs_its_chunk_alone(cold_teller: OnDeviceVoices) -> None:
    talk = talk_of(3)
    first, second = chunks_of(talk, _SHORT_S, 2 * _SHORT_S)
    before = await cold_teller.hear(first)
    hearing = asyncio.ensure_future(cold_teller.hear(second))
    await asyncio.sleep(0)
    for pid in cold_teller.pids:
        os.kill(pid, signal.SIGKILL)

    with pytest.raises(EngineCrashed):
        await hearing

    after = await cold_teller.hear(second)
    assert (await cold_teller.decide([before, after])).turns


async def test_a_cancelled_call_ends_early(teller: OnDeviceVoices) -> None:
    talk = talk_of(3)
    await teller.hear(SpeechChunk.of_pcm(0, 0.0, bytes(32_000)))
    hearing = asyncio.ensure_future(teller.hear(chunks_of(talk, 100)[0]))
    await asyncio.sleep(0)
    before = processor_times()
    hearing.cancel()

    async with asyncio.timeout(PATIENCE_S):
        with pytest.raises(asyncio.CancelledError):
            await hearing
    assert processor_s_since(before) < CANCELLED_PROCESSOR_S


async def test_models_that_are_missing_or_changed_are_refused(tmp_path: Path) -> None:
    chunk = SpeechChunk.of_pcm(0, 0.0, bytes(32_000))
    missing = OnDeviceVoices(ModelLibrary(tmp_path / "none", models=(exported_model(),)))
    assert missing.model is None
    with pytest.raises(ModelMissing):
        await missing.hear(chunk)

    changed = OnDeviceVoices(library_with_voices(tmp_path / "models"))
    file = tmp_path / "models" / "voices" / "segmentation.onnx"
    file.write_bytes(file.read_bytes()[:-1] + b"x")
    with pytest.raises(ModelCorrupt):
        await changed.hear(chunk)
    assert changed.pids == ()
