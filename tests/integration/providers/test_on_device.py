import asyncio
import os
import signal
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import psutil
import pytest
import pytest_asyncio

from core.domain import Segment, TranscriptionOptions
from core.domain.errors import EngineCrashed, EngineUnavailable, ModelCorrupt, ModelMissing, OtherLanguage
from core.domain.speech import SAMPLE_RATE_HZ
from core.providers import LanguageGuess, ModelLibrary, OnDeviceProvider
from core.providers.on_device.engine_pool import EngineRuntime
from core.providers.on_device.model_catalogue import CATALOGUE
from core.providers.on_device.model_library import bundled_model_folder
from core.system.child_process import ChildProcess
from tests.integration.providers.recordings import (
    Samples,
    beckett,
    chunk,
    indonesian,
    manifest,
    text_of,
    two_cities,
    word_error_rate,
)

ENGLISH = TranscriptionOptions(language="en")
CANCEL_LIMIT_S = 1.0

pytestmark = pytest.mark.asyncio(loop_scope="module")


def ignore(segment: Segment) -> None:
    """A segment that nobody looks at."""


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> ModelLibrary:
    return ModelLibrary(tmp_path_factory.mktemp("models"))


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def provider(library: ModelLibrary) -> AsyncIterator[OnDeviceProvider]:
    """Shared by the tests that leave it well."""
    provider = OnDeviceProvider(library, children=2)
    yield provider
    await provider.close()


async def until(condition: Callable[[], bool]) -> None:
    """Wait, but not long, for something that another process does."""
    async with asyncio.timeout(10):
        while not condition():  # noqa: ASYNC110 - processes set no events
            await asyncio.sleep(0.005)


async def first_segment(provider: OnDeviceProvider, samples: Samples) -> asyncio.Task[object]:
    """A transcription that has got as far as its first segment."""
    arrived = asyncio.Event()
    task: asyncio.Task[object] = asyncio.create_task(
        provider.transcribe(chunk(samples), ENGLISH, lambda segment: arrived.set())
    )
    arriving = asyncio.create_task(arrived.wait())
    await asyncio.wait({task, arriving}, return_when=asyncio.FIRST_COMPLETED)
    assert arrived.is_set(), task
    return task


async def cancelled_within_a_second(task: asyncio.Task[object]) -> None:
    began = time.monotonic()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert time.monotonic() - began < CANCEL_LIMIT_S


class TestSpeech:
    async def test_two_cities_is_heard_well(self, provider: OnDeviceProvider) -> None:
        expected = manifest().get("en/two_cities.wav") or pytest.skip("the exact text isn't there")
        seen: list[Segment] = []
        heard = await provider.transcribe(chunk(two_cities()), TranscriptionOptions(), seen.append)
        assert word_error_rate(expected, text_of(heard.segments)) <= 0.08
        assert heard.language == "en"
        assert tuple(seen) == heard.segments

    async def test_times_are_on_the_recordings_clock_and_in_order(self, provider: OnDeviceProvider) -> None:
        options = TranscriptionOptions(language="en", word_timestamps=True)
        heard = await provider.transcribe(chunk(beckett(), start_s=1000.0), options, ignore)
        times = [time_s for segment in heard.segments for time_s in (segment.start_s, segment.end_s)]
        assert times == sorted(times)
        assert 1000.0 <= times[0] < times[-1] <= 1010.0
        words = [word for segment in heard.segments for word in segment.words]
        assert " ".join(word.text for word in words) == text_of(heard.segments)
        assert all(word.start_s <= word.end_s for word in words)

    async def test_a_quiet_voice_is_heard(self, provider: OnDeviceProvider) -> None:
        loud = await provider.transcribe(chunk(beckett()), ENGLISH, ignore)
        quiet = await provider.transcribe(chunk(beckett() * 0.02), ENGLISH, ignore)
        assert word_error_rate(text_of(loud.segments), text_of(quiet.segments)) < 0.2

    async def test_the_same_recording_gives_the_same_text(self, provider: OnDeviceProvider) -> None:
        first, second = [await provider.transcribe(chunk(beckett()), ENGLISH, ignore) for _ in range(2)]
        assert first == second


