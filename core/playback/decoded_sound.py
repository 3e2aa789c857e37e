"""The sound of one recording while it is being decoded: to be read from any place, and how loud it is."""

import tempfile
import threading
from pathlib import Path

from core.domain.errors import NotulaError
from core.domain.speech import SAMPLE_RATE_HZ
from core.domain.waveform import WaveformOverview
from core.media import DecodedBlock
from core.media.waveform_meter import WaveformMeter
from core.system.private_files.folders import make_folder

SAMPLE_BYTES = 2


class DecodedSound:
    """Mono, 16-bit little-endian, 16 kHz: what the model has heard, so that times are those of the transcript.

    It is kept in a temporary file that only this process can read and that is gone with it, since an hour takes
    115 MB. One thread adds, others may read.
    """

    def __init__(self, folder: Path) -> None:
        """Raises OSError where nothing can be written in `folder`."""
        make_folder(folder)
        self._file = tempfile.TemporaryFile(dir=folder)  # noqa: SIM115  Closed by `close`.
        self._lock = threading.Lock()
        self.samples = 0
        """How many there are so far."""
        self._meter = WaveformMeter()
        self.overview: WaveformOverview | None = None
        """How loud what is there is."""
        self.is_whole = False
        """Whether everything is there, or nothing more comes."""
        self.problem: NotulaError | None = None
        """Why nothing more comes, where something has failed."""
        self.doubt: NotulaError | None = None
        """Why it may not be what was transcribed."""

    @property
    def duration_s(self) -> float:
        """How long what is there plays."""
        return self.samples / SAMPLE_RATE_HZ

    def add(self, block: DecodedBlock) -> None:
        """Append a block. Raises OSError, for example where the disk is full."""
        with self._lock:
            self._file.seek(self.samples * SAMPLE_BYTES)
            self._file.write(block.pcm)
            self._file.flush()
            self._meter.add(block.loudness)
            self.overview = self._meter.overview
            self.samples += len(block.pcm) // SAMPLE_BYTES

    def read(self, first: int, count: int) -> bytes:
        """Up to `count` samples from `first` on; fewer at the end of what is there."""
        with self._lock:
            if self._file.closed:
                return b""
            count = max(0, min(count, self.samples - first))
            self._file.seek(first * SAMPLE_BYTES)
            return self._file.read(count * SAMPLE_BYTES)

    def close(self) -> None:
        """Delete it."""
        with self._lock:
            self._file.close()
