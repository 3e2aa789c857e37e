"""Excerpts of the history: cut between letters, with what was found in sight."""

import sqlite3
import unicodedata
from contextlib import closing

import pytest
from PySide6.QtGui import QFont, QFontMetricsF
from PySide6.QtWidgets import QApplication

from core.store.sqlite.excerpts import marked_excerpt as pieces_of
from core.store.sqlite.history_rows import BEGINNING
from gui.pages.history.excerpts import fitted_excerpt

FAMILY = "\U0001f468\u200d\U0001f469\u200d\U0001f467"
LONG = "before us we had everything and nothing of what we wanted "


@pytest.fixture
def metrics(qapp: QApplication) -> QFontMetricsF:
    return QFontMetricsF(QFont())


@pytest.mark.parametrize("width", [60, 111, 180, 243, 300, 420])
@pytest.mark.parametrize("before", [LONG * 2, "e\u0301" * 80, FAMILY * 30, "", "short "])
@pytest.mark.parametrize("after", [LONG, "e\u0301" * 80, FAMILY * 30, ""])
def test_a_found_word_is_in_sight_and_no_letter_is_cut(
    metrics: QFontMetricsF, width: int, before: str, after: str
) -> None:
    shown = fitted_excerpt([(before, False), ("winter", True), (after, False)], width, metrics)
    text = "".join(piece for piece, _ in shown)
    assert metrics.horizontalAdvance(text) <= width + 1 or text == "winter"
    if width >= 111:
        assert ("winter", True) in shown
    for piece, is_match in shown:
        kept = piece.strip("…")
        assert is_match or kept in (before if kept in before else after)
        assert not unicodedata.combining(kept[:1] or "x")
        assert not kept.startswith("\u200d")
        assert not kept.endswith("\u200d")
        if "\u0301" in kept:
            assert kept.count("e") == kept.count("\u0301")
        if FAMILY[0] in kept:
            assert kept == FAMILY * (len(kept) // len(FAMILY))
    if before and "".join(piece for piece, _ in shown).find(before) < 0 and shown[0][0] != "winter":
        assert shown[0][0].startswith("…")


def test_words_are_whole_at_the_left(metrics: QFontMetricsF) -> None:
    shown = fitted_excerpt([(LONG * 2, False), ("winter", True)], 300, metrics)
    first = shown[0][0]
    assert first.startswith("…")
    assert f" {first.lstrip('…')}" in LONG * 2


def test_an_excerpt_that_fits_stays_as_it_is(metrics: QFontMetricsF) -> None:
    whole = [("the ", False), ("winter", True), (" of despair", False)]
    assert fitted_excerpt(whole, 5000, metrics) == whole
    assert fitted_excerpt([("the winter", False)], 5000, metrics) == [("the winter", False)]
    assert fitted_excerpt([], 100, metrics) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("word " * 31 + "word", "word " * 31 + "word"),
        ("word " * 31 + "wordswords " * 9, "word " * 30 + "word …"),
        ("ab" * 79 + "e\u0301\u0302e\u0301", "ab" * 79 + "…"),
        ("ab" * 78 + FAMILY * 3, "ab" * 78 + "…"),
    ],
)
def test_a_beginning_ends_with_a_whole_word_or_letter(text: str, expected: str) -> None:
    with closing(sqlite3.connect(":memory:")) as connection:
        row = connection.execute(f"SELECT {BEGINNING} FROM (SELECT ? AS text) t", [text]).fetchone()
    assert "".join(piece for piece, _ in pieces_of(row[0])) == expected


def test_a_match_takes_in_all_that_is_written_as_one_letter() -> None:
    assert pieces_of("a \x02\u0915\x03\u094d\u0937 b") == (("a ", False), ("\u0915\u094d\u0937", True), (" b", False))
    assert pieces_of("\x02\U0001f468\x03\u200d\U0001f469!") == (("\U0001f468\u200d\U0001f469", True), ("!", False))
