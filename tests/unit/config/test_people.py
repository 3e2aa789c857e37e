"""How many people speak is asked for together with the speakers."""

from core.config import Settings


def test_a_number_of_people_counts_only_where_speakers_are_told_apart() -> None:
    assert Settings(speakers=True, people=3).transcription_options.people == 3
    assert Settings(speakers=True).transcription_options.people is None
    assert Settings(people=3).transcription_options.people is None
