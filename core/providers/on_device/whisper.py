"""faster-whisper as the engine process uses it. Imported only there: this pulls in CTranslate2, ONNX and NumPy."""

import logging
import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from ctranslate2 import set_random_seed  # type: ignore[attr-defined]
from faster_whisper import WhisperModel
from faster_whisper.audio import pad_or_trim
from faster_whisper.tokenizer import Tokenizer
from faster_whisper.transcribe import Segment, get_suppressed_tokens, restore_speech_timestamps
from faster_whisper.vad import VadOptions, get_speech_timestamps
from numpy.typing import NDArray

from core.domain.speech import SAMPLE_RATE_HZ
from core.providers.on_device import language_check

logger = logging.getLogger(__name__)

Samples = NDArray[np.float32]

ENGLISH = "en"

_WINDOW_SAMPLES = 30 * SAMPLE_RATE_HZ
"""What Whisper reads at once."""

_LANGUAGE_WINDOWS = 2
"""How many windows of speech are read to recognise the language."""

_SEED = 1
"""Of random numbers, so that every engine gives the same recording the same text."""

_TEMPERATURES = (0.0, 0.2, 0.4, 0.6, 0.8, 1.0)
"""Temperature fallback: a window is decoded again at the next one where its text is improbable or repetitive."""

_READINGS_PER_TEMPERATURE = 2
"""faster-whisper's 5 take 65 MB more, for the few windows that are read again at a higher temperature (measured)."""

_TARGET_LEVEL = 0.25
_LARGEST_GAIN = 128.0
_NOISE_LEVEL = 0.0005

# faster-whisper skips a whole window by these two limits; single segments need them too.
_NO_SPEECH = 0.6
_UNLIKELY_LOGPROB = -1.0


class OtherLanguageHeard(Exception):
    """The model knows only English, and this is something else."""


@dataclass(frozen=True, slots=True)
class Language:
    """A language and how sure the model is of it, 0 to 1."""

    code: str
    probability: float


@dataclass(frozen=True, slots=True)
class Speech:
    """The stretches of a chunk in which somebody speaks, joined, and where each was (in samples of the chunk)."""

    samples: Samples
    regions: list[dict[str, int]]

    @property
    def duration_s(self) -> float:
        """How much speech there is."""
        return len(self.samples) / SAMPLE_RATE_HZ

    def windows(self, most: int) -> Iterator[Samples]:
        """The first windows of speech, at most so many."""
        for start in range(0, min(len(self.samples), most * _WINDOW_SAMPLES), _WINDOW_SAMPLES):
            yield self.samples[start : start + _WINDOW_SAMPLES]


@dataclass(frozen=True, slots=True)
class WhisperOptions:
    """Options of one transcription. `vocabulary` is a prompt; `to_english` translates speech in other languages."""

    beam_size: int = 5
    words: bool = False
    vocabulary: str = ""
    to_english: bool = False
    temperature: float = 0.0


def find_speech(pcm: bytes) -> Speech:
    """The speech in 16-bit mono PCM, found by Silero; nothing where there is none.

    Quiet recordings are searched at a higher volume: at a twentieth of its volume Silero took a clear voice for
    silence. The speech itself is handed on as loud as it was.
    """
    samples: Samples = np.frombuffer(pcm, dtype="<i2").astype(np.float32) / np.float32(32768)
    if not len(samples):
        return Speech(samples, [])
    loudest = float(np.quantile(np.abs(samples), 0.999))
    gain = min(_TARGET_LEVEL / loudest, _LARGEST_GAIN) if _NOISE_LEVEL < loudest < _TARGET_LEVEL else 1.0
    regions = get_speech_timestamps(np.clip(samples * gain, -1.0, 1.0), VadOptions())
    if not regions:
        return Speech(samples[:0], [])
    return Speech(np.concatenate([samples[region["start"] : region["end"]] for region in regions]), regions)


