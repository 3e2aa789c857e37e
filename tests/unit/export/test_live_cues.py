"""Cues that are followed while a text is edited are always those that a file would have."""

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from core.domain import Segment
from core.export import STANDARD
from core.export.subtitles.cues import Cue, cues
from core.export.subtitles.live_cues import LiveCues
from tests.property_examples import share_of_examples
from tests.unit.export.test_cues import rule_sets, spoken
from tests.unit.export.test_rule_notices import speech


def followed(live: LiveCues, segments: list[Segment], known: list[tuple[Cue, ...]], slice_: int) -> None:
    """Follow the segments, with the cues of those that are the same taken over as they were known."""
    head, tail = live.follow(segments)
    known[head : len(known) - tail] = [()] * (len(segments) - head - tail)
    while not live.is_finished:
        steps = iter(range(slice_))
        places = live.advance(lambda steps=steps: next(steps, None) is None)
        known[places.start : places.stop] = live.cues_of(places)


def of_file(segments: list[Segment], rules: object) -> list[tuple[Cue, ...]]:
    made = cues(segments, rules)
    return [tuple(cue for cue in made if segment in cue.segments) for segment in segments]


edits = st.lists(st.tuples(st.integers(0, 30), st.integers(0, 3), st.lists(spoken(), max_size=3)), max_size=6)


@settings(max_examples=share_of_examples(0.4))
@given(st.lists(spoken(), max_size=12), edits, rule_sets, st.integers(0, 3), st.booleans())
def test_whatever_is_edited_the_cues_are_those_of_the_file(
    segments: list[Segment], changes: list[tuple[int, int, list[Segment]]], rules: object, slice_: int, is_sorted: bool
) -> None:
    live, known = LiveCues(rules), []
    segments = list(dict.fromkeys(segments))
    followed(live, segments, known, slice_)
    assert known == of_file(segments, rules)
    for place, count, others in changes:
        # Two that are the same in all would be told each other's cues, too.
        segments = list(dict.fromkeys([*segments[:place], *others, *segments[place + count :]]))
        if is_sorted:
            segments = sorted(segments, key=lambda one: one.start_s)
        followed(live, segments, known, slice_)
        assert known == of_file(segments, rules)


@settings(max_examples=share_of_examples(0.4))
@given(st.data(), rule_sets, st.integers(1, 8))
def test_an_edit_in_flowing_speech_shows_the_cues_of_the_file(data: st.DataObject, rules: object, slice_: int) -> None:
    segments = speech(120, 14.0, 6, data.draw(st.sampled_from([0.0, 0.1, 1.0])))
    live, known = LiveCues(rules), []
    followed(live, segments, known, slice_)
    for _ in range(data.draw(st.integers(1, 4))):
        place = data.draw(st.integers(0, len(segments) - 1))
        one = segments[place]
        text = data.draw(st.sampled_from([one.text + " and more of it", "", "Yes.", one.text]))
        segments = [*segments[:place], Segment(one.start_s, one.end_s, text, speaker="A"), *segments[place + 1 :]]
        followed(live, segments, known, slice_)
    assert known == of_file(segments, rules)


def test_a_change_is_looked_at_again_only_where_it_matters() -> None:
    segments = speech(2400, 14.0)
    live, known = LiveCues(STANDARD), []
    followed(live, segments, known, 1000)
    one = segments[100]
    changed = [*segments[:100], Segment(one.start_s, one.end_s, "Other words."), *segments[101:]]
    live.follow(changed)
    places = live.advance(lambda: False)
    assert live.is_finished
    assert 100 in places
    assert len(places) < 20


def test_an_edit_before_all_is_looked_at_loses_nothing() -> None:
    segments = speech(240, 14.0)
    live, known = LiveCues(STANDARD), []
    live.follow(segments)
    known[:] = [()] * len(segments)
    places = live.advance(iter([False, False, False, False, False, False, False, True]).__next__)
    known[places.start : places.stop] = live.cues_of(places)
    assert places
    assert not live.is_finished
    followed(live, [*segments[:3], *segments[4:]], known, 1)
    assert known == of_file([*segments[:3], *segments[4:]], STANDARD)


def test_segments_shorter_than_a_millisecond_that_begin_together_are_cut_as_in_the_file() -> None:
    rules = replace(STANDARD, line_columns=10, lines=1, longest_s=3.0, columns_per_second=5.0, at_punctuation=False)
    segments = [Segment(0.0, 1e-9, "aaaaaaaaaaa", speaker="A"), Segment(0.0, 0.0, "a", speaker="B")]
    live, known = LiveCues(rules), []
    followed(live, segments, known, 0)
    assert known == of_file(segments, rules)
