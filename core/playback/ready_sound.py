"""What is ready for the sound device, and where in the recording what is heard is."""

import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

from core.domain.speech import SAMPLE_RATE_HZ
from core.playback.decoded_sound import SAMPLE_BYTES

LOST_S = 3.0
"""A device that asks for nothing for so long is lost: one that works asks every few hundredths of a second."""


@dataclass(frozen=True, slots=True)
class Piece:
    """Samples that are ready, and where in the recording they are, in seconds."""

    pcm: bytes
    start_s: float
    end_s: float


class ReadySound:
    """The device's thread takes, the loop's thread puts; `position_s` is for any."""

    def __init__(self, latency_s: float, clock: Callable[[], float]) -> None:
        self._lock = threading.Lock()
        self._pieces: deque[Piece] = deque()
        self._taken = 0
        """Bytes of the first piece that are taken already."""
        self._latency_s = latency_s
        self._clock = clock
        self._heard: tuple[float, float, float, float] = (0.0, 0.0, 0.0, 0.0)
        """When the last samples were taken, where in the recording they begin and end, and how long they play."""
        self._asked_at = clock()
        self._is_running = False

    @property
    def is_running(self) -> bool:
        """Whether the device is to ask for samples."""
        return self._is_running

    @is_running.setter
    def is_running(self, is_running: bool) -> None:
        self._asked_at = self._clock()
        self._is_running = is_running

    @property
    def is_lost(self) -> bool:
        """Whether the device doesn't ask any more, though it is to."""
        return self._is_running and self._clock() - self._asked_at > LOST_S

    def put(self, piece: Piece) -> None:
        """Have this follow what is ready."""
        with self._lock:
            self._pieces.append(piece)

    def clear(self, position_s: float) -> None:
        """Throw away what is ready; the position is this one until other samples are taken."""
        with self._lock:
            self._pieces.clear()
            self._taken = 0
            self._heard = (self._clock(), position_s, position_s, 0.0)

    @property
    def waiting_s(self) -> float:
        """How long what is ready plays."""
        with self._lock:
            return (sum(len(piece.pcm) for piece in self._pieces) - self._taken) / (SAMPLE_BYTES * SAMPLE_RATE_HZ)

    def take(self, samples: int) -> bytes:
        """Up to so many samples. Called by the device."""
        with self._lock:
            self._asked_at = self._clock()
            wanted = samples * SAMPLE_BYTES
            taken: list[bytes] = []
            begin_s: float | None = None
            end_s = self._heard[2]
            while wanted and self._pieces:
                piece = self._pieces[0]
                part = piece.pcm[self._taken : self._taken + wanted]
                begin_s = self._at(piece, self._taken) if begin_s is None else begin_s
                self._taken += len(part)
                wanted -= len(part)
                end_s = self._at(piece, self._taken)
                taken.append(part)
                if self._taken >= len(piece.pcm):
                    self._pieces.popleft()
                    self._taken = 0
            pcm = b"".join(taken)
            if begin_s is not None:
                self._heard = (self._clock(), begin_s, end_s, len(pcm) / (SAMPLE_BYTES * SAMPLE_RATE_HZ))
            return pcm

    @property
    def position_s(self) -> float:
        """Where in the recording what is heard now is."""
        with self._lock:
            at, begin_s, end_s, length_s = self._heard
        if not length_s:
            return begin_s
        # Between two of the device's requests the position goes on by the clock.
        speed = (end_s - begin_s) / length_s
        passed_s = self._clock() - at if self._is_running else length_s
        return max(0.0, begin_s + (min(passed_s, length_s) - (self._latency_s if self._is_running else 0.0)) * speed)

    @staticmethod
    def _at(piece: Piece, taken: int) -> float:
        return piece.start_s + (piece.end_s - piece.start_s) * taken / max(1, len(piece.pcm))
