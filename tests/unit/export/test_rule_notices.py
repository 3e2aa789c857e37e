"""Where people speak too fast for the rules of subtitles, that is told, and nothing comes later than is told."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.domain import Segment, TranslatableText, Word
from core.export import PRESETS, STANDARD, SubtitleRules, export_notices
from core.export.subtitles.cues import cues
from core.export.subtitles.rule_notices import FAST, LATE, LATEST_UNTOLD_S, rule_notices
from tests.unit.export.test_cues import stored
from tests.unit.export.test_cues import text_of as shown

NARROW = SubtitleRules(line_columns=10, lines=1, shortest_s=2.0)


def speech(words: int, columns_per_second: float, pause_every: int = 12, pause_s: float = 0.4) -> list[Segment]:
    """Sentences of words that are all different, of eight characters each with the space behind."""
    segments, said = [], []
    word_s, now_s = 8 / columns_per_second, 0.0
    for number in range(words):
        said.append(Word(now_s, now_s + word_s, f"w{number:06}"))
        now_s += word_s
        if len(said) == pause_every or number + 1 == words:
            text = " ".join(word.text for word in said)
            segments.append(Segment(said[0].start_s, said[-1].end_s, text, tuple(said)))
            said = []
            now_s += pause_s
    return segments


def latest_s(segments: list[Segment], rules: SubtitleRules) -> float:
    """How long after a word is said the cue with it comes, at the most, by the words and the cues alone."""
    said_s = {word.text: word.start_s for segment in segments for word in segment.words}
    return max(cue.start_ms / 1000 - said_s[word] for cue in cues(segments, rules) for word in shown(cue).split())


def told_s(notices: tuple[TranslatableText, ...]) -> float:
    """How late cues come by these notices."""
    late = [float(str(notice.values["seconds"])) for notice in notices if notice.template == LATE]
    return late[0] if late else LATEST_UNTOLD_S


@pytest.mark.parametrize("rules", PRESETS.values(), ids=PRESETS)
def test_usual_speech_keeps_all_presets_and_nothing_is_said(rules: SubtitleRules) -> None:
    segments = speech(300, 13.0)
    assert rule_notices(cues(segments, rules), rules) == ()
    assert latest_s(segments, rules) <= LATEST_UNTOLD_S


def test_rules_without_room_for_the_speech_are_told_with_how_late_it_gets() -> None:
    segments = speech(100, 15.0)
    (late,) = rule_notices(cues(segments, NARROW), NARROW)
    assert late.template == LATE
    assert 100.0 < told_s((late,)) == pytest.approx(latest_s(segments, NARROW), abs=0.1)


def test_speech_that_nobody_can_read_at_the_speed_of_the_rules_is_told() -> None:
    rules = SubtitleRules(columns_per_second=10.0)
    segments = speech(100, 20.0)
    count = len(cues(segments, rules))
    told = {"fast": count, "all": count, "columns": 10.0}
    assert rule_notices(cues(segments, rules), rules) == (TranslatableText(FAST, told),)
    calm = [*speech(12, 20.0), *speech(48, 6.0, 2, 2.0)[6:]]
    assert rule_notices(cues(calm, rules), rules) == (), "single fast sentences are in every talk"


def test_only_files_of_subtitles_have_such_notices() -> None:
    talk = stored(speech(100, 15.0))
    said = {name: export_notices(talk, name, NARROW) for name in ("txt", "md", "json", "srt", "vtt")}
    assert said["txt"] == said["md"] == said["json"] == ()
    assert said["srt"] == said["vtt"] != ()
    assert export_notices(talk, "srt", STANDARD) == ()
    assert export_notices(stored([]), "srt", NARROW) == ()


@given(
    st.integers(1, 80),
    st.floats(4, 40),
    st.integers(1, 20),
    st.floats(0, 3),
    st.builds(
        SubtitleRules,
        line_columns=st.integers(10, 60),
        lines=st.integers(1, 4),
        shortest_s=st.floats(0.3, 2.0),
        longest_s=st.floats(3.0, 10.0),
        gap_s=st.floats(0, 0.25),
    ),
)
def test_no_word_is_shown_later_than_is_told(
    words: int, columns_per_second: float, pause_every: int, pause_s: float, rules: SubtitleRules
) -> None:
    segments = speech(words, columns_per_second, pause_every, pause_s)
    notices = rule_notices(cues(segments, rules), rules)
    assert latest_s(segments, rules) <= told_s(notices) + 0.002
