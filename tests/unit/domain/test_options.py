"""What makes two requests have the same answer."""

from dataclasses import replace

from core.domain import TranscriptionOptions
from tests.unit.samples import HASH

WHOLE = TranscriptionOptions()


def test_a_part_has_another_answer_than_the_whole_and_than_another_part() -> None:
    parts = [replace(WHOLE, from_s=10.0), replace(WHOLE, until_s=10.0), replace(WHOLE, from_s=10.0, until_s=20.0)]
    assert len({options.cache_key(HASH) for options in (WHOLE, *parts)}) == 4
    assert [options.is_part for options in (WHOLE, *parts)] == [False, True, True, True]


def test_where_a_text_is_saved_changes_nothing_of_it() -> None:
    assert replace(WHOLE, beside=("txt", "srt")).cache_key(HASH) == WHOLE.cache_key(HASH)


def test_the_key_of_before_there_were_parts_is_still_found() -> None:
    """What was in the cache on 29 November 2026, when nobody could ask for a part."""
    assert WHOLE.cache_key(HASH) == KEY_OF_BEFORE


KEY_OF_BEFORE = "2d751e4d47711d92dc794b4a53794752cc800adc7b50b2ace2b49932c6ad1c54"
