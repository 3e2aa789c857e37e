"""What a reader sees as one character is found from every place in a text."""

from itertools import accumulate

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.domain.graphemes import columns, grapheme_end, grapheme_start, graphemes

FAMILY = "\U0001f469\u200d\U0001f469\u200d\U0001f467"
CLUSTERS = (
    "e\u0301",
    "\U0001f44d\U0001f3fd",
    FAMILY,
    "\u2764\ufe0f",
    "\U0001f1ee\U0001f1e9",
    "\u0e17\u0e35\u0e48",  # Thai: a consonant, a vowel and a tone
    "\u0915\u094d\u0937\u093f",  # Hindi: two consonants that are written as one, and a vowel
    "\u1019\u102c\u1038",  # Burmese: a consonant, a vowel and a tone, which Unicode's rules leave apart
    "\u1100\u1161\u11a8",  # Korean in its parts
    "\r\n",
)
MIXED = st.lists(
    st.sampled_from([*CLUSTERS, *(one for cluster in CLUSTERS for one in cluster), *"ab \n\u3002\u4eca\u0600\u200b"])
).map("".join)


@pytest.mark.parametrize("cluster", CLUSTERS)
def test_what_is_seen_as_one_character_is_one(cluster: str) -> None:
    text = f"x{cluster}{cluster}\u4eca"
    assert graphemes(text) == ["x", cluster, cluster, "\u4eca"]
    second = 1 + len(cluster)
    for place in range(second + 1, second + len(cluster)):
        assert (grapheme_start(text, place), grapheme_end(text, place)) == (second, second + len(cluster))
    assert grapheme_start(text, second) == grapheme_end(text, second) == second


@given(MIXED)
def test_the_bounds_around_every_place_are_those_of_the_whole_text(text: str) -> None:
    bounds = [0, *accumulate(map(len, graphemes(text)))]
    assert bounds[-1] == len(text)
    for place in range(len(text) + 1):
        assert grapheme_start(text, place) == max(bound for bound in bounds if bound <= place)
        assert grapheme_end(text, place) == min(bound for bound in bounds if bound >= place)


def test_places_outside_of_a_text_stay() -> None:
    assert grapheme_start("", 0) == grapheme_end("", 0) == 0
    assert grapheme_start("e\u0301", 2) == grapheme_end("e\u0301", 2) == 2
    assert grapheme_start("ab", 5) == grapheme_end("ab", 5) == 5


def test_an_endless_run_of_marks_is_cut_somewhere() -> None:
    text = "e" + "\u0301" * 10_000
    assert 0 < 5000 - grapheme_start(text, 5000) < 1000
    assert 0 < grapheme_end(text, 5000) - 5000 < 1000


def test_widths_are_those_of_a_terminal() -> None:
    assert columns("abc") == 3
    assert columns("e\u0301") == 1
    assert columns("\u4eca\u5929") == 4
    assert columns(FAMILY) == 2
