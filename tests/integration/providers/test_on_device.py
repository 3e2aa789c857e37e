import asyncio
import contextlib
import os
import shutil
import signal
import sys
from collections.abc import Awaitable, Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np
import psutil
import pytest

from core.domain import Segment, TranscriptionOptions
from core.domain.errors import (
    EngineCrashed,
    EngineUnavailable,
    ModelCorrupt,
    ModelMissing,
    ModelNotLoaded,
    OtherLanguage,
)
from core.domain.speech import SAMPLE_RATE_HZ
from core.providers import ChunkTranscript, LanguageGuess, ModelLibrary, OnDeviceProvider
from core.providers.on_device.engines.engine import Engine
from core.providers.on_device.engines.pool import EngineRuntime
from core.providers.on_device.models.bundled import bundled_model_folder
from core.providers.on_device.models.catalogue import CATALOGUE
from core.system.child_process import ChildProcess
from tests.integration.providers.engine_processes import start_engine, without_whisper
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
from tests.patience import CANCELLED_PROCESSOR_S, PATIENCE_S, processor_s_since, processor_times

ENGLISH = TranscriptionOptions(language="en")

pytestmark = pytest.mark.asyncio(loop_scope="package")


def ignore(segment: Segment) -> None:
    """A segment that nobody looks at."""


async def until(condition: Callable[[], bool]) -> None:
    """Wait, but not long, for something that another process does."""
    async with asyncio.timeout(PATIENCE_S):
        while not condition():  # noqa: ASYNC110 - processes set no events
            await asyncio.sleep(0.005)


def engine_processes() -> set[int]:
    """The process ids of all engines that this process has started."""
    found = set()
    for process in psutil.Process().children():
        with contextlib.suppress(psutil.NoSuchProcess):
            found |= {process.pid} if "whisper.child" in " ".join(process.cmdline()) else set()
    return found


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


async def cancelled_early(task: asyncio.Task[object]) -> None:
    before = processor_times()
    task.cancel()
    async with asyncio.timeout(PATIENCE_S):
        with pytest.raises(asyncio.CancelledError):
            await task
    assert processor_s_since(before) < CANCELLED_PROCESSOR_S


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

    async def test_a_quiet_voice_is_heard(self, provider: OnDeviceProvider, heard_beckett: ChunkTranscript) -> None:
        quiet = await provider.transcribe(chunk(beckett() * 0.02), ENGLISH, ignore)
        assert word_error_rate(text_of(heard_beckett.segments), text_of(quiet.segments)) < 0.2

    async def test_the_same_recording_gives_the_same_text(
        self, provider: OnDeviceProvider, heard_beckett: ChunkTranscript
    ) -> None:
        assert await provider.transcribe(chunk(beckett()), ENGLISH, ignore) == heard_beckett


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
        assert guess == LanguageGuess("en", 1.0, is_for_all=True)

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
        await cancelled_early(await first_segment(provider, np.tile(two_cities(), 3)))
        assert (await provider.transcribe(chunk(beckett()), ENGLISH, ignore)).segments

    async def test_while_native_code_computes_the_features(self, provider: OnDeviceProvider) -> None:
        await provider.warm_up("tiny.en")
        task = asyncio.create_task(provider.transcribe(chunk(np.tile(two_cities(), 6)), ENGLISH, ignore))
        await asyncio.sleep(0.1)
        await cancelled_early(task)

    async def test_while_the_model_is_loading(self, library: ModelLibrary) -> None:
        before = engine_processes()
        provider = OnDeviceProvider(library, children=1)
        task = asyncio.create_task(provider.warm_up("tiny.en"))
        await until(lambda: bool(engine_processes() - before))
        await cancelled_early(task)
        assert not provider.engine_pids
        assert engine_processes() <= before

    async def test_a_stopped_engine(self, library: ModelLibrary) -> None:
        provider = OnDeviceProvider(library, children=1, runtime=without_whisper())
        await provider.warm_up("tiny.en")
        (pid,) = provider.engine_pids
        os.kill(pid, signal.SIGSTOP)
        task = asyncio.create_task(provider.transcribe(chunk(beckett()), ENGLISH, ignore))
        await asyncio.sleep(0.05)
        await cancelled_early(task)
        assert not psutil.pid_exists(pid)
        await provider.close()

    async def test_while_waiting_for_a_free_engine(self, library: ModelLibrary) -> None:
        provider = OnDeviceProvider(library, children=1, runtime=without_whisper())
        first = await first_segment(provider, np.tile(two_cities(), 3))
        second = asyncio.create_task(provider.transcribe(chunk(beckett()), ENGLISH, ignore))
        await asyncio.sleep(0)
        await cancelled_early(second)
        await cancelled_early(first)
        await provider.close()