def seconds(duration_s: float) -> Samples:
    return np.arange(int(duration_s * SAMPLE_RATE_HZ), dtype=np.float32) / np.float32(SAMPLE_RATE_HZ)


NO_SPEECH = {
    "nothing": seconds(0),
    "a moment of silence": seconds(0.01) * 0,
    "silence": seconds(20) * 0,
    "white noise": np.random.default_rng(1).normal(0, 0.1, 20 * SAMPLE_RATE_HZ).astype(np.float32),
    "loud noise": np.random.default_rng(2).normal(0, 0.5, 20 * SAMPLE_RATE_HZ).astype(np.float32),
    "faint noise": np.random.default_rng(3).normal(0, 0.003, 20 * SAMPLE_RATE_HZ).astype(np.float32),
    "a sine": (0.3 * np.sin(2 * np.pi * 440 * seconds(20))).astype(np.float32),
    "the last bit": np.random.default_rng(4).normal(0, 0.00005, 20 * SAMPLE_RATE_HZ).astype(np.float32),
    "barely audible noise": np.random.default_rng(5).normal(0, 0.0006, 20 * SAMPLE_RATE_HZ).astype(np.float32),
    "mains hum": (0.02 * np.sin(2 * np.pi * 50 * seconds(20))).astype(np.float32),
}


@pytest.mark.parametrize("sound", NO_SPEECH)
async def test_where_nobody_speaks_there_is_no_text(provider: OnDeviceProvider, sound: str) -> None:
    heard = await provider.transcribe(chunk(NO_SPEECH[sound]), TranscriptionOptions(), ignore)
    assert heard.segments == ()
    assert await provider.identify_language(chunk(NO_SPEECH[sound]), TranscriptionOptions()) is None


class TestLanguage:
    async def test_another_language_is_refused_before_any_text(self, provider: OnDeviceProvider) -> None:
        seen: list[Segment] = []
        with pytest.raises(OtherLanguage, match=r"tiny\.en"):
            await provider.transcribe(chunk(indonesian()), TranscriptionOptions(), seen.append)
        assert not seen
        with pytest.raises(OtherLanguage):
            await provider.identify_language(chunk(indonesian()), TranscriptionOptions())

    async def test_english_is_recognised(self, provider: OnDeviceProvider) -> None:
        guess = await provider.identify_language(chunk(beckett()), TranscriptionOptions())
        assert guess == LanguageGuess("en", 1.0)

    async def test_naming_english_leaves_out_the_check(self, provider: OnDeviceProvider) -> None:
        heard = await provider.transcribe(chunk(indonesian()), ENGLISH, ignore)
        assert heard.segments

    async def test_naming_another_language_is_refused_at_once(self, library: ModelLibrary) -> None:
        provider = OnDeviceProvider(library, children=1)
        with pytest.raises(OtherLanguage):
            await provider.transcribe(chunk(beckett()), TranscriptionOptions(language="id"), ignore)
        assert not provider.engine_pids


class TestCancelling:
    async def test_a_running_transcription(self, provider: OnDeviceProvider) -> None:
        await cancelled_within_a_second(await first_segment(provider, np.tile(two_cities(), 3)))
        assert (await provider.transcribe(chunk(beckett()), ENGLISH, ignore)).segments

    async def test_while_native_code_computes_the_features(self, provider: OnDeviceProvider) -> None:
        await provider.warm_up("tiny.en")
        task = asyncio.create_task(provider.transcribe(chunk(np.tile(two_cities(), 6)), ENGLISH, ignore))
        await asyncio.sleep(0.1)
        await cancelled_within_a_second(task)

    async def test_while_the_model_is_loading(self, library: ModelLibrary) -> None:
        provider = OnDeviceProvider(library, children=1)
        task = asyncio.create_task(provider.warm_up("tiny.en"))
        child = psutil.Process()
        await until(lambda: any("engine_child" in " ".join(process.cmdline()) for process in child.children()))
        await cancelled_within_a_second(task)
        assert not provider.engine_pids

    async def test_a_stopped_engine(self, library: ModelLibrary) -> None:
        provider = OnDeviceProvider(library, children=1)
        await provider.warm_up("tiny.en")
        (pid,) = provider.engine_pids
        os.kill(pid, signal.SIGSTOP)
        task = asyncio.create_task(provider.transcribe(chunk(beckett()), ENGLISH, ignore))
        await asyncio.sleep(0.05)
        await cancelled_within_a_second(task)
        assert not psutil.pid_exists(pid)
        await provider.close()

    async def test_while_waiting_for_a_free_engine(self, library: ModelLibrary) -> None:
        provider = OnDeviceProvider(library, children=1)
        first = await first_segment(provider, np.tile(two_cities(), 3))
        second = asyncio.create_task(provider.transcribe(chunk(beckett()), ENGLISH, ignore))
        await asyncio.sleep(0)
        await cancelled_within_a_second(second)
        await cancelled_within_a_second(first)
        await provider.close()


