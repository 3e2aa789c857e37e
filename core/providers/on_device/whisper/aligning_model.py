"""faster-whisper with times of words that cost one alignment a window. Imported only by the engine process.

faster-whisper's own `word_timestamps` decides by the words where the next window begins, and whether text is thrown
away: it takes twice as long and gives another text. Here the text is what it is without words, and each window is
aligned with the encoder's output that is there already.
"""

import itertools
import logging
import math
import sys
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from operator import itemgetter
from typing import Any

import numpy as np
from ctranslate2 import Device, StorageView  # type: ignore[attr-defined]
from faster_whisper import WhisperModel
from faster_whisper.audio import pad_or_trim
from faster_whisper.tokenizer import Tokenizer
from faster_whisper.transcribe import Segment, TranscriptionOptions, merge_punctuations
from numpy.typing import NDArray

from core.domain import Word
from core.domain.speech import SAMPLE_RATE_HZ
from core.providers.answers.repetition import has_run

Samples = NDArray[np.float32]

logger = logging.getLogger(__name__)

_PREPENDED = "\"'“¿([{-"
_APPENDED = "\"'.。,，!！?？:：”)]}、"  # noqa: RUF001
"""faster-whisper's own defaults."""

_REPEATS_OF_A_LOOP = 3

_MOST_LETTERS_PER_S = 25.0
"""Fast speech has 20; a loop goes on until the window is full of text."""

_LONGEST_WORD_S = 1.2
"""Beyond that a word is drawn out, or what follows isn't written; then it has to be read by itself."""

_USUAL_WORD_S = 0.5
"""So much before its end a word begins of which only that is known."""

_SHORTEST_SEGMENT_S = 0.02
"""faster-whisper drops a segment that ends where it begins, with its text."""


_KEPT_WINDOWS = 3
"""How many windows' encoder output is kept: of the one that is read, and of what was heard for its language meanwhile.
One of base takes 4 MB, of large-v3 10."""

_STATES_PER_S = 50
"""Of the encoder's output, one for two frames of the spectrogram."""


@dataclass(frozen=True, slots=True)
class AlignedSegment:
    """A segment of the model with its words, which is without words where it wasn't aligned.

    `is_repetitive`: the window was read with a phrase that is repeated as only loops and few people repeat it, or with
    more text than can be said in its time.
    `unread_from_s`: where the reading ended that was to be of one window, if there is more to read.
    """

    segment: Segment
    start_s: float
    end_s: float
    words: tuple[Word, ...]
    is_repetitive: bool
    unread_from_s: float | None = None


