"""Recording in the window: one at a time, into the folder for recordings, then into the queue as any other file."""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TypeVar

from core.concurrency.supervision import complete
from core.domain import JobId, Requester, TranscriptionOptions
from core.domain.capture import CaptureDevice, RecordingState, SavedRecording
from core.domain.errors import AlreadyRecording, NotRecording, RecordingFailed, RecordingNotWritten
from core.recording.capture import Capture, MiniaudioCapture
from core.recording.capture_devices import capture_devices
from core.recording.recording import Recording
from core.recording.recording_files import RecordingFiles
from core.system.private_files import NotPrivate

logger = logging.getLogger(__name__)

T = TypeVar("T")

Submit = Callable[[Sequence[Path], Requester, TranscriptionOptions | None], Awaitable[tuple[JobId, ...]]]
"""Puts files in the queue, on whose behalf and with which options, durably. Raises `StoreError`."""


@dataclass(frozen=True, slots=True)
class SoundSystem:
    """How devices are listed and opened, which block, and a clock in seconds that never goes back."""

    devices: Callable[[], tuple[CaptureDevice, ...]] = capture_devices
    open: Callable[[str], Capture] = MiniaudioCapture
    clock: Callable[[], float] = time.monotonic


class Recorder:
    """Lives on one event loop. What blocks runs in threads, and to its end where its caller is cancelled."""

    def __init__(
        self,
        files: RecordingFiles,
        submit: Submit,
        running: Callable[[bool], None],
        clock: Callable[[], float] = time.time,
        sound: SoundSystem = SoundSystem(),
    ) -> None:
        """`running` is told when a recording begins and ends, `clock` gives seconds since the epoch."""
        self._files = files
        self._submit = submit
        self._running = running
        self._clock = clock
        self._sound = sound
        self._turn = asyncio.Lock()
        """Held while a recording is begun, changed or ended."""
        self._recording: Recording | None = None

    async def devices(self) -> tuple[CaptureDevice, ...]:
        """What is connected, the microphones first. Raises `RecordingFailed`."""
        return await asyncio.to_thread(self._sound.devices)

    async def start(self, title: str, device_id: str) -> Recording:
        """Record from a device, or with an empty id from the default one. The file is called by `title` and the time.

        `Recording.state` tells how far it is; its methods are to be left to this class. Raises `RecordingFailed`'s
        children.
        """
        return await complete(self._start(title, device_id))

    async def pause(self) -> None:
        """Take in nothing until `resume`. Raises `NotRecording`."""
        await self._change(lambda recording: recording.pause())

    async def resume(self) -> None:
        """Go on after a pause, or after the device was lost. Raises `RecordingFailed`'s children."""
        await self._change(lambda recording: recording.resume())

    async def use(self, device_id: str) -> None:
        """Go on from another device. Raises `RecordingFailed`'s children; then it is paused."""
        await self._change(lambda recording: recording.use(device_id))

    async def stop(self, requester: Requester, options: TranscriptionOptions | None) -> RecordingState:
        """End the recording, and put it in the queue. Returns its last state: a `length_s` of 0 made no job.

        Raises `NotRecording`, and `StoreError` where it can't be put in the queue: then `saved` has it.
        """
        return await complete(self._stop(requester, options))

    async def discard(self) -> None:
        """End the recording and delete it. Raises `NotRecording`, and `RecordingNotWritten`."""
        await complete(self._discard())

    async def saved(self) -> tuple[SavedRecording, ...]:
        """What an end of Notula has cut off, the oldest first, but for what another Notula records now."""
        but = self._recording.files if self._recording is not None else ()
        return await self._on_disk(partial(self._files.saved, but))

    async def transcribe(self, file: str, requester: Requester, options: TranscriptionOptions | None) -> None:
        """Put one of `saved` in the queue. Raises `SavedRecordingGone`, `RecordingNotWritten` and `StoreError`."""
        path = await self._on_disk(partial(self._files.take, file))
        await self._queue([path], requester, options)

    async def delete(self, file: str) -> None:
        """Delete one of `saved`. Raises `SavedRecordingGone` and `RecordingNotWritten`."""
        path = await self._on_disk(partial(self._files.take, file))
        await self._on_disk(partial(self._files.discard, path))

    async def close(self) -> None:
        """End the recording where there is one; the next start offers it."""
        async with self._turn:
            await self._finish()

    async def _start(self, title: str, device_id: str) -> Recording:
        async with self._turn:
            if self._recording is not None:
                raise AlreadyRecording
            begin_file = partial(self._files.begin, title, self._clock())
            await self._on_disk(self._files.check_room)
            recording = Recording(begin_file, self._sound.open, clock=self._sound.clock)
            await self._on_disk(partial(recording.start, device_id))
            self._recording = recording
            self._running(True)
            return recording

    async def _change(self, change: Callable[[Recording], None]) -> None:
        async def changed() -> None:
            async with self._turn:
                if self._recording is None:
                    raise NotRecording
                await asyncio.to_thread(change, self._recording)

        await complete(changed())

    async def _finish(self) -> Recording | None:
        recording, self._recording = self._recording, None
        if recording is not None:
            self._running(False)
            await complete(asyncio.to_thread(recording.finish))
        return recording

    async def _stop(self, requester: Requester, options: TranscriptionOptions | None) -> RecordingState:
        async with self._turn:
            recording = await self._finish()
            if recording is None:
                raise NotRecording
            if recording.state.length_s:
                await self._queue(recording.files, requester, options)
            else:
                await self._delete(recording)
            return recording.state

    async def _discard(self) -> None:
        async with self._turn:
            recording = await self._finish()
            if recording is None:
                raise NotRecording
            await self._delete(recording)

    async def _delete(self, recording: Recording) -> None:
        for path in recording.files:
            await self._on_disk(partial(self._files.discard, path))

    async def _queue(self, paths: Sequence[Path], requester: Requester, options: TranscriptionOptions | None) -> None:
        """Only once the jobs are durable the recording isn't offered any more."""
        await self._submit(paths, requester, options)
        for path in paths:
            await self._on_disk(partial(self._files.finish, path))

    async def _on_disk(self, work: Callable[[], T]) -> T:
        try:
            return await complete(asyncio.to_thread(work))
        except NotPrivate as error:
            raise RecordingFailed from error
        except OSError as error:
            logger.warning("the folder for recordings can't be used: %r", error)
            raise RecordingNotWritten(folder=str(self._files.folder)) from error
