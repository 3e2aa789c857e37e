"""Tells voices apart on this computer: the `VoiceTeller` whose models run in child processes of their own."""

import logging
from collections.abc import Iterator, Mapping, Sequence
from itertools import chain

from core.concurrency.supervision import Supervisor
from core.domain import ModelKind, SpeechChunk
from core.domain.errors import ProviderError
from core.domain.speech import BYTES_PER_SECOND
from core.providers.on_device.engines.pool import EnginePool, EngineRuntime
from core.providers.on_device.models.library import ModelLibrary
from core.providers.on_device.models.voice_models import CAM_PLUS_PLUS, PRINT_FILE, VOICES_MODEL, VoiceThresholds
from core.providers.on_device.voices.protocol import read_decided, read_heard
from core.providers.on_device.voices.wire import Span, spans_as_bytes
from core.system.child_process import ChildProcess, Frame, clean_environment
from core.system.memory import with_lean_memory
from core.voices import Decision, Heard, Turn, VoicePrint

logger = logging.getLogger(__name__)

_LONGEST_PIECE_S = 120
"""A longer chunk is heard in pieces, so that memory doesn't grow with it."""

_TIMEOUT_PER_SECOND_OF_SPEECH = 10.0

_DECISION_TIMEOUT_S = 900.0
"""A decision over three hours takes about a second; over a day, on a slow computer, minutes."""


async def start_voices_child() -> ChildProcess:
    """A new voices process. Raises OSError."""
    return await ChildProcess.start(
        "core.providers.on_device.voices.child", environment=with_lean_memory(clean_environment())
    )


VOICES_RUNTIME = EngineRuntime(start_child=start_voices_child)


class OnDeviceVoices:
    """Lives on one event loop. Processes are started when there is something to hear, and end after some idle time."""

    def __init__(
        self,
        library: ModelLibrary,
        *,
        children: int = 1,
        idle_s: float = 300.0,
        thresholds: VoiceThresholds = CAM_PLUS_PLUS,
        runtime: EngineRuntime = VOICES_RUNTIME,
        supervisor: Supervisor | None = None,
    ) -> None:
        """`thresholds` are those of the library's model."""
        self._library = library
        self._thresholds = thresholds
        self._runtime = runtime
        self._pool = EnginePool(children, threads=1, idle_s=idle_s, runtime=runtime, supervisor=supervisor)

    @property
    def model(self) -> str | None:
        """The hash of the model that makes the prints; None where voices can't be told apart on this computer now."""
        if not self._runtime.is_installed():
            return None
        files = (file for model in self._library.here(ModelKind.VOICES) for file in model.files)
        return next((file.sha256 for file in files if file.name == PRINT_FILE), None)

    @property
    def idle_s(self) -> float:
        """After how many seconds without work a process is ended."""
        return self._pool.idle_s

    @idle_s.setter
    def idle_s(self, idle_s: float) -> None:
        self._pool.idle_s = idle_s

    @property
    def pids(self) -> tuple[int, ...]:
        """The process ids of the processes that are running now."""
        return self._pool.pids

    async def hear(self, chunk: SpeechChunk) -> Heard:
        """What the chunk's voices are like. Raises `ModelError`, `EngineUnavailable` or `EngineCrashed`."""
        regions: list[Span] = []
        windows: list[Span] = []
        prints = b""
        narrow = 0
        for piece in _pieces(chunk):
            answer = await self._ask({"kind": "hear"}, piece.data, _TIMEOUT_PER_SECOND_OF_SPEECH * piece.duration_s)
            of_regions, of_windows, of_prints, is_narrow = read_heard(answer)
            narrow += len(of_windows) * is_narrow
            regions += _shifted(of_regions, piece.start_s)
            windows += _shifted(of_windows, piece.start_s)
            prints += of_prints
        return Heard(tuple(_own(regions, chunk)), tuple(windows), prints, 2 * narrow > len(windows))

    async def decide(self, heard: Sequence[Heard], people: int | None = None) -> Decision:
        """Who speaks when in all of these chunks. Raises as `hear` does."""
        model = self.model
        windows = sum(len(one.windows) for one in heard)
        if not windows or model is None:
            return Decision()
        narrow = sum(len(one.windows) for one in heard if one.is_narrow)
        request = {
            "kind": "decide",
            "regions": sum(len(one.regions) for one in heard),
            "windows": windows,
            "people": people,
            "joined": self._thresholds.joined_narrow if 2 * narrow > windows else self._thresholds.joined,
            "smallest": self._thresholds.smallest_s,
            "same": self._thresholds.same,
        }
        regions_and_windows = chain((one.regions for one in heard), (one.windows for one in heard))
        times = spans_as_bytes(chain.from_iterable(regions_and_windows))
        answer = await self._ask(request, times + b"".join(one.prints for one in heard), _DECISION_TIMEOUT_S)
        turns, prints = read_decided(answer)
        spoken_s = [0.0] * len(prints)
        for start_s, end_s, number in turns:
            spoken_s[number] += end_s - start_s
        return Decision(
            tuple(Turn(start_s, end_s, number + 1) for start_s, end_s, number in turns),
            tuple(VoicePrint(vector, speech_s, model) for vector, speech_s in zip(prints, spoken_s, strict=True)),
        )

    async def close(self) -> None:
        """End all processes. No call may be running."""
        await self._pool.close()

    async def _ask(self, request: Mapping[str, object], body: bytes, timeout_s: float) -> Frame:
        files = await self._library.locate(VOICES_MODEL, ModelKind.VOICES)
        async with self._pool.engine(files) as engine:
            answer = await engine.ask(request, body, _ignore, max(timeout_s, self._runtime.least_timeout_s))
        if answer.kind == "failed":
            logger.warning("telling voices apart failed: %s", answer.fields.reason("unknown"))
            raise ProviderError
        return answer


def _ignore(frame: Frame) -> None:
    """Nothing is sent but the answer."""


def _pieces(chunk: SpeechChunk) -> Iterator[SpeechChunk]:
    """A chunk of decoded speech in pieces that aren't too long."""
    size = _LONGEST_PIECE_S * BYTES_PER_SECOND
    for start in range(0, max(1, len(chunk.data)), size):
        data = chunk.data[start : start + size]
        yield SpeechChunk.of_pcm(chunk.index, chunk.start_s + start / BYTES_PER_SECOND, data)


def _shifted(spans: Sequence[Span], by_s: float) -> list[Span]:
    return [(start_s + by_s, end_s + by_s) for start_s, end_s in spans]


def _own(regions: Sequence[Span], chunk: SpeechChunk) -> Iterator[Span]:
    """The regions without what belongs to the chunks before and after: of an overlap each has one half."""
    from_s = chunk.start_s + chunk.overlap_before_s / 2
    to_s = chunk.end_s - chunk.overlap_after_s / 2
    for start_s, end_s in regions:
        if start_s < to_s and end_s > from_s:
            yield max(start_s, from_s), min(end_s, to_s)