class AligningModel(WhisperModel):
    """A Whisper model that aligns what it has read."""

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self._encoded: StorageView | None = None
        kept = _KEPT_WINDOWS if self.model.is_multilingual else 1
        self._windows: deque[tuple[Samples, StorageView]] = deque(maxlen=kept)
        """Spectrograms and what the encoder made of them."""
        self._words: dict[int, tuple[Sequence[int], tuple[Word, ...]]] = {}
        """Words of the segments of the current window, by the identity of their tokens, which are kept with them."""
        self._keeps_repetition = False
        self._is_repetitive = False
        self._most_letters = math.inf
        self._one_window = False
        self._unread_from_s: float | None = None

    def transcribe_aligned(
        self, samples: Samples, offset_s: float, *, keeps_repetition: bool, one_window: bool = False, **options: Any
    ) -> Iterator[AlignedSegment]:
        """As `transcribe`, with words; all times are later by `offset_s`.

        With `keeps_repetition` a window that repeats itself isn't read again at higher temperatures for that alone.
        With `one_window` the end of the samples isn't read in a second one, where the model has left it.
        """
        self._keeps_repetition = keeps_repetition
        self._most_letters = _MOST_LETTERS_PER_S * len(samples) / SAMPLE_RATE_HZ
        self._one_window, self._unread_from_s = one_window, None
        segments, _ = self.transcribe(samples, word_timestamps=False, **options)
        for segment in segments:
            _, words = self._words.get(id(segment.tokens), ((), ()))
            moved = tuple(replace(word, start_s=word.start_s + offset_s, end_s=word.end_s + offset_s) for word in words)
            start_s, end_s = segment.start + offset_s, segment.end + offset_s
            unread_from_s = None if self._unread_from_s is None else self._unread_from_s + offset_s
            yield AlignedSegment(segment, start_s, end_s, moved, self._is_repetitive, unread_from_s)
        self._words.clear()
        self._encoded = None

    def languages_in(self, samples: Samples, spans: Sequence[tuple[float, float]]) -> list[Mapping[str, float]]:
        """How probable each language is in each of these parts of one window of sound, in seconds from its start.

        The decoder is asked about a part of the encoder's output, which is kept for the reading of the same samples.
        """
        encoded = self.encode(self.window(samples)).to_device(Device.cpu)
        found: list[Mapping[str, float]] = []
        for span in spans:
            likely = self.model.detect_language(self.part_of(encoded, span))[0]
            found.append({token[2:-2]: float(share) for token, share in likely})
        return found

    def part_of(self, encoded: StorageView, span: tuple[float, float]) -> StorageView:
        """What the encoder made of a part of a window, in seconds from its start."""
        states = np.array(encoded.to_device(Device.cpu))
        start = min(round(span[0] * _STATES_PER_S), states.shape[1] - 1)
        end = max(start + 1, round(span[1] * _STATES_PER_S))
        return StorageView.from_array(np.ascontiguousarray(states[:, start:end]))

    def window(self, samples: Samples) -> Samples:
        """The spectrogram of one window of sound as `transcribe` gives it to `encode`."""
        features = self.feature_extractor(samples)
        frames = min(self.feature_extractor.nb_max_frames, features.shape[-1] - 1)
        padded: Samples = pad_or_trim(features[:, :frames])
        return padded

    def encode(self, features: Samples) -> StorageView:
        """As before; the output is kept for the alignment, and for the same window once more."""
        for known, encoded in self._windows:
            if np.array_equal(known, features):
                self._encoded = encoded
                return encoded
        self._encoded = super().encode(features)
        self._windows.append((features, self._encoded))
        return self._encoded

    def generate_with_fallback(
        self, encoder_output: StorageView, prompt: list[int], tokenizer: Tokenizer, options: TranscriptionOptions
    ) -> tuple[Any, float, float, float]:
        """As before, but for `keeps_repetition`."""
        least_logprob = -math.inf if options.log_prob_threshold is None else options.log_prob_threshold
        first, others = options.temperatures[:1], options.temperatures[1:]
        reading = super().generate_with_fallback(
            encoder_output, prompt, tokenizer, replace(options, temperatures=first)
        )
        self._is_repetitive = self._repeats(reading, tokenizer, options)
        is_likely = reading[1] >= least_logprob
        is_good = is_likely and (self._keeps_repetition or not self._is_repetitive)
        is_silence = not is_likely and reading[0].no_speech_prob > (options.no_speech_threshold or 1.0)
        if is_good or is_silence or not others:
            return reading
        other = super().generate_with_fallback(encoder_output, prompt, tokenizer, replace(options, temperatures=others))
        if other[1] >= least_logprob and not self._repeats(other, tokenizer, options):
            return other
        both = (reading, other)
        return max([one for one in both if not self._repeats(one, tokenizer, options)] or both, key=itemgetter(1))

    def _repeats(
        self, reading: tuple[Any, float, float, float], tokenizer: Tokenizer, options: TranscriptionOptions
    ) -> bool:
        """Whether a window's text looks like a loop.

        That it can be compressed well isn't enough: "It was the best of times, it was the worst of times, …" can, too.
        """
        if reading[3] <= (options.compression_ratio_threshold or math.inf):
            return False
        text = tokenizer.decode(reading[0].sequences_ids[0])
        return len(text) > self._most_letters or has_run(text, _REPEATS_OF_A_LOOP)

    def _split_segments_by_timestamps(
        self, tokenizer: Tokenizer, tokens: list[int], time_offset: float, segment_size: int, *rest: Any, **named: Any
    ) -> Any:
        split: Any = super()._split_segments_by_timestamps(tokenizer, tokens, time_offset, segment_size, *rest, **named)
        segments, seek, is_ended = split
        for segment in segments:
            segment["end"] = max(segment["end"], segment["start"] + _SHORTEST_SEGMENT_S)
        self._words.clear()
        if tokenizer.task is None or tokenizer.task == tokenizer.transcribe:
            self._align(tokenizer, segments, time_offset, segment_size)
        if self._one_window:
            self._unread_from_s = seek / self.frames_per_second
            seek = sys.maxsize  # The loop over windows ends.
        return segments, seek, is_ended

    def _align(self, tokenizer: Tokenizer, segments: Sequence[Any], offset_s: float, frames: int) -> None:
        """Find the words of one window's segments."""
        texts = [[token for token in segment["tokens"] if token < tokenizer.eot] for segment in segments]
        together: Any = [list(itertools.chain(*texts))]
        try:
            found: Any = self.find_alignment(tokenizer, together, self._encoded, frames)[0]
        except (RuntimeError, ValueError, IndexError) as error:  # A model whose alignment heads aren't known.
            logger.warning("the model can't align words: %s", error)
            return
        merge_punctuations(found, _PREPENDED, _APPENDED)
        timings = _shortened(found)
        for segment, text in zip(segments, texts, strict=True):
            words, passed = [], 0
            while passed < len(text) and (timing := next(timings, None)) is not None:
                passed += len(timing["tokens"])
                if timing["word"]:
                    words.append(_word(timing, offset_s))
            self._words[id(segment["tokens"])] = (segment["tokens"], tuple(words))


def _shortened(timings: Sequence[Any]) -> Iterator[Any]:
    """The words of a window, none of them over speech that the model has passed over.

    The alignment leaves nothing out: such speech lies in the word before it, or in the first one, which begins with
    the window: of that only the end is known.
    """
    for place, timing in enumerate(timings):
        start_s, end_s = float(timing["start"]), float(timing["end"])
        if place == 0:
            start_s = end_s - _USUAL_WORD_S if end_s - start_s > _LONGEST_WORD_S else start_s
        else:
            end_s = min(end_s, start_s + _LONGEST_WORD_S)
        yield {**timing, "start": start_s, "end": end_s}


def _word(timing: Any, offset_s: float) -> Word:
    start_s, end_s = offset_s + float(timing["start"]), offset_s + float(timing["end"])
    return Word(start_s, end_s, timing["word"], float(timing["probability"]))
