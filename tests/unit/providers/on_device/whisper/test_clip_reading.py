"""What is said is written as often as it is said, whatever the model passes over at first."""

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from faster_whisper.transcribe import Segment

from core.domain import Word
from core.domain.speech import SAMPLE_RATE_HZ
from core.providers.on_device.whisper.aligning_model import AlignedSegment
from core.providers.on_device.whisper.clip_reading import ClipReader
from core.providers.on_device.whisper.speech_detection import Span, Speech

SAID_S = 2.0
PAUSE_S = 1.0


def said(times: int) -> Speech:
    """A sentence so many times, with a pause after each."""
    length = round(times * (SAID_S + PAUSE_S) * SAMPLE_RATE_HZ)
    utterances = [
        {
            "start": round(number * (SAID_S + PAUSE_S) * SAMPLE_RATE_HZ),
            "end": round((number * (SAID_S + PAUSE_S) + SAID_S) * SAMPLE_RATE_HZ),
        }
        for number in range(times)
    ]
    return Speech(np.zeros(length, np.float32), [{"start": 0, "end": length}], utterances)


def written(start_s: float, *, logprob: float = -0.3, no_speech: float = 0.1, loops: bool = False) -> AlignedSegment:
    segment = Segment(1, 0, start_s, start_s + SAID_S, "So it is.", [], logprob, 1.0, no_speech, None, 0.0)
    words = (Word(start_s, start_s + 1, "So"), Word(start_s + 1, start_s + SAID_S, "it is."))
    return AlignedSegment(segment, start_s, start_s + SAID_S, words, loops)


class Model:
    """Writes what `answer` gives for each part that it reads."""

    def __init__(self, answer: Callable[[Span], Sequence[AlignedSegment]]) -> None:
        self._answer = answer
        self.read: list[Span] = []

    def __call__(self, span: Span, *, keeps_repetition: bool, one_window: bool) -> Iterator[AlignedSegment]:
        self.read.append(span)
        return iter(self._answer(span))


def first_of(span: Span) -> list[AlignedSegment]:
    """Of all that is said, only the first sentence, as the model does with what it has heard before."""
    return [written(next(at for at in starts(20) if at >= span[0] - 0.01))]


def starts(times: int) -> list[float]:
    return [number * (SAID_S + PAUSE_S) for number in range(times)]


def read(speech: Speech, model: Model) -> tuple[list[float], list[Span]]:
    """Where a sentence was written, and where none could be."""
    reader = ClipReader(speech, model)
    found = [aligned.start_s for aligned in reader.read((0.0, speech.duration_s))]
    return found, reader.unwritten


@pytest.mark.parametrize("times", [1, 2, 5, 9])
def test_what_the_model_writes_once_is_written_as_often_as_it_is_said(times: int) -> None:
    assert read(said(times), Model(first_of)) == (starts(times), [])


def test_a_clip_in_which_the_model_heard_nothing_is_read_from_pause_to_pause() -> None:
    model = Model(lambda span: first_of(span) if span[1] - span[0] < 2 * SAID_S else [])
    assert read(said(6), model) == (starts(6), [])


def test_what_the_model_has_passed_over_stands_before_the_words_behind_it() -> None:
    """The segment's own time begins with the window, as the model has heard nothing before it."""
    later = replace(written(SAID_S + PAUSE_S), start_s=0.0)
    model = Model(lambda span: [later] if span[1] > SAID_S + PAUSE_S else [written(0.0)])
    reader = ClipReader(said(2), model)
    assert [one.words[0].start_s for one in reader.read((0.0, 2 * (SAID_S + PAUSE_S)))] == starts(2)


