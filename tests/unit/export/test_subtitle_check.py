"""What is told of a segment's rules is what the files of subtitles have."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.domain import Segment
from core.domain.graphemes import columns
from core.export import STANDARD, CheckedSegment, SubtitleCheck, SubtitleRules, export_notices
from core.export.subtitles.cues import Cue, cues
from core.export.subtitles.rule_notices import LATEST_UNTOLD_S
from core.export.subtitles.violations import Broken, Violation
from tests.property_examples import share_of_examples
from tests.unit.export.test_cues import rule_sets, spoken, stored
from tests.unit.export.test_rule_notices import NARROW, speech

BROADCAST = SubtitleRules(shortest_s=0.833, columns_per_second=17.0, gap_s=0.083)


def checked(segments: list[Segment], rules: SubtitleRules = STANDARD) -> list[CheckedSegment]:
    check = SubtitleCheck(rules)
    check.follow(segments)
    check.advance(lambda: False)
    assert check.is_finished
    return [one for number in range(len(segments)) if (one := check[number]) is not None]


def broken(one: CheckedSegment) -> dict[Broken, bool]:
    """What is broken, and whether the files have it mended."""
    return {each.broken: each.is_mended for each in one.violations}


def test_a_segment_that_keeps_all_rules_has_nothing_said_of_it() -> None:
    (one,) = checked([Segment(1.0, 3.0, "It was the best of times.")])
    assert one.violations == ()
    assert not one.needs_person
    assert not one.is_mended
    assert [(cue.start_ms, cue.end_ms) for cue in one.cues] == [(1000, 3000)]


LONG = "It was the best of times, it was the worst of times, it was the age of wisdom, it was the age of foolishness."


@pytest.mark.parametrize(
    ("segments", "rules", "expected"),
    [
        ([Segment(0.0, 0.4, "Yes.")], STANDARD, Violation(Broken.TOO_SHORT, 0.4, 1.0, is_mended=True)),
        ([Segment(0.0, 9.5, "Well, yes.")], STANDARD, Violation(Broken.TOO_LONG, 9.5, 7.0, is_mended=True)),
        ([Segment(0.0, 6.5, LONG)], STANDARD, Violation(Broken.LONG_TEXT, 3, 2, is_mended=True)),
        (
            [Segment(0.0, 2.0, "Yes, of course."), Segment(2.02, 4.0, "And then?")],
            BROADCAST,
            Violation(Broken.SMALL_GAP, 0.02, 0.083, is_mended=True),
        ),
        (
            [Segment(0.0, 2.5, "Yes, of course."), Segment(2.0, 4.0, "And then?")],
            STANDARD,
            Violation(Broken.OVERLAP, 0.5, 0.0, is_mended=True),
        ),
    ],
    ids=lambda value: value.broken.name if isinstance(value, Violation) else "",
)
def test_what_the_files_mend_is_told_as_mended(
    segments: list[Segment], rules: SubtitleRules, expected: Violation
) -> None:
    first, *_ = checked(segments, rules)
    assert first.violations == (expected,)
    assert first.is_mended


FAST = "This was said so fast that nobody could read all of it in time."


def test_too_fast_is_mended_where_a_silence_follows_and_left_where_speech_does() -> None:
    (calm,) = checked([Segment(0.0, 2.0, FAST)])
    assert broken(calm) == {Broken.TOO_FAST: True}
    hurried, _ = checked([Segment(0.0, 2.0, FAST), Segment(2.0, 4.0, "And then?")])
    assert hurried.violations == (Violation(Broken.TOO_FAST, 31, 25.0, is_mended=False),)
    assert hurried.needs_person


def test_a_name_that_leaves_no_room_on_its_line_is_left_to_a_person() -> None:
    (one,) = checked([Segment(0.0, 6.0, "It was the best of times, it was the worst of times.", speaker="N" * 30)])
    (left,) = [each for each in one.violations if not each.is_mended]
    assert (left.broken, left.limit) == (Broken.WIDE_LINE, 42)
    assert left.value > 42


def test_what_comes_late_for_want_of_room_is_left_to_a_person() -> None:
    found = checked(speech(100, 15.0), NARROW)
    assert broken(found[-1])[Broken.LATE] is False


def test_a_text_that_is_empty_while_it_is_typed_breaks_nothing() -> None:
    one, empty, other = checked([Segment(0.0, 2.0, "One."), Segment(1.0, 2.0, " "), Segment(2.0, 4.0, "Two.")])
    assert empty == CheckedSegment()
    assert (one.violations, other.violations) == ((), ())


def test_the_lines_of_a_card_are_those_of_its_cues() -> None:
    (divided,) = checked([Segment(0.0, 6.5, LONG)])
    assert divided.parts == tuple(cue.voices[0].lines for cue in divided.cues)
    assert len(divided.parts) == 2
    assert not divided.is_joined
    yes, _ = checked([Segment(0.0, 0.2, "Yes."), Segment(0.2, 0.4, "Of course.")])
    assert yes.is_joined
    assert yes.parts == (("Yes.",),), "its own text alone"


def test_each_sentence_says_by_how_much() -> None:
    (one,) = checked([Segment(0.0, 0.4, "Yes.")])
    assert str(one.violations[0].message) == "Too short: 0.4 s, at least 1 s"


def test_the_counts_follow_each_edit() -> None:
    segments = [Segment(0.0, 2.0, FAST), Segment(2.0, 4.0, "And then?"), Segment(5.0, 5.4, "Yes.")]
    check = SubtitleCheck(STANDARD)
    check.follow(segments)
    check.advance(lambda: False)
    assert (check.to_mend, check.mended) == (1, 1)
    check.follow([Segment(0.0, 2.0, "Said more slowly."), *segments[1:]])
    assert (check.to_mend, check.mended) == (1, 1), "until it is looked at, it is as it was"
    check.advance(lambda: False)
    assert (check.to_mend, check.mended) == (0, 1)
    check.follow(segments[:2])
    check.advance(lambda: False)
    assert (check.to_mend, check.mended, len(check)) == (1, 0, 2)


def breaks(cue: Cue, rules: SubtitleRules) -> set[Broken]:
    """What a cue of a file breaks of the rules, looked at by itself."""
    found = set()
    shown = [line for voice in cue.voices for line in voice.lines]
    if sum(map(columns, shown)) * 1000 > rules.columns_per_second * 1.02 * (cue.end_ms - cue.start_ms):
        found.add(Broken.TOO_FAST)
    if cue.late_ms > 1000 * LATEST_UNTOLD_S:
        found.add(Broken.LATE)
    dash = "- " if len(cue.voices) > 1 else ""
    for voice in cue.voices:
        first, *others = voice.lines
        name = f"{voice.speaker}: " if voice.speaker else ""
        if any(columns(line) > rules.line_columns for line in (dash + name + first, *others)):
            found.add(Broken.WIDE_LINE)
    return found


@settings(max_examples=share_of_examples(0.5))
@given(st.lists(spoken(), max_size=10), rule_sets)
def test_what_is_left_to_a_person_is_what_the_file_breaks(segments: list[Segment], rules: SubtitleRules) -> None:
    segments = list(dict.fromkeys(segments))
    made, found = cues(segments, rules), checked(segments, rules)
    for segment, one in zip(segments, found, strict=True):
        own = [cue for cue in made if segment in cue.segments]
        left = {each.broken for each in one.violations if not each.is_mended}
        assert left == {each for cue in own for each in breaks(cue, rules)}
        assert list(one.cues) == own
    if any(one.template for one in export_notices(stored(segments), "srt", rules)):
        assert any(one.needs_person for one in found), "what a file tells is found on its cards"