class TestTheEngines:
    async def test_two_chunks_at_once_use_two_of_them(self, provider: OnDeviceProvider) -> None:
        async with asyncio.TaskGroup() as group:
            for index in range(3):
                group.create_task(provider.transcribe(chunk(beckett(), index=index), ENGLISH, ignore))
        assert len(set(provider.engine_pids)) == 2

    async def test_a_killed_one_is_replaced(self, library: ModelLibrary) -> None:
        provider = OnDeviceProvider(library, children=1)
        task = await first_segment(provider, np.tile(two_cities(), 3))
        (pid,) = provider.engine_pids
        os.kill(pid, signal.SIGKILL)
        with pytest.raises(EngineCrashed) as caught:
            await task
        assert caught.value.transient
        assert (await provider.transcribe(chunk(beckett()), ENGLISH, ignore)).segments
        assert provider.engine_pids != (pid,)
        await provider.close()

    async def test_one_that_died_while_idle_is_not_used(self, library: ModelLibrary) -> None:
        provider = OnDeviceProvider(library, children=1)
        await provider.warm_up("tiny.en")
        (engine,) = provider._pool._engines
        os.kill(engine.pid, signal.SIGKILL)
        await until(lambda: not engine.is_usable)
        assert (await provider.transcribe(chunk(beckett()), ENGLISH, ignore)).segments
        await provider.close()

    async def test_one_that_hangs_is_ended(self, library: ModelLibrary) -> None:
        provider = OnDeviceProvider(library, children=1, runtime=EngineRuntime(least_timeout_s=0.2))
        await provider.warm_up("tiny.en")
        (pid,) = provider.engine_pids
        os.kill(pid, signal.SIGSTOP)
        with pytest.raises(EngineCrashed):
            await provider.transcribe(chunk(beckett()[:160]), ENGLISH, ignore)
        assert not psutil.pid_exists(pid)

    async def test_an_idle_one_is_ended(self, library: ModelLibrary) -> None:
        provider = OnDeviceProvider(library, children=1, idle_s=0.05)
        await provider.warm_up("tiny.en")
        (pid,) = provider.engine_pids
        await until(lambda: not provider.engine_pids)
        assert not psutil.pid_exists(pid)
        assert (await provider.transcribe(chunk(beckett()), ENGLISH, ignore)).segments
        await provider.close()

    async def test_another_model_takes_the_place_of_an_idle_one(self, tmp_path: Path) -> None:
        (tiny,) = (model for model in CATALOGUE if model.name == "tiny.en")
        (tmp_path / "copy.en").symlink_to(bundled_model_folder() or "")
        library = ModelLibrary(tmp_path, models=(tiny, replace(tiny, name="copy.en")))
        provider = OnDeviceProvider(library, children=1)
        await provider.warm_up("tiny.en")
        before = provider.engine_pids
        await provider.warm_up("copy.en")
        assert len(provider.engine_pids) == 1
        assert provider.engine_pids != before
        await provider.close()

    async def test_they_end_with_the_program(self, tmp_path: Path) -> None:
        program = (
            "import asyncio\nfrom pathlib import Path\nfrom core.providers import ModelLibrary, OnDeviceProvider\n"
            "async def main():\n"
            f"    provider = OnDeviceProvider(ModelLibrary(Path({str(tmp_path)!r})), children=1)\n"
            "    await provider.warm_up('tiny.en')\n"
            "    print(*provider.engine_pids, flush=True)\n"
            "    await asyncio.sleep(60)\n"
            "asyncio.run(main())"
        )
        process = await asyncio.create_subprocess_exec(sys.executable, "-c", program, stdout=asyncio.subprocess.PIPE)
        assert process.stdout is not None
        engine = int(await process.stdout.readline())
        assert psutil.pid_exists(engine)
        process.kill()
        await process.wait()
        await until(lambda: not psutil.pid_exists(engine) or psutil.Process(engine).status() == psutil.STATUS_ZOMBIE)

    async def test_closing_ends_all(self, library: ModelLibrary) -> None:
        provider = OnDeviceProvider(library, children=2)
        async with asyncio.TaskGroup() as group:
            group.create_task(provider.warm_up("tiny.en"))
            group.create_task(provider.warm_up("tiny.en"))
        pids = provider.engine_pids
        assert len(pids) == 2
        await provider.close()
        assert not any(psutil.pid_exists(pid) for pid in pids)

    async def test_a_callback_that_fails_leaves_no_engine_half_way(self, provider: OnDeviceProvider) -> None:
        def fail(segment: Segment) -> None:
            raise LookupError(segment.text)

        with pytest.raises(LookupError):
            await provider.transcribe(chunk(beckett()), ENGLISH, fail)
        assert (await provider.transcribe(chunk(beckett()), ENGLISH, ignore)).segments


