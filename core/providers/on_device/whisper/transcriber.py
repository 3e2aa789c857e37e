"""faster-whisper as the engine process uses it. Imported only there: this pulls in CTranslate2, ONNX and NumPy."""

import logging
from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import islice

import numpy as np
from ctranslate2 import StorageView, set_random_seed  # type: ignore[attr-defined]
from faster_whisper.tokenizer import Tokenizer
from faster_whisper.transcribe import get_suppressed_tokens
from numpy.typing import NDArray

from core.domain import Segment
from core.providers.on_device.whisper import language_check
from core.providers.on_device.whisper.aligning_model import AlignedSegment, AligningModel
from core.providers.on_device.whisper.clip_reading import ClipReader
from core.providers.on_device.whisper.language_changes import Heard, average, languages_of
from core.providers.on_device.whisper.language_watch import EnglishWatch, LanguageFollower, LanguageWatch, heard_in
from core.providers.on_device.whisper.speech_detection import WINDOW_S, Span, Speech

logger = logging.getLogger(__name__)

Samples = NDArray[np.float32]

ENGLISH = "en"

_LANGUAGE_WINDOWS = 2
"""How many windows of speech are heard to recognise the language, where it isn't clear in the first one."""

_CLEAR = 0.5
"""So probable, a language is taken for that of the whole chunk; where it changes is found when it is read."""

_LIKELY_LANGUAGES = 5

_SEED = 1
"""Of random numbers, so that every engine gives the same recording the same text."""

_TEMPERATURES = (0.0, 0.2, 0.4, 0.6, 0.8, 1.0)
"""Temperature fallback: a window is decoded again at the next one where its text is improbable or repetitive."""

_READINGS_PER_TEMPERATURE = 2
"""faster-whisper's 5 take 65 MB more, for the few windows that are read again at a higher temperature (measured)."""


class OtherLanguageHeard(Exception):
    """The model knows only English, and this is something else."""


@dataclass(frozen=True, slots=True)
class Language:
    """A language and how probable it is, 0 to 1; `likely` are the most probable ones, this one among them.

    `others` are spoken in parts of the chunk, as far as all of it was heard.
    """

    code: str
    probability: float
    likely: tuple[tuple[str, float], ...] = ()
    others: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class WhisperOptions:
    """Options of one transcription. `vocabulary` is a prompt; `to_english` translates speech in other languages."""

    beam_size: int = 5
    vocabulary: str = ""
    to_english: bool = False
    temperature: float = 0.0


