"""Any sequence of edits, undone, gives the original; segments and words stay in order, and nothing comes to overlap."""

from dataclasses import replace
from math import isinf

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from core.domain import Segment, Transcript, Word
from core.domain.errors import EditingError, TimesRefused
from core.editing import (
    Document,
    Edit,
    Query,
    SegmentId,
    SpeakerNumbers,
    delete,
    free_shift,
    free_span,
    merge,
    rename_speakers,
    replace_all,
    replace_text,
    retype,
    set_speaker,
    set_times,
    shift_times,
    split,
)

WORDS = st.sampled_from(["one", "two", "three.", "four", "今天", "好"])
SPEAKERS = st.sampled_from(["Ann", "Bob", "Cy"])


@st.composite
def transcripts(draw: st.DrawFn) -> Transcript:
    """Segments one after another, some with words."""
    at_s = 0.0
    segments = []
    for _ in range(draw(st.integers(1, 6))):
        at_s += draw(st.sampled_from([0.0, 0.5, 3.0]))
        start_s = at_s
        words = []
        for text in draw(st.lists(WORDS, min_size=1, max_size=5)):
            words.append(Word(at_s, at_s + 0.4, text, draw(st.sampled_from([0.3, 0.9]))))
            at_s += draw(st.sampled_from([0.4, 1.0]))
        text = " ".join(word.text for word in words)
        kept = tuple(words) if draw(st.booleans()) else ()
        segments.append(Segment(start_s, at_s, text, kept, draw(st.none() | SPEAKERS)))
    return Transcript(tuple(segments), "en", at_s, "p", "m")


