"""How right a transcript is, and how a page gets the figures."""

from pathlib import Path

import pytest

from tests.benchmarks.figure import Figure
from tests.benchmarks.page import BEGIN, END, write_table
from tests.benchmarks.word_scores import (
    TimedText,
    TimedWord,
    distances,
    share_in_time,
    standard_error,
    timed_words,
    word_errors,
)

SPOKEN = [TimedWord("he", 10.0, 10.2), TimedWord("was", 10.2, 10.4), TimedWord("young", 20.0, 20.4)]


def test_case_and_punctuation_are_no_errors_and_wrong_missing_and_added_words_are() -> None:
    assert word_errors(["He was, not."], "he WAS not") == [0]
    assert word_errors(["one two three four"], "one too three") == [2]
    assert word_errors(["one two"], "one and two") == [1]


def test_an_error_counts_where_it_was_made() -> None:
    spoken = ["One, two.", "Three four.", "Five six."]

    assert word_errors(spoken, "one two three fore five six") == [0, 1, 0]
    assert word_errors(spoken, "one two five six") == [0, 2, 0]
    assert word_errors(spoken, "won too three four five six six") == [2, 0, 1]


def test_the_error_of_a_sum_grows_with_its_parts_and_with_how_much_they_differ() -> None:
    assert standard_error([2.0, 2.0, 2.0]) == 0.0
    assert standard_error([1.0, -1.0]) == pytest.approx(2.0)
    assert standard_error([1.0, -1.0] * 50) == pytest.approx(10.05, abs=0.01)
    assert standard_error([1.0]) == 0.0


def test_a_words_distance_is_from_its_middle_to_where_it_is_shown() -> None:
    shown = [TimedWord("he", 10.0, 10.2), TimedWord("was", 11.0, 11.5), TimedWord("young", 12.0, 19.0)]

    assert distances(SPOKEN, shown) == pytest.approx([0.0, 0.7, 1.2])
    assert share_in_time(distances(SPOKEN, shown)) == pytest.approx(1 / 3)


def test_words_that_only_one_side_has_are_not_compared() -> None:
    assert distances(SPOKEN, [TimedWord("nobody", 0.0, 1.0), TimedWord("young", 20.0, 20.4)]) == [0.0]
    assert share_in_time(distances(SPOKEN, [])) == 0.0


def test_a_segments_words_share_its_time_evenly() -> None:
    assert timed_words([TimedText("Ever tried.", 1.0, 3.0)]) == [
        TimedWord("ever", 1.0, 2.0),
        TimedWord("tried", 2.0, 3.0),
    ]


def test_a_pages_figures_are_replaced_and_the_rest_of_it_stays(tmp_path: Path) -> None:
    page = tmp_path / "quality.md"
    page.write_text(f"# Quality\n{BEGIN}\nold\n{END}\nThe end.\n")

    write_table(page, [Figure("words wrong", 3.0, 4.0, "%", "bare 4 %"), Figure("late", 3.0, 2.0, "%", "")])

    written = page.read_text()
    assert written.startswith("# Quality\n")
    assert written.endswith("\nThe end.\n")
    assert "old" not in written
    assert "| words wrong | 3.00 % | 4.00 % | ✓ | bare 4 % |" in written
    assert "| late | 3.00 % | 2.00 % | ✗ |" in written


def test_a_page_without_a_place_for_figures_is_left_alone(tmp_path: Path) -> None:
    page = tmp_path / "quality.md"
    page.write_text("# Quality\n")
    with pytest.raises(ValueError, match="no place for figures"):
        write_table(page, [])
    assert page.read_text() == "# Quality\n"