def test_what_is_passed_over_in_the_middle_of_a_sentence_stands_where_it_was_said() -> None:
    around = spoken("Printing is an art.", 2 * (SAID_S + PAUSE_S), 0.45, laid_s=0.0)
    model = Model(lambda span: [written(SAID_S + PAUSE_S)] if span[0] > 0 else [around])
    found = list(ClipReader(said(3), model).read((0.0, 3 * (SAID_S + PAUSE_S))))
    assert [one.segment.text.strip() for one in found] == ["Printing", "So it is.", "is an art."]
    placed = [word.start_s for one in found for word in one.words]
    assert placed == sorted(placed)


@pytest.mark.parametrize("text", [".", " ...", "♪", "- ?"])
def test_signs_without_a_word_are_no_text(text: str) -> None:
    segment = replace(written(0.0).segment, text=text)
    signs = AlignedSegment(segment, 0.0, SAID_S, (Word(0.0, SAID_S, text),), is_repetitive=False)
    assert read(said(1), Model(lambda span: [signs])) == ([], [pytest.approx((0.0, SAID_S), abs=0.01)])


@pytest.mark.parametrize("text", ["42", "走", "ครับ"])
def test_a_word_or_a_number_of_any_script_is_text(text: str) -> None:
    segment = replace(written(0.0).segment, text=text)
    number = AlignedSegment(segment, 0.0, SAID_S, (Word(0.0, SAID_S, text),), is_repetitive=False)
    assert read(said(1), Model(lambda span: [number])) == ([0.0], [])


def test_what_is_dropped_as_made_up_counts_as_not_written() -> None:
    def made_up_at_first(span: Span) -> list[AlignedSegment]:
        return first_of(span) if span[1] - span[0] < 10 else [written(0.0, logprob=-1.5, no_speech=0.9)]

    assert read(said(4), Model(made_up_at_first)) == (starts(4), [])


def test_a_loop_is_read_from_pause_to_pause() -> None:
    def loop(span: Span) -> list[AlignedSegment]:
        return first_of(span) if span[1] - span[0] < 2 * SAID_S else [written(0.0, loops=True)]

    assert read(said(5), Model(loop)) == (starts(5), [])


@pytest.mark.parametrize("answer", [lambda span: [], lambda span: [written(span[0], logprob=-1.2)]])
def test_what_stays_without_likely_words_is_told(answer: Callable[[Span], Sequence[AlignedSegment]]) -> None:
    def only_the_first(span: Span) -> Sequence[AlignedSegment]:
        return [written(0.0)] if span[0] == 0.0 else answer(span)

    found, unwritten = read(said(3), Model(only_the_first))
    assert found == [0.0]
    (span,) = unwritten
    assert span == pytest.approx((3.0, 8.0), abs=0.01)


def test_nothing_is_read_twice_where_all_is_written() -> None:
    model = Model(lambda span: [written(at) for at in starts(4)])
    assert read(said(4), model) == (starts(4), [])
    assert len(model.read) == 1


def spoken(words: str, start_s: float, word_s: float, *, laid_s: float | None = None) -> AlignedSegment:
    """A segment whose words follow each other; the first one is laid somewhere else."""
    placed = [
        Word(start_s + place * word_s, start_s + (place + 1) * word_s, f" {word}")
        for place, word in enumerate(words.split())
    ]
    if laid_s is not None:
        placed[0] = replace(placed[0], start_s=laid_s, end_s=laid_s + word_s)
    segment = Segment(1, 0, start_s, placed[-1].end_s, f" {words}", [], -0.3, 1.0, 0.1, None, 0.0)
    return AlignedSegment(segment, start_s, placed[-1].end_s, tuple(placed), is_repetitive=False)


PASSED_OVER = spoken("Smoke is coming out.", 0.0, 0.45)
NEXT = SAID_S + PAUSE_S


def texts(model: Model) -> tuple[list[str], list[Span]]:
    """What is written where somebody speaks twice, and where no words could be made out."""
    reader = ClipReader(said(2), model)
    return [one.segment.text.strip() for one in reader.read((0.0, 2 * NEXT))], reader.unwritten