class Editing(RuleBasedStateMachine):
    """A person at a transcript, with undo and redo."""

    @initialize(transcript=transcripts())
    def open(self, transcript: Transcript) -> None:
        self.transcript = transcript
        self.document = Document.of(transcript)
        self.numbers = SpeakerNumbers.of(self.document)
        self.done: list[Edit] = []
        self.undone: list[Edit] = []

    def _apply(self, edit: Edit) -> None:
        self.document = self.document.after(edit)
        self.numbers = self.numbers.after(edit, self.document)

    def _do(self, edit: Edit) -> None:
        self._apply(edit)
        self.done.append(edit)
        self.undone.clear()

    def _chosen(self, data: st.DataObject) -> SegmentId:
        return data.draw(st.sampled_from([one.id for one in self.document.segments]))

    def _several(self, data: st.DataObject) -> set[SegmentId]:
        ids = [one.id for one in self.document.segments]
        return data.draw(st.sets(st.sampled_from(ids), min_size=1))

    @precondition(lambda self: self.document.segments)
    @rule(data=st.data(), text=st.lists(WORDS, max_size=6).map(" ".join))
    def type(self, data: st.DataObject, text: str) -> None:
        chosen = self._chosen(data)
        before = self.document
        edit = replace_text(before, chosen, text)
        self._do(edit)
        assert self.document[chosen].text == text
        later = data.draw(st.lists(WORDS, max_size=3).map(" ".join))
        further = replace_text(self.document, chosen, later)
        both = edit.followed_by(further) if edit and further else None
        if both is not None:
            self.done[-1] = both
            self._apply(further)
            assert before.after(both).segments == self.document.segments

    @precondition(lambda self: self.document.segments)
    @rule(data=st.data(), place=st.integers(0, 30))
    def cut(self, data: st.DataObject, place: int) -> None:
        chosen = self._chosen(data)
        letters = "".join(one.segment.text for one in self.document.segments)
        try:
            self._do(split(self.document, chosen, place))
        except EditingError:
            return
        now = "".join(one.segment.text for one in self.document.segments)
        assert now.replace(" ", "") == letters.replace(" ", "")

    @precondition(lambda self: self.document.segments)
    @rule(data=st.data(), count=st.integers(1, 3))
    def join(self, data: st.DataObject, count: int) -> None:
        index = self.document.index(self._chosen(data))
        try:
            self._do(merge(self.document, [one.id for one in self.document.segments[index : index + count]]))
        except EditingError:
            return

    @precondition(lambda self: self.document.segments)
    @rule(data=st.data())
    def remove(self, data: st.DataObject) -> None:
        chosen = data.draw(st.sets(st.sampled_from([one.id for one in self.document.segments]), max_size=3))
        self._do(delete(self.document, chosen))

    @precondition(lambda self: self.document.segments)
    @rule(data=st.data(), shares=st.tuples(st.floats(0, 1), st.floats(0, 1)))
    def move(self, data: st.DataObject, shares: tuple[float, float]) -> None:
        chosen = self._chosen(data)
        earliest_s, latest_s = free_span(self.document, chosen)
        length_s = min(latest_s, earliest_s + 20.0) - earliest_s
        start_s, end_s = sorted(earliest_s + length_s * share for share in shares)
        try:
            self._do(set_times(self.document, chosen, start_s, end_s))
        except EditingError:
            assert end_s - start_s < 0.1 or end_s > latest_s
        else:
            assert (self.document[chosen].start_s, self.document[chosen].end_s) == (start_s, end_s)

    @precondition(lambda self: self.document.segments)
    @rule(data=st.data())
    def join_any(self, data: st.DataObject) -> None:
        """Only what follows each other becomes one, all of it and nothing else."""
        chosen, before = self._several(data), self.document
        places = sorted(map(before.index, chosen))
        follow = places == list(range(places[0], places[0] + len(places)))
        try:
            self._do(merge(before, chosen))
        except EditingError:
            assert not follow or (len(places) == 1 and places[0] + 1 == len(before.segments))
        else:
            assert follow
            count = max(2, len(places))
            assert len(self.document.segments) == len(before.segments) - count + 1
            assert self.document.segments[: places[0]] == before.segments[: places[0]]
            assert self.document.segments[places[0] + 1 :] == before.segments[places[0] + count :]

    @precondition(lambda self: self.document.segments)
    @rule(data=st.data(), share=st.floats(0, 1))
    def shift(self, data: st.DataObject, share: float) -> None:
        chosen, before = self._several(data), self.document
        least_s, most_s = free_shift(before, chosen)
        assert least_s <= 0.0 <= most_s
        by_s = data.draw(st.sampled_from([least_s, min(most_s, 1e3), least_s + (min(most_s, 20.0) - least_s) * share]))
        self._do(shift_times(before, chosen, by_s))
        for one, was in zip(self.document.segments, before.segments, strict=True):
            if one.id not in chosen:
                assert one == was
                continue
            assert abs(one.segment.start_s - was.segment.start_s - by_s) < 1e-6
            assert abs(one.segment.end_s - was.segment.end_s - by_s) < 1e-6
            assert [word.text for word in one.segment.words] == [word.text for word in was.segment.words]

    @precondition(lambda self: self.document.segments)
    @rule(data=st.data(), by_s=st.floats())
    def shift_too_far(self, data: st.DataObject, by_s: float) -> None:
        chosen = self._several(data)
        least_s, most_s = free_shift(self.document, chosen)
        if not least_s <= by_s <= most_s or isinf(by_s):
            with pytest.raises(TimesRefused):
                shift_times(self.document, chosen, by_s)

    @precondition(lambda self: self.document.segments)
    @rule(data=st.data(), name=st.none() | SPEAKERS)
    def say(self, data: st.DataObject, name: str | None) -> None:
        chosen, before = self._several(data), self.document
        self._do(set_speaker(before, chosen, name))
        for one, was in zip(self.document.segments, before.segments, strict=True):
            assert one.segment == (replace(was.segment, speaker=name) if one.id in chosen else was.segment)

    @rule(data=st.data(), lines=st.lists(st.lists(WORDS, max_size=4).map(" ".join), max_size=4))
    def write_over(self, data: st.DataObject, lines: list[str]) -> None:
        count = len(self.document.segments)
        first = data.draw(st.integers(0, count))
        written = data.draw(st.integers(0, count - first))
        before = [one.segment.text for one in self.document.segments]
        self._do(retype(self.document, first, written, lines))
        after = [one.segment.text for one in self.document.segments]
        assert after == [*before[:first], *lines, *before[first + written :]]

    @precondition(lambda self: self.document.segments)
    @rule(data=st.data())
    def delete_letters(self, data: st.DataObject) -> None:
        """As a text field deletes what is selected, over the ends of lines."""
        text = "\n".join(one.segment.text for one in self.document.segments)
        begin, end = sorted(data.draw(st.tuples(*[st.integers(0, len(text))] * 2)))
        lines = (text[:begin] + text[end:]).split("\n")
        words = {word for one in self.document.segments for word in one.segment.words}
        has_words = all(one.segment.words for one in self.document.segments if one.segment.text)
        self._do(retype(self.document, 0, len(self.document.segments), lines))
        now = [word for one in self.document.segments for word in one.segment.words]
        assert [one.segment.text for one in self.document.segments] == [" ".join(line.split()) for line in lines]
        if has_words and now:  # At most the word that was cut at each end is another one.
            assert sum(word not in words for word in now) <= 2

    @rule(name=SPEAKERS, new=SPEAKERS)
    def rename(self, name: str, new: str) -> None:
        before = {one.segment.speaker for one in self.document.segments}
        number = self.numbers[name]
        self._do(rename_speakers(self.document, {name: new}))
        if name in before and (new == name or new not in before):
            assert self.numbers[new] == number

    @rule(query=st.sampled_from(["one", "o", "天", "four two"]), new=st.sampled_from(["", "ten", "o o", "天 天"]))
    def replace(self, query: str, new: str) -> None:
        self._do(replace_all(self.document, Query(query), new))

    @precondition(lambda self: self.done)
    @rule()
    def undo(self) -> None:
        edit = self.done.pop()
        self._apply(edit.inverse())
        self.undone.append(edit)

    @precondition(lambda self: self.undone)
    @rule()
    def redo(self) -> None:
        edit = self.undone.pop()
        self._apply(edit)
        self.done.append(edit)

    @invariant()
    def every_speaker_has_a_number_of_its_own(self) -> None:
        names = {one.segment.speaker for one in self.document.segments if one.segment.speaker}
        numbers = {self.numbers[name] for name in names}
        assert len(numbers) == len(names)
        assert 0 not in numbers

    @invariant()
    def all_undone_is_the_original(self) -> None:
        document = self.document
        for edit in reversed(self.done):
            document = document.after(edit.inverse())
        assert document.applied_to(self.transcript) == self.transcript

    @invariant()
    def everything_is_in_order(self) -> None:
        at_s = 0.0
        for one in self.document.segments:
            segment = one.segment
            assert at_s <= segment.start_s <= segment.end_s
            at_s = segment.start_s
            for word in segment.words:
                assert at_s <= word.start_s <= word.end_s <= segment.end_s
                at_s = word.end_s
            at_s = segment.end_s
        ids = [one.id for one in self.document.segments]
        assert len(set(ids)) == len(ids)
        assert all(one < self.document.next_id for one in ids)


Editing.TestCase.settings = settings(max_examples=60, stateful_step_count=25)
test_any_sequence = Editing.TestCase
