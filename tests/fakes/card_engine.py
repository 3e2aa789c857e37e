"""An engine process on a computer with a graphics card that does, or doesn't do, what the first argument says.

The real model does the work, on the processor; only what CTranslate2 tells and what fails are made up.
"""

import os
import sys

import ctranslate2
import faster_whisper

from core.system.child_process import run_child

MISSING_LIBRARY = "Library libcublas.so.12 is not found or cannot be loaded"
OUT_OF_MEMORY = "CUDA failed with error out of memory"
UNKNOWN_ERROR = "CUDA failed with error unknown error"

_WINDOWS_BEFORE_LATER = 2
"""The trial, and the first one of a recording."""


class CardModel(faster_whisper.WhisperModel):
    def __init__(self, folder: str, *, device: str, compute_type: str, **rest: bool | int) -> None:
        self._on_card = device == "cuda"
        self._windows = 0
        if self._on_card:
            self._load(compute_type)
        super().__init__(folder, device="cpu", compute_type="int8", **rest)

    def _load(self, compute_type: str) -> None:
        match BEHAVIOUR:
            case "aborts while loading":
                os.abort()
            case "refuses to load":
                raise RuntimeError(OUT_OF_MEMORY)
            case "is not there":
                raise AssertionError("nobody has found a card")
            case "has room for less" if compute_type == "float16":
                raise RuntimeError(OUT_OF_MEMORY)

    def encode(self, features: object) -> object:
        self._windows += 1
        if self._on_card:
            self._fail(is_late=self._windows > _WINDOWS_BEFORE_LATER)
        return super().encode(features)

    def _fail(self, *, is_late: bool) -> None:
        match BEHAVIOUR:
            case "lacks a library":
                raise RuntimeError(MISSING_LIBRARY)
            case "aborts at the first window":
                os.abort()
            case "fails later" if is_late:
                raise RuntimeError(OUT_OF_MEMORY)
            case "aborts later" if is_late:
                os.abort()


def count() -> int:
    match BEHAVIOUR:
        case "aborts when it is looked for":
            os.abort()
        case "has a broken driver":
            raise RuntimeError(UNKNOWN_ERROR)
        case "is not there":
            return 0
    return 1


if __name__ == "__main__":
    BEHAVIOUR = sys.argv[1]
    ctranslate2.get_cuda_device_count = count
    ctranslate2.get_supported_compute_types = lambda device: {"float32", "float16", "int8_float16", "int8_float32"}
    faster_whisper.WhisperModel = CardModel
    run_child("core.providers.on_device.engine_child")
