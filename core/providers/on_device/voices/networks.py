"""The two models that voices are told apart with, in ONNX Runtime."""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import numpy as np
import onnxruntime as ort
from numpy.typing import NDArray

from core.domain.speech import SAMPLE_RATE_HZ
from core.providers.on_device.models.voice_models import PRINT_FILE, SEGMENTATION_FILE
from core.providers.on_device.voices.features import Features, Samples

Prints = NDArray[np.float32]
"""One voice print a row, of unit length."""

Voices = NDArray[np.bool_]
"""For each frame which of up to three voices is heard. Their order means nothing outside of one window."""

WINDOW_S = 10.0
"""What segmentation-3.0 was trained with (https://huggingface.co/pyannote/segmentation-3.0)."""

HOP_S = 5.0

FRAME_S = 270 / SAMPLE_RATE_HZ
FIRST_FRAME_S = 495 / SAMPLE_RATE_HZ
"""The distance of its frames, and the middle of the first."""

_POWERSET = np.array([[0, 0, 0], [1, 0, 0], [0, 1, 0], [0, 0, 1], [1, 1, 0], [1, 0, 1], [0, 1, 1]], np.bool_)
"""Its classes: nobody, one of three voices, two of them."""

_BATCH = 4
"""16 are no faster and take 80 MB more (measured)."""

_SHORTEST_NORM = 1e-9


class Networks:
    """Both models, loaded from a folder. Raises RuntimeError or ValueError for files that are no such models."""

    def __init__(self, folder: Path, threads: int) -> None:
        self._segmentation = _session(folder / SEGMENTATION_FILE, threads)
        self._prints = _session(folder / PRINT_FILE, threads)
        self.dimension = len(self.prints([np.zeros((_BATCH, 80), np.float32)])[0])
        """How many numbers a print has."""

    def windows(self, samples: Samples) -> Iterator[Voices]:
        """The voices in windows of 10 s, one every 5 s, the last one filled up with silence."""
        window, hop = round(WINDOW_S * SAMPLE_RATE_HZ), round(HOP_S * SAMPLE_RATE_HZ)
        for start in range(0, max(1, len(samples) - window + hop), hop):
            piece = samples[start : start + window]
            piece = np.pad(piece, (0, window - len(piece)))
            (classes,) = self._segmentation.run(None, {_input(self._segmentation): piece[np.newaxis, np.newaxis]})
            yield _POWERSET[classes[0].argmax(axis=1)]

    def prints(self, features: Sequence[Features], between: Callable[[], None] = lambda: None) -> Prints:
        """The voice print of each stretch; `between` is called before each few of them."""
        made: dict[int, NDArray[np.float32]] = {}
        by_length: dict[int, list[int]] = {}
        for number, stretch in enumerate(features):
            by_length.setdefault(len(stretch), []).append(number)
        for numbers in by_length.values():  # Only stretches of the same length fit into one batch.
            for first in range(0, len(numbers), _BATCH):
                between()
                chosen = numbers[first : first + _BATCH]
                batch = np.stack([features[number] for number in chosen])
                (vectors,) = self._prints.run(None, {_input(self._prints): batch})
                made.update(zip(chosen, vectors, strict=True))
        prints = np.stack([made[number] for number in range(len(features))]).astype(np.float32)
        return np.asarray(prints / np.maximum(np.linalg.norm(prints, axis=1, keepdims=True), _SHORTEST_NORM))


def _session(file: Path, threads: int) -> "ort.InferenceSession":
    options = ort.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.enable_cpu_mem_arena = False  # It would keep the memory of the largest window.
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    return ort.InferenceSession(str(file), options, providers=["CPUExecutionProvider"])


def _input(session: "ort.InferenceSession") -> str:
    return str(session.get_inputs()[0].name)