class Whisper:
    """A loaded model."""

    def __init__(self, model: WhisperModel) -> None:
        self._model = model

    @property
    def english_only(self) -> bool:
        """Whether the model knows no other language."""
        return not self._model.model.is_multilingual

    def identify(self, speech: Speech) -> Language | None:
        """The language spoken, None where there is too little speech to tell. Raises `OtherLanguageHeard`."""
        if self.english_only:
            if speech.duration_s < language_check.LEAST_SPEECH_S:
                return None
            windows = speech.windows(_LANGUAGE_WINDOWS)
            if not any(language_check.sounds_english(self._reader(window)) for window in windows):
                raise OtherLanguageHeard
            return Language(ENGLISH, 1.0)
        if not speech.regions:
            return None
        code, probability, _ = self._model.detect_language(
            speech.samples, language_detection_segments=_LANGUAGE_WINDOWS
        )
        return Language(code, float(probability))

    def language_for(self, language: str | None, speech: Speech) -> str:
        """The language to transcribe in. Raises `OtherLanguageHeard` where the model knows only English."""
        if language is not None and self.english_only and language != ENGLISH:
            raise OtherLanguageHeard
        if language in self._model.supported_languages:
            return language
        if language is not None:
            logger.warning("the model does not know the language %s; it is recognised instead", language)
        identified = self.identify(speech)
        return identified.code if identified else ENGLISH

    def transcribe(
        self, speech: Speech, language: str, options: WhisperOptions, stopped: Callable[[], bool]
    ) -> Iterator[Segment]:
        """Segments on the chunk's clock, one after the other as they are found, until `stopped()`."""
        if not speech.regions:
            return
        set_random_seed(_SEED)
        segments, _ = self._model.transcribe(
            speech.samples,
            language=language,
            task="translate" if options.to_english and language != ENGLISH else "transcribe",
            beam_size=options.beam_size,
            best_of=_READINGS_PER_TEMPERATURE,
            temperature=_temperatures(options.temperature),
            word_timestamps=options.words,
            # Given as hotwords most made-up terms are recognised (11 of 16 instead of none, with tiny.en); unlike an
            # initial prompt, hotwords count in every window of the chunk.
            hotwords=options.vocabulary or None,
            condition_on_previous_text=False,
            vad_filter=False,
        )
        for segment in restore_speech_timestamps(segments, speech.regions, SAMPLE_RATE_HZ):
            if stopped():
                return
            if _is_hallucinated(segment) or not math.isfinite(segment.avg_logprob):
                logger.info("dropped a segment that is probably hallucinated (%.2f)", segment.avg_logprob)
                continue
            yield segment

    def _reader(self, window: Samples) -> language_check.Reader:
        """Makes random readings of the window as English; see `core.providers.on_device.language_check`."""
        features = self._model.feature_extractor(window)
        encoded = self._model.encode(pad_or_trim(features[..., : self._model.feature_extractor.nb_max_frames]))
        tokenizer = Tokenizer(self._model.hf_tokenizer, multilingual=False)
        prompt = self._model.get_prompt(tokenizer, [], without_timestamps=True)
        set_random_seed(_SEED)

        def read(readings: int) -> Sequence[float]:
            (result,) = self._model.model.generate(
                encoded,
                [prompt],
                beam_size=1,
                num_hypotheses=readings,
                sampling_topk=0,  # of all tokens
                sampling_temperature=language_check.TEMPERATURE,
                max_length=language_check.LONGEST_READING,
                suppress_tokens=get_suppressed_tokens(tokenizer, (-1,)),
                return_scores=True,
            )
            scores: Sequence[float] = result.scores
            return scores

        return read


def _temperatures(first: float) -> tuple[float, ...]:
    return (first, *(temperature for temperature in _TEMPERATURES if temperature > first))


def _is_hallucinated(segment: Segment) -> bool:
    return segment.no_speech_prob > _NO_SPEECH and segment.avg_logprob < _UNLIKELY_LOGPROB
