"""Loading a Whisper model where it runs best. Imported only by the engine process, as `whisper.py` beside it is."""

import logging
from collections.abc import Iterator

import numpy as np
from ctranslate2 import get_cuda_device_count, get_supported_compute_types  # type: ignore[attr-defined]
from faster_whisper.tokenizer import Tokenizer

from core.domain.device import GRAPHICS_CARD, PROCESSOR, Device
from core.providers.on_device.whisper.aligning_model import AligningModel

logger = logging.getLogger(__name__)

_CARD_TYPES = ("float16", "int8_float16", "int8_float32", "float32")
"""Best first; cards before Turing know only the last two (https://opennmt.net/CTranslate2/quantization.html)."""

_CARD_TRIALS = 2
"""A large model that doesn't fit into the card's memory takes hardly more than half of it as the next type."""

_PROCESSOR_TYPE = "int8"


def has_card() -> bool:
    """Whether CTranslate2 finds a graphics card, be it one that works or not."""
    return bool(get_cuda_device_count() > 0)


def load_on_card(folder: str) -> tuple[AligningModel, Device]:
    """The model on the graphics card, after a trial. Raises RuntimeError or ValueError; may end the process.

    Libraries that are missing show only when something is computed, and cuDNN aborts the process for them.
    """
    failures: list[Exception] = []
    for compute_type in _card_types():
        try:
            model = AligningModel(folder, device="cuda", compute_type=compute_type, local_files_only=True)
            _try(model)
        except (RuntimeError, ValueError) as error:
            logger.info("the graphics card doesn't do %s: %s", compute_type, error)
            failures.append(error)
        else:
            return model, Device(GRAPHICS_CARD, model.model.compute_type)
    raise failures[0] if failures else RuntimeError("CTranslate2 knows nothing that this card can compute")


def load_on_processor(folder: str, threads: int) -> tuple[AligningModel, Device]:
    """The model on the processor. Raises RuntimeError or ValueError."""
    model = AligningModel(
        folder, device="cpu", compute_type=_PROCESSOR_TYPE, cpu_threads=threads, local_files_only=True
    )
    return model, Device(PROCESSOR, model.model.compute_type, threads)


def _card_types() -> Iterator[str]:
    supported = get_supported_compute_types("cuda")
    yield from [name for name in _CARD_TYPES if name in supported][:_CARD_TRIALS]


def _try(model: AligningModel) -> None:
    """Compute a window of silence and one token, which needs every library that a recording will need."""
    extractor = model.feature_extractor
    silence = np.zeros((model.model.n_mels, extractor.nb_max_frames), np.float32)
    prompt = model.get_prompt(Tokenizer(model.hf_tokenizer, multilingual=False), [])
    model.model.generate(model.encode(silence), [prompt], max_length=len(prompt) + 1)
