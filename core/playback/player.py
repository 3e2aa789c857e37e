"""Plays decoded sound: from any place, slower or faster at its pitch, a passage again and again."""

import asyncio
import time
from collections.abc import Callable

from core.concurrency.supervision import complete, end, start_once
from core.domain.errors import NotulaError, PlaybackFailed, SoundDeviceLost
from core.domain.speech import SAMPLE_RATE_HZ
from core.media.time_stretcher import FASTEST, SLOWEST, TimeStretcher
from core.playback.decoded_sound import SAMPLE_BYTES, DecodedSound
from core.playback.ready_sound import Piece, ReadySound
from core.playback.sound_device import SoundDevice

PIECE_S = 0.1
"""How much is prepared at a time."""

_TAIL = [bytes(round(PIECE_S * SAMPLE_RATE_HZ) * SAMPLE_BYTES)] * 4
"""Silence behind the end: what the stretcher keeps until more comes would be the end of the last word."""

AHEAD_S = 0.3
"""How much is ready for the device. More would make a change of speed late, less would stutter on a busy computer."""

LEAST_REPEATED_S = 0.5
"""A passage that is shorter is repeated with what follows it: a person typed it, so that it has no time of its own."""


class Player:
    """One recording on one device. Its coroutines belong to one loop; what it says of itself may be read anywhere.

    What starts or stops the device is done one after another, and to its end where its caller is cancelled.
    """

    def __init__(
        self,
        sound: DecodedSound,
        make_device: Callable[[], SoundDevice],
        *,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """`make_device` is called when it is first to be played."""
        self.sound = sound
        self._make_device = make_device
        self._clock = clock
        self._device: SoundDevice | None = None
        self._ready = ReadySound(0.0, clock)
        self._stretcher = TimeStretcher()
        self._next = 0
        """The sample that is prepared next."""
        self._prepared_s = 0.0
        """Where in the recording what is prepared ends. Stretched, it is some milliseconds before `_next`."""
        self._generation = object()
        """Another one after each jump, so that what was being prepared then is thrown away."""
        self._loop_s: tuple[float, float] | None = None
        self._feeding: asyncio.Task[None] | None = None
        self._device_turn = asyncio.Lock()
        self._is_closed = False
        self._failure: NotulaError | None = None
        self.speed = 1.0
        self.is_playing = False

    @property
    def position_s(self) -> float:
        """Where in the recording what is heard now is, in seconds."""
        return self._ready.position_s

    @property
    def problem(self) -> NotulaError | None:
        """Why it has stopped by itself, or nothing more of the recording comes, where something has failed."""
        return self._failure or self.sound.problem

    async def play(self) -> None:
        """Go on from the position; from the beginning where that is the end. Raises `PlaybackFailed`."""
        await complete(self._play())

    async def pause(self) -> None:
        """Stop where it is."""
        await complete(self._pause())

    async def seek(self, position_s: float) -> None:
        """Go to this place, whether it plays or not; what isn't decoded yet is waited for."""
        self._go_to(position_s)

    async def set_speed(self, speed: float) -> None:
        """Play faster or slower, from 0.5 to 2, at the same pitch."""
        if speed != self.speed:
            self.speed = min(max(speed, SLOWEST), FASTEST)
            self._go_to(self.position_s)

    async def repeat(self, span_s: tuple[float, float] | None) -> None:
        """Play what lies between these two places again and again, until this is called with None."""
        if span_s is not None:
            span_s = (span_s[0], max(span_s[1], span_s[0] + LEAST_REPEATED_S))
        self._loop_s = span_s
        if span_s is not None and not span_s[0] <= self.position_s < span_s[1]:
            self._go_to(span_s[0])

    async def close(self) -> None:
        """Stop for good, and give the device back. The sound stays its owner's."""
        await complete(self._close())

    async def _play(self) -> None:
        async with self._device_turn:
            if self.is_playing:
                return
            if self._is_closed:
                raise PlaybackFailed
            self._failure = None
            is_at_end = self.sound.is_whole and self.position_s >= self.sound.duration_s - PIECE_S
            if is_at_end or self._is_over():
                self._go_to(0.0)
            if self._device is None:
                self._device = await asyncio.to_thread(self._make_device)
                self._ready = ReadySound(self._device.latency_s, self._clock)
                self._ready.clear(self._next / SAMPLE_RATE_HZ)
            await asyncio.to_thread(self._device.start, self._ready.take)
            self.is_playing = self._ready.is_running = True
            self._feeding = start_once("playback", self._feed())

    async def _pause(self) -> None:
        async with self._device_turn:
            if not self.is_playing:
                return
            generation, position_s = self._generation, self.position_s
            await self._stop_feeding()
            await self._stop_device()
            if generation is self._generation:  # Else another place was gone to meanwhile.
                self._go_to(position_s)

    async def _close(self) -> None:
        async with self._device_turn:
            self._is_closed = True
            await self._stop_feeding()
            await self._stretcher.close()
            await self._stop_device()
            await self._give_device_back()

    def _go_to(self, position_s: float) -> None:
        position_s = max(0.0, position_s)
        if self.sound.is_whole:
            position_s = min(position_s, self.sound.duration_s)
        self._next = int(position_s * SAMPLE_RATE_HZ)
        self._prepared_s = position_s
        self._stretcher.begin()
        self._generation = object()
        self._ready.clear(position_s)

    async def _stop_feeding(self) -> None:
        self.is_playing = self._ready.is_running = False
        feeding, self._feeding = self._feeding, None
        await end(feeding)

    async def _stop_device(self) -> None:
        if self._device is not None:
            await asyncio.to_thread(self._device.stop)

    async def _give_device_back(self) -> None:
        device, self._device = self._device, None
        if device is not None:
            await asyncio.to_thread(device.close)

    async def _feed(self) -> None:
        """Feed the device, and stop it when the sound is over or something fails."""
        try:
            await self._feed_until_over()
        except NotulaError as error:
            self._failure = error
        except OSError as error:
            self._failure = PlaybackFailed()
            self._failure.__cause__ = error
        async with self._device_turn:
            position_s = self.position_s
            self._ready.is_running = False
            self._feeding = None
            if isinstance(self._failure, SoundDeviceLost):
                self._go_to(position_s)
                await complete(self._give_device_back())
            else:
                await complete(self._stop_device())
            self.is_playing = False

    async def _feed_until_over(self) -> None:
        """Keep what is ready ahead of the device, until the end is heard."""
        while True:
            if self._ready.is_lost:
                raise SoundDeviceLost
            if self._ready.waiting_s >= AHEAD_S:
                await asyncio.sleep(PIECE_S / 2)
            elif not await self._prepare():
                if self._is_over():
                    await asyncio.sleep(self._device.latency_s if self._device is not None else 0.0)
                    if self._is_over():  # Nobody has gone elsewhere while the device put out what it had taken.
                        return
                else:
                    await asyncio.sleep(PIECE_S / 2)  # For what is being decoded, or to be heard out.

    def _is_over(self) -> bool:
        return self.sound.is_whole and self._next >= self.sound.samples and not self._ready.waiting_s

    async def _prepare(self) -> bool:
        """Prepare the next piece. False where there is none yet."""
        first, generation = self._next, self._generation
        count = int(PIECE_S * self.speed * SAMPLE_RATE_HZ)
        loop = self._loop()
        if loop is not None:
            if first >= loop[1]:
                first = self._next = loop[0]
                self._prepared_s = first / SAMPLE_RATE_HZ
                self._stretcher.begin()
            count = min(count, loop[1] - first)
        pcm = self.sound.read(first, count)
        if not pcm:
            return False
        read = len(pcm) // SAMPLE_BYTES
        speed = self.speed
        if speed != 1.0:
            is_last = loop is None and self.sound.is_whole and first + read >= self.sound.samples
            pieces, pcm = [pcm, *_TAIL] if is_last else [pcm], b""
            for piece in pieces:
                pcm += await self._stretcher.stretch(piece, speed)
                if generation is not self._generation:
                    return True  # Another place was gone to meanwhile.
        self._next = first + read
        if pcm:
            begin_s = self._prepared_s
            played_s = len(pcm) / (SAMPLE_BYTES * SAMPLE_RATE_HZ)
            self._prepared_s = min(begin_s + played_s * speed, self._next / SAMPLE_RATE_HZ)
            self._ready.put(Piece(pcm, begin_s, self._prepared_s))
        return True

    def _loop(self) -> tuple[int, int] | None:
        """The samples that are repeated, as far as there are any; None where nothing is."""
        if self._loop_s is None:
            return None
        begin, end_of_loop = (int(time_s * SAMPLE_RATE_HZ) for time_s in self._loop_s)
        if self.sound.is_whole:  # A transcript's last passage may end some milliseconds after its recording.
            end_of_loop = min(end_of_loop, self.sound.samples)
        return (begin, end_of_loop) if begin < end_of_loop else None