class TestTheEngines:
    async def test_two_chunks_at_once_use_two_of_them(self, library: ModelLibrary) -> None:
        provider = OnDeviceProvider(library, children=2, runtime=without_whisper())
        async with asyncio.TaskGroup() as group:
            for index in range(3):
                group.create_task(provider.transcribe(chunk(beckett(), index=index), ENGLISH, ignore))
        assert len(set(provider.engine_pids)) == 2
        await provider.close()

    async def test_a_killed_one_is_replaced(self, library: ModelLibrary) -> None:
        provider = OnDeviceProvider(library, children=1, threads=1)
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
        provider = OnDeviceProvider(library, children=1, runtime=without_whisper())
        await provider.warm_up("tiny.en")
        (engine,) = provider._pool._engines
        os.kill(engine.pid, signal.SIGKILL)
        await until(lambda: not engine.is_usable)
        assert (await provider.transcribe(chunk(beckett()), ENGLISH, ignore)).segments
        await provider.close()

    async def test_one_that_hangs_is_ended(self, library: ModelLibrary) -> None:
        provider = OnDeviceProvider(library, children=1, runtime=without_whisper(least_timeout_s=0.2))
        await provider.warm_up("tiny.en")
        (pid,) = provider.engine_pids
        os.kill(pid, signal.SIGSTOP)
        with pytest.raises(EngineCrashed):
            await provider.transcribe(chunk(beckett()[:160]), ENGLISH, ignore)
        assert not psutil.pid_exists(pid)

    async def test_an_idle_one_is_ended(self, library: ModelLibrary) -> None:
        provider = OnDeviceProvider(library, children=1, idle_s=0.05, runtime=without_whisper())
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
        provider = OnDeviceProvider(library, children=1, runtime=without_whisper())
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
        provider = OnDeviceProvider(library, children=2, runtime=without_whisper())
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
    return partial(start_engine, "-I", "-c", program)


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
            "import sys; sys.modules['ctranslate2'] = None\nfrom core.system.child_entry import run_child\n"
            "run_child('core.providers.on_device.whisper.child')"
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


class TestFilesThatTheEngineCannotLoad:
    @pytest.mark.parametrize(
        ("name", "data"),
        [
            ("tokenizer.json", b'{"model": {"type": "Other"}, "added_tokens": []}'),
            ("preprocessor_config.json", b'{"n_fft": "x"}'),
            ("preprocessor_config.json", b"[]"),
            ("model.bin", b"cut off"),
        ],
    )
    async def test_are_told_by_the_models_name(
        self, library: ModelLibrary, tmp_path: Path, name: str, data: bytes
    ) -> None:
        sound = await library.locate("tiny.en")
        folder = tmp_path / "damaged"
        shutil.copytree(sound.folder, folder)
        (folder / name).unlink(missing_ok=True)
        (folder / name).write_bytes(data)
        engine = await Engine.start()
        try:
            with pytest.raises(ModelNotLoaded, match=r"The model tiny\.en can't be loaded") as caught:
                await engine.load(replace(sound, folder=folder), 1)
        finally:
            await engine.stop()
        assert not caught.value.transient


class TestModels:
    async def test_a_missing_one_is_told_before_anything_starts(self, provider: OnDeviceProvider) -> None:
        with pytest.raises(ModelMissing):
            await provider.transcribe(chunk(beckett()), TranscriptionOptions(model="small"), ignore)

    async def test_a_damaged_one_is_never_loaded(self, tmp_path: Path) -> None:
        (tiny,) = (model for model in CATALOGUE if model.name == "tiny.en")
        (tmp_path / "tiny.en").mkdir()
        for file in tiny.files:
            (tmp_path / "tiny.en" / file.name).write_bytes(b"\0" * min(file.size_bytes, 5000))
        provider = OnDeviceProvider(ModelLibrary(tmp_path, bundled=()), children=1)
        with pytest.raises(ModelCorrupt):
            await provider.warm_up("tiny.en")
        assert not provider.engine_pids