class Whisper:
    """A loaded model."""

    def __init__(self, model: AligningModel) -> None:
        self._model = model

    @property
    def english_only(self) -> bool:
        """Whether the model knows no other language."""
        return not self._model.model.is_multilingual

    def identify(self, speech: Speech, *, is_thorough: bool = False) -> Language | None:
        """The language spoken, None where there is too little speech to tell. Raises `OtherLanguageHeard`.

        A model for English alone gives the share of windows that sound English: somebody may only greet in it. One for
        many hears all of the chunk where it `is_thorough`, else only its beginning.
        """
        if self.english_only:
            if speech.duration_s < language_check.LEAST_SPEECH_S:
                return None
            windows = speech.windows(_LANGUAGE_WINDOWS)
            english = [language_check.sounds_english(self._reader(self._encoded(window))) for window in windows]
            if not any(english):
                raise OtherLanguageHeard
            return Language(ENGLISH, sum(english) / len(english))
        if not speech.regions:
            return None
        return self._heard_throughout(speech) if is_thorough else self._heard_at_first(speech)

    def _heard_at_first(self, speech: Speech) -> Language:
        heard: list[Heard] = []
        for clip in islice(_clips(speech), _LANGUAGE_WINDOWS):
            heard += [Heard(*clip, probabilities) for probabilities in self._listen(speech, clip, [clip])]
            if max(heard[-1].probabilities.values()) > _CLEAR:
                heard = heard[-1:]
                break
        return _language_in(heard)

    def _heard_throughout(self, speech: Speech) -> Language:
        parts = [part for clip in _clips(speech) for part in heard_in(speech, clip, partial(self._listen, speech))]
        languages = languages_of(parts, _language_in(parts).code, ())
        spoken_s = defaultdict[str, float](float)
        for part, code in zip(parts, languages, strict=True):
            spoken_s[code] += part.end_s - part.start_s
        most, *others = sorted(spoken_s, key=lambda code: spoken_s[code], reverse=True)
        own = _language_in([part for part, code in zip(parts, languages, strict=True) if code == most])
        return replace(
            _language_in(parts), code=most, probability=dict(own.likely).get(most, 0.0), others=tuple(others)
        )

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

    def watch(self, speech: Speech, language: str, known: Collection[str], *, is_fixed: bool) -> LanguageWatch:
        """What sees where the language changes; the same object is then given to `transcribe`.

        `known` languages were heard before. With `is_fixed` the speech is read in this language, whatever is heard.
        """
        if self.english_only:
            return EnglishWatch(speech, language, partial(self._is_english, speech))
        return LanguageFollower(speech, partial(self._listen, speech), language, known, is_fixed=is_fixed)

    def transcribe(
        self,
        speech: Speech,
        watch: LanguageWatch,
        options: WhisperOptions,
        stopped: Callable[[], bool],
        unwritten: list[Span] | None = None,
    ) -> Iterator[Segment]:
        """Segments on the chunk's clock, one after the other as they are found, until `stopped()`.

        To `unwritten` is added from where to where, on the same clock, somebody speaks and no words could be made out.
        """
        if not speech.regions:
            return
        set_random_seed(_SEED)
        reader = ClipReader(speech, partial(self._reading, speech, watch, options), watch)
        for aligned in reader.read_all():
            if stopped():
                return
            yield from _on_clock(aligned, speech)
        if unwritten is not None:
            unwritten += reader.unwritten

    def _reading(
        self,
        speech: Speech,
        watch: LanguageWatch,
        options: WhisperOptions,
        span: Span,
        *,
        keeps_repetition: bool,
        one_window: bool,
    ) -> Iterator[AlignedSegment]:
        return self._model.transcribe_aligned(
            speech.cut(span),
            span[0],
            keeps_repetition=keeps_repetition,
            one_window=one_window,
            language=watch.language,
            task="translate" if options.to_english and watch.language != ENGLISH else "transcribe",
            beam_size=options.beam_size,
            best_of=_READINGS_PER_TEMPERATURE,
            temperature=_temperatures(options.temperature),
            # Given as hotwords most made-up terms are recognised (11 of 16 instead of none, with tiny.en); unlike an
            # initial prompt, hotwords count in every window of the chunk.
            hotwords=options.vocabulary or None,
            condition_on_previous_text=False,
            vad_filter=False,
        )

    def _listen(self, speech: Speech, clip: Span, parts: Sequence[Span]) -> list[Mapping[str, float]]:
        """How probable the languages are in parts of a clip."""
        within = [(start_s - clip[0], end_s - clip[0]) for start_s, end_s in parts]
        return self._model.languages_in(speech.cut(clip), within)

    def _is_english(self, speech: Speech, clip: Span, part: Span) -> bool:
        encoded = self._encoded(speech.cut(clip), (part[0] - clip[0], part[1] - clip[0]))
        return language_check.sounds_english(self._reader(encoded))

    def _encoded(self, window: Samples, part: Span | None = None) -> StorageView:
        encoded = self._model.encode(self._model.window(window))
        return encoded if part is None else self._model.part_of(encoded, part)

    def _reader(self, encoded: StorageView) -> language_check.Reader:
        """Makes random readings as English; see `core.providers.on_device.whisper.language_check`."""
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


def _clips(speech: Speech) -> Iterator[Span]:
    """The speech in parts that the model hears at once; the first is that which is read first."""
    at_s = 0.0
    while at_s < speech.duration_s:
        start_s, end_s = speech.clip_from(at_s)
        at_s = min(end_s, start_s + WINDOW_S)
        yield start_s, at_s


def _language_in(parts: Sequence[Heard]) -> Language:
    """What is most probable in all of these parts."""
    likely = sorted(average(parts).items(), key=lambda one: one[1], reverse=True)[:_LIKELY_LANGUAGES]
    return Language(*likely[0], tuple(likely))


def _temperatures(first: float) -> tuple[float, ...]:
    return (first, *(temperature for temperature in _TEMPERATURES if temperature > first))


def _on_clock(aligned: AlignedSegment, speech: Speech) -> Iterator[Segment]:
    """The segment where it was spoken in the chunk; in phrases where it has no words, as a translation hasn't."""
    words = speech.clock.place(aligned.words)
    if words:
        yield Segment(words[0].start_s, words[-1].end_s, aligned.segment.text, words)
    else:
        yield from speech.clock.phrases(aligned.start_s, aligned.end_s, aligned.segment.text.strip())