def ending_with(program: str) -> Callable[[], Awaitable[ChildProcess]]:
    """Starts a child that runs these lines instead of the engine."""

    async def start() -> ChildProcess:
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-I",
            "-c",
            program,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        return ChildProcess(process, "broken")

    return start


class TestAnEngineThatCannotRun:
    @pytest.mark.parametrize(
        ("program", "reason"),
        [
            ("import os, signal; os.kill(os.getpid(), signal.SIGILL)", "too old"),
            ("raise SystemExit(3)", r"ended at the start \(3\)"),
            ("import os, signal; os.kill(os.getpid(), signal.SIGSEGV)", "SIGSEGV"),
        ],
    )
    async def test_says_why(self, library: ModelLibrary, program: str, reason: str) -> None:
        provider = OnDeviceProvider(library, children=1, runtime=EngineRuntime(ending_with(program)))
        with pytest.raises(EngineUnavailable, match=reason) as caught:
            await provider.warm_up("tiny.en")
        assert not caught.value.transient

    async def test_because_a_library_is_missing(self, library: ModelLibrary) -> None:
        program = (
            "import sys; sys.modules['ctranslate2'] = None\nfrom core.system.child_process import run_child\n"
            "run_child('core.providers.on_device.engine_child')"
        )
        provider = OnDeviceProvider(library, children=1, runtime=EngineRuntime(ending_with(program)))
        with pytest.raises(EngineUnavailable, match="ctranslate2"):
            await provider.warm_up("tiny.en")

    async def test_because_the_system_refuses_processes(self, library: ModelLibrary) -> None:
        async def refuse() -> ChildProcess:
            raise BlockingIOError(11, "Resource temporarily unavailable")

        provider = OnDeviceProvider(library, children=1, runtime=EngineRuntime(refuse))
        with pytest.raises(EngineUnavailable, match="temporarily unavailable"):
            await provider.warm_up("tiny.en")


class TestModels:
    async def test_a_missing_one_is_told_before_anything_starts(self, provider: OnDeviceProvider) -> None:
        with pytest.raises(ModelMissing):
            await provider.transcribe(chunk(beckett()), TranscriptionOptions(model="base"), ignore)

    async def test_a_damaged_one_is_never_loaded(self, tmp_path: Path) -> None:
        (tiny,) = (model for model in CATALOGUE if model.name == "tiny.en")
        for file in tiny.files:
            (tmp_path / file.name).write_bytes(b"\0" * min(file.size_bytes, 5000))
        provider = OnDeviceProvider(ModelLibrary(tmp_path, bundled_folder=tmp_path), children=1)
        with pytest.raises(ModelCorrupt):
            await provider.warm_up("tiny.en")
        assert not provider.engine_pids
