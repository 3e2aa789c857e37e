"""Who speaks in a transcript, and giving them names."""

from dataclasses import replace

import pytest

from core.domain import Segment, Transcript, Word
from core.domain.errors import NoSpeakers, SpeakerNameRefused, SpeakersChanged, SpeakerUnknown
from core.domain.speakers import LONGEST_NAME, find_speaker, speaker_name, speakers_of, with_names, with_speakers


def talk(*said: tuple[str | None, float, str]) -> Transcript:
    """Segments of these speakers, lengths in seconds and texts, one after another."""
    begin, segments = 0.0, []
    for speaker, length_s, text in said:
        segments.append(Segment(begin, begin + length_s, text, (Word(begin, begin + 1, text),), speaker))
        begin += length_s
    return Transcript(tuple(segments), "en", begin, "on-device", "tiny.en")


TALK = talk(("Speaker 1", 6.0, "Hello."), ("Speaker 2", 3.0, "Hi."), (None, 9.0, "Noise."), ("Speaker 1", 3.0, "So."))


def names_in(transcript: Transcript) -> list[str | None]:
    return [segment.speaker for segment in transcript.segments]


def test_speakers_are_listed_by_first_appearance_with_their_share_of_what_somebody_says() -> None:
    first, second = speakers_of(TALK)
    assert (first.number, first.name, first.seconds, first.first_words) == (1, "Speaker 1", 9.0, "Hello.")
    assert (second.number, second.name, second.share) == (2, "Speaker 2", 0.25)
    assert speakers_of(talk((None, 1.0, "Hello."))) == ()


def test_a_name_is_given_in_every_segment_and_nothing_else_changes() -> None:
    named = with_names(TALK, {"1": "Narrator"})
    assert names_in(named) == ["Narrator", "Speaker 2", None, "Narrator"]
    assert with_speakers(named, tuple(names_in(TALK))) == TALK


def test_two_speakers_may_be_swapped_or_become_one() -> None:
    assert names_in(with_names(TALK, {"Speaker 1": "Speaker 2", "Speaker 2": "Speaker 1"})) == [
        "Speaker 2",
        "Speaker 1",
        None,
        "Speaker 2",
    ]
    one = with_names(TALK, {"1": "Ana Putri", "2": "Ana Putri"})
    assert [(speaker.name, speaker.share) for speaker in speakers_of(one)] == [("Ana Putri", 1.0)]


def test_a_name_goes_before_a_number() -> None:
    swapped = talk(("2", 1.0, "Hello."), ("Ana", 1.0, "Hi."))
    assert find_speaker(swapped, "2").name == "2"
    assert find_speaker(swapped, "1").name == "2"
    assert find_speaker(swapped, " Ana ").number == 2


def test_a_speaker_who_is_not_there_is_told_with_those_who_are() -> None:
    with pytest.raises(SpeakerUnknown, match="1 Speaker 1, 2 Speaker 2"):
        with_names(TALK, {"3": "Ana"})
    with pytest.raises(NoSpeakers):
        with_names(talk((None, 1.0, "Hello.")), {"1": "Ana"})


@pytest.mark.parametrize("name", ["", "  \n ", "\u202e\u200b", "x" * (LONGEST_NAME + 1)])
def test_a_name_that_is_none_is_refused(name: str) -> None:
    with pytest.raises(SpeakerNameRefused, match="1 to 64 characters"):
        with_names(TALK, {"1": name})


def test_a_name_is_one_line_of_what_can_be_seen() -> None:
    assert speaker_name("  Ana\r\n\x1b[31m Putri\u202e ") == "Ana [31m Putri"
    assert speaker_name("x" * LONGEST_NAME + " ") == "x" * LONGEST_NAME


def test_speakers_of_another_text_are_not_put_back() -> None:
    with pytest.raises(SpeakersChanged):
        with_speakers(replace(TALK, segments=TALK.segments[:2]), tuple(names_in(TALK)))


def test_labels_that_look_the_same_are_one_speaker() -> None:
    odd = talk(("Ana", 1.0, "Hello."), ("Ana\u200b", 1.0, "Hi."))
    assert [speaker.name for speaker in speakers_of(odd)] == ["Ana"]
    assert names_in(with_names(odd, {"Ana": "Budi"})) == ["Budi", "Budi"]
