"""Reads a clip of speech, and what the model passed over once more. Imported only by the engine process.

The model may lose count of what somebody repeats, fall into a loop, or take half of a window for silence because it has
heard the same before. So what it wrote is compared with the speech that was detected: where words are missing, that
part is read by itself, and what is missing then, from pause to pause. A long utterance with hardly a word is read by
itself, too: the alignment lays words of the next sentence on one that the model has passed over.
"""

import logging
import math
from collections.abc import Iterator, Sequence
from itertools import chain
from typing import Protocol

from core.providers.on_device.whisper.aligning_model import AlignedSegment
from core.providers.on_device.whisper.language_watch import LanguageWatch
from core.providers.on_device.whisper.second_reading import in_order, same_words, with_second_reading, words_of
from core.providers.on_device.whisper.speech_detection import WINDOW_S, Span, Speech

logger = logging.getLogger(__name__)

# faster-whisper skips a whole window by these two limits; single segments need them too.
_NO_SPEECH = 0.6
_UNLIKELY_LOGPROB = -1.0

_DOUBTFUL_LOGPROB = -0.7
"""What contradicts a first reading has to be likelier than this on average: of loud noise the model guesses whole
sentences. A clear voice in noise as loud as itself has -0.55 (measured with tiny.en). What is less is told instead."""

_LEAST_READ_S = 2.0
_LEAST_LEFT_S = 0.2
"""With less than the first read, or the second left, a clip counts as read to its end."""


class Reading(Protocol):
    """Has the model read a part of the joined speech; times of segments are on its clock."""

    def __call__(self, span: Span, *, keeps_repetition: bool, one_window: bool) -> Iterator[AlignedSegment]:
        """With `keeps_repetition` a window isn't read again at higher temperatures only because it repeats itself.

        With `one_window` only as much is read as the model reads at once; `AlignedSegment.unread_from_s` tells the end.
        """


class ClipReader:
    """Reads the clips of one chunk's speech.

    `read_until_s` is the end of what was read, in the joined speech; `unwritten` has, on the chunk's clock, where
    somebody speaks and no words could be made out. Where there is a `watch`, a clip ends where the language changes.
    """

    def __init__(self, speech: Speech, reading: Reading, watch: LanguageWatch | None = None) -> None:
        self._speech = speech
        self._clock = speech.clock
        self._reading = reading
        self._watch = watch
        self.read_until_s = 0.0
        self.unwritten: list[Span] = []

    def read_all(self) -> Iterator[AlignedSegment]:
        """The segments of all clips.

        A clip begins where the model stopped in the one before. Reading takes as long for a window with two seconds
        of speech as for one that is full, so what is left of a window isn't read by itself.
        """
        start_s = 0.0
        while start_s < self._speech.duration_s:
            clip = self._speech.clip_from(start_s)
            yield from self.read(clip if self._watch is None else self._watch.part_of(clip))
            start_s = self.read_until_s

    def read(self, clip: Span) -> Iterator[AlignedSegment]:
        """The segments of a clip in their order, as far as the model reads it at once if speech follows."""
        whole = clip
        pieces = self._speech.pieces(clip)
        one_window = clip[1] < self._speech.duration_s or clip[1] - clip[0] > WINDOW_S
        read = list(self._reading(clip, keeps_repetition=len(pieces) > 1, one_window=one_window))
        found = [one for one in read if not _is_hallucinated(one)]
        is_loop = len(pieces) > 1 and any(one.is_repetitive for one in found)
        if is_loop:
            found = list(chain.from_iterable(map(self._read_alone, pieces)))
        else:
            clip = clip[0], self._end_of(read, clip)
            for span in self._unheard(found, clip):
                found += self._read_alone(span)
        for span in self._unheard(found, clip):
            pieces = [piece for piece in self._speech.pieces(span) if piece != clip]
            found += chain.from_iterable(map(self._read_alone, pieces))
        unwritten = self._unheard(found, clip)
        for span in self._clock.thinly_written(words_of(found), *clip):
            found, is_written = self._read_again(found, span, clip)
            unwritten += [] if is_written else [span]
        self.unwritten += [self._clock.in_chunk(*span) for span in sorted(unwritten)]
        self.read_until_s = clip[1]
        if self._watch is not None:
            words = words_of(found)
            self._watch.check(whole, clip[1], words, is_aligned=bool(words) or not found)
        yield from in_order(found)

    def _end_of(self, read: Sequence[AlignedSegment], clip: Span) -> float:
        """Where the next clip is to begin."""
        window_end_s = min(clip[0] + WINDOW_S, clip[1])
        unread_from_s = max((one.unread_from_s for one in read if one.unread_from_s is not None), default=window_end_s)
        end_s = min(self._speech.cut_near(unread_from_s), clip[1])
        return end_s if clip[1] - end_s >= _LEAST_LEFT_S and end_s - clip[0] >= _LEAST_READ_S else clip[1]

    def _read_alone(self, span: Span) -> list[AlignedSegment]:
        """What was not heard among other words has to be likely, so that no noise is taken for words."""
        read = self._reading(span, keeps_repetition=False, one_window=False)
        return [one for one in read if not _is_hallucinated(one) and one.segment.avg_logprob > _UNLIKELY_LOGPROB]

    def _read_again(self, found: list[AlignedSegment], span: Span, clip: Span) -> tuple[list[AlignedSegment], bool]:
        """The segments with what is heard in an utterance by itself, and whether all of it is written now.

        So few words as before may be a noise, so they are left out; where they are the same ones, they are all.
        """
        laid_there = self._clock.within(words_of(found), *span)
        again = self._read_alone(span) if span != clip else found
        heard = words_of(again)
        is_sure = all(one.segment.avg_logprob > _DOUBTFUL_LOGPROB for one in again)
        if heard and is_sure and not self._clock.thinly_written(heard, *span):
            return with_second_reading(found, again, laid_there), True
        is_written = same_words(heard, laid_there) or not self._clock.partly_unheard(laid_there, *span)
        return found, is_written

    def _unheard(self, found: Sequence[AlignedSegment], clip: Span) -> list[Span]:
        texts = [(one.start_s, one.end_s) for one in found if not one.words]
        return self._clock.unheard(words_of(found), *clip, texts)


def _is_hallucinated(aligned: AlignedSegment) -> bool:
    segment = aligned.segment
    if not any(map(str.isalnum, segment.text)):
        return True  # A full stop or a note of music, as the model writes of a breath: nobody said a word.
    is_unlikely = segment.no_speech_prob > _NO_SPEECH and segment.avg_logprob < _UNLIKELY_LOGPROB
    if is_unlikely or not math.isfinite(segment.avg_logprob):
        logger.info("dropped a segment that is probably hallucinated (%.2f)", segment.avg_logprob)
        return True
    return False