def test_a_sentence_on_which_a_word_of_the_next_one_is_laid_is_written() -> None:
    laid = spoken("Printing is an art.", NEXT, 0.45, laid_s=1.9)
    model = Model(lambda span: [laid] if span[1] > NEXT else [PASSED_OVER])
    assert texts(model) == (["Smoke is coming out.", "Printing is an art."], [])
    reader = ClipReader(said(2), model)
    moved = list(reader.read((0.0, 2 * NEXT)))[1].words[0]
    assert moved.start_s == pytest.approx(NEXT + 0.45)  # Where the next of its words begins, and no longer before.


def test_what_was_heard_of_a_sentence_at_first_is_written_once() -> None:
    in_part = spoken("Out. Printing is an art.", NEXT - 0.45, 0.45, laid_s=1.6)
    model = Model(lambda span: [in_part] if span[1] > NEXT else [PASSED_OVER])
    assert texts(model) == (["Smoke is coming out.", "Printing is an art."], [])


GUESSED = replace(PASSED_OVER, segment=replace(PASSED_OVER.segment, avg_logprob=-0.9))


@pytest.mark.parametrize("answer", [[], [spoken("You.", 0.0, 0.3)], [GUESSED]])
def test_where_a_few_words_lie_on_a_sentence_that_can_not_be_made_out_this_is_told(
    answer: Sequence[AlignedSegment],
) -> None:
    laid = spoken("Printing is an art.", NEXT, 0.45, laid_s=1.9)
    found, unwritten = texts(Model(lambda span: [laid] if span[1] > NEXT else answer))
    assert found == ["Printing is an art."]
    assert unwritten == [pytest.approx((0.0, SAID_S), abs=0.01)]


def test_a_word_that_is_drawn_out_is_no_loss() -> None:
    drawn_out = [spoken("Well,", 0.0, 0.5), spoken("printing is an art.", NEXT, 0.45)]
    model = Model(lambda span: drawn_out if span[1] > NEXT else drawn_out[:1])
    assert texts(model) == (["Well,", "printing is an art."], [])


def test_text_without_words_lies_where_its_segment_does() -> None:
    def translated(span: Span) -> list[AlignedSegment]:
        segment = written(0.0).segment
        return [AlignedSegment(segment, 0.0, 3 * (SAID_S + PAUSE_S), (), is_repetitive=False)]

    model = Model(translated)
    assert read(said(3), model) == ([0.0], [])
    assert len(model.read) == 1


class OneWindowModel(Model):
    """Writes every sentence, and of a window that is to be the only one not the last: it leaves that unread."""

    def __init__(self, times: int) -> None:
        super().__init__(lambda span: [written(at) for at in starts(times) if span[0] - 0.01 <= at < span[1] - SAID_S])

    def __call__(self, span: Span, *, keeps_repetition: bool, one_window: bool) -> Iterator[AlignedSegment]:
        found = list(super().__call__(span, keeps_repetition=keeps_repetition, one_window=one_window))
        if not one_window:
            return iter(found)
        return (replace(one, unread_from_s=found[-1].start_s) for one in found[:-1])


def test_what_a_window_leaves_begins_the_next_one() -> None:
    model = OneWindowModel(30)
    speech = said(30)
    assert [aligned.start_s for aligned in ClipReader(speech, model).read_all()] == starts(30)
    assert len(model.read) == math.ceil(speech.duration_s / 25)
    assert all(before[1] > after[0] for before, after in pairwise(model.read))


def test_speech_without_a_pause_is_read_to_its_end_though_a_window_has_no_text() -> None:
    length = 70 * SAMPLE_RATE_HZ
    speech = Speech(np.zeros(length, np.float32), [{"start": 0, "end": length}], [{"start": 0, "end": length}])
    model = Model(lambda span: [])
    assert not list(ClipReader(speech, model).read_all())
    assert {0.0, 30.0, 60.0} <= {span[0] for span in model.read}
