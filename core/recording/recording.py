"""One recording: from a device into a file, by a thread that writes ten times a second."""

import errno
import logging
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from core.domain.capture import RecordingState, SoundLevel
from core.domain.errors import CaptureDeviceLost, NotulaError, RecordingDiskFull, RecordingNotWritten
from core.recording.capture import Capture
from core.recording.level import level_of
from core.recording.lost_sound import LostSound
from core.recording.sound_buffer import SoundBuffer
from core.recording.wave_file import SAMPLE_BYTES, SAMPLE_RATE_HZ, WaveFile

logger = logging.getLogger(__name__)

TICK_S = 0.1
"""How often what was delivered is written: all that a crash of the process loses."""

SYNC_S = 1.0
"""How often it is made to survive a power cut."""

DEVICE_LOST_S = 3.0
"""A device that delivers nothing for so long is lost: one that works delivers every few hundredths of a second."""

CLOSE_S = 5.0
"""The driver of a device that was unplugged may never return; it isn't waited for any longer."""

AUDIBLE_DB = -60.0
"""A microphone that is open and not muted is louder than this even in a quiet room."""


class Recording:
    """Its methods block and are called one after another; `state` may be read anywhere at any time."""

    def __init__(
        self,
        begin_file: Callable[[], WaveFile],
        make_capture: Callable[[str], Capture],
        *,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """`begin_file` is called at the start, and once a file is as large as one can be. It raises OSError."""
        self._begin_file = begin_file
        self._make_capture = make_capture
        self._clock = clock
        self._buffer = SoundBuffer(clock)
        self._buffer.close()
        self._capture: Capture | None = None
        self._lost = LostSound(clock())
        self._delivered_s = 0.0
        """Since the device was started the last time."""
        self._file: WaveFile | None = None
        self._files: list[WaveFile] = []
        self._synced_at = clock()
        self._heard_at = clock()
        self._is_finishing = threading.Event()
        self._changing = threading.Lock()
        """Held while the state is replaced, and while the device is exchanged for another."""
        self._writer = threading.Thread(target=self._write, name="recording-writer", daemon=True)
        self.state = RecordingState()

    @property
    def files(self) -> tuple[Path, ...]:
        """What it is written to; more than one where it is longer than a file can be."""
        return tuple(file.path for file in self._files)

    def start(self, device_id: str) -> None:
        """Begin. Raises `RecordingFailed`'s children, and OSError where no file can be made; then there is none."""
        self._open(device_id)
        try:
            self._next_file()
        except BaseException:
            self._close_device()
            raise
        self._writer.start()

    def pause(self) -> None:
        """Take in nothing until `resume`. The device is stopped: systems show that a microphone is on."""
        self._buffer.close()
        if self._capture is not None:
            self._capture.stop()
        self._change(is_paused=True, level=SoundLevel(), silent_s=0.0)

    def resume(self) -> None:
        """Go on after `pause`. Raises `RecordingFailed`'s children."""
        if self._capture is None or self.state.problem is not None:
            self.use(self.state.device_id)
        else:
            self._start_device(self._capture)

    def use(self, device_id: str) -> None:
        """Go on from this device. Raises `RecordingFailed`'s children; then it is paused."""
        if self.state.is_ended:
            return
        self._buffer.close()
        self._close_device()
        self._change(is_paused=True, level=SoundLevel(), device_id=device_id)
        self._open(device_id)

    def finish(self) -> tuple[Path, ...]:
        """End it. All that was delivered is in the files that this returns; those without any sound are empty."""
        self._buffer.close()
        self._is_finishing.set()
        if self._writer.ident is not None:
            self._writer.join()
        self._close_device()
        self._change(is_ended=True, level=SoundLevel())
        return self.files

    def _open(self, device_id: str) -> None:
        capture = self._make_capture(device_id)
        self._capture = capture
        try:
            self._start_device(capture)
        except BaseException:
            self._close_device()
            raise
        self._change(device_id=device_id)

    def _start_device(self, capture: Capture) -> None:
        self._lost, self._delivered_s = LostSound(self._clock()), 0.0
        self._heard_at = self._clock()
        self._buffer.open()
        try:
            capture.start(self._buffer.put)
        except BaseException:
            self._buffer.close()
            raise
        self._change(is_paused=False, problem=None, silent_s=0.0)

    def _close_device(self) -> None:
        with self._changing:
            capture, self._capture = self._capture, None
        if capture is not None:
            closing = threading.Thread(target=capture.close, name="recording-close", daemon=True)
            closing.start()
            closing.join(CLOSE_S)

    def _change(self, **values: Any) -> None:
        with self._changing:
            self.state = replace(self.state, **values)

    def _write(self) -> None:
        try:
            while not self._is_finishing.wait(TICK_S):
                self._step()
            self._step()
        except OSError as error:
            full = error.errno in (errno.ENOSPC, errno.EDQUOT)
            folder = str(self._files[-1].path.parent)
            self._fail(RecordingDiskFull() if full else RecordingNotWritten(folder=folder), error)
        except Exception as error:  # noqa: BLE001  It is told, and what is written stays.
            self._fail(RecordingNotWritten(folder=str(self._files[-1].path.parent)), error)
        finally:
            self._close_file()

    def _step(self) -> None:
        """Write what was delivered, and look whether the device still works."""
        pcm, lost_s = self._buffer.take()
        now = self._clock()
        if pcm:
            level = level_of(pcm)
            if level.peak_db > AUDIBLE_DB:
                self._heard_at = now
            self._add(pcm)
            self._change(
                length_s=self.state.length_s + len(pcm) / (SAMPLE_BYTES * SAMPLE_RATE_HZ),
                level=level,
                silent_s=now - self._heard_at,
            )
        if self._file is not None and now - self._synced_at >= SYNC_S:
            self._file.sync()
            self._synced_at = now
        if not self._buffer.is_closed:
            self._delivered_s += len(pcm) / (SAMPLE_BYTES * SAMPLE_RATE_HZ) + lost_s
            lost_s += self._lost.follow(self._delivered_s, now)
            if now - self._buffer.put_at > DEVICE_LOST_S:
                self._buffer.close()
                self._change(is_paused=True, level=SoundLevel(), problem=CaptureDeviceLost().message)
        if lost_s:
            logger.warning("%.1f s of sound were lost", lost_s)
            self._change(lost_s=self.state.lost_s + lost_s)

    def _add(self, pcm: bytes) -> None:
        while pcm:
            if self._file is None or not self._file.room_bytes:
                self._close_file()
                self._next_file()
                assert self._file is not None
            room = self._file.room_bytes
            self._file.add(pcm[:room])
            pcm = pcm[room:]

    def _next_file(self) -> None:
        self._file = self._begin_file()
        self._files.append(self._file)

    def _close_file(self) -> None:
        file, self._file = self._file, None
        if file is not None:
            try:
                file.close()
            except OSError as error:
                logger.warning("a recording can't be written to its end: %r", error)

    def _fail(self, problem: NotulaError, error: Exception) -> None:
        logger.error("the recording has ended: %s", problem, exc_info=error)
        self._buffer.close()
        written_s = sum(file.samples for file in self._files) / SAMPLE_RATE_HZ
        self._change(is_ended=True, is_paused=True, level=SoundLevel(), length_s=written_s, problem=problem.message)
        self._close_device()
