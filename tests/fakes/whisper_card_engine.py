"""An engine process on a computer with a graphics card that behaves as the first argument says.

The real model does the work, on the processor; only what CTranslate2 tells and what fails are made up.
"""

import sys

import ctranslate2
import faster_whisper

from core.system.child_entry import run_child
from tests.fakes.graphics_card import FakeCard


class CardModel(faster_whisper.WhisperModel):
    def __init__(self, folder: str, *, device: str, compute_type: str, **rest: bool | int) -> None:
        self._on_card = device == "cuda"
        if self._on_card:
            CARD.load(compute_type)
        super().__init__(folder, device="cpu", compute_type="int8", **rest)

    def encode(self, features: object) -> object:
        if self._on_card:
            CARD.compute()
        return super().encode(features)


if __name__ == "__main__":
    CARD = FakeCard(sys.argv[1])
    ctranslate2.get_cuda_device_count = CARD.count
    ctranslate2.get_supported_compute_types = lambda device: {"float32", "float16", "int8_float16", "int8_float32"}
    faster_whisper.WhisperModel = CardModel
    run_child("core.providers.on_device.whisper.child")
