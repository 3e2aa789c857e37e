import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.processing.line_parsing import parse_lines
from core.processing.numbered_lines import Line

LINES = tuple(Line(number, number - 1, f"line number {number} of many") for number in range(4, 8))
TEXTS = {line.number: f"baris nomor {line.number} dari banyak" for line in LINES}
GOOD = json.dumps({"lines": {str(number): text for number, text in TEXTS.items()}})


def answer(texts: dict[int, str]) -> str:
    return json.dumps({"lines": texts})


@pytest.mark.parametrize(
    "written",
    [
        GOOD,
        f"```json\n{GOOD}\n```",
        f"Here is the translation [as asked] of {{all}} lines:\n\n{GOOD}\n\nI hope that it helps! :]",
        json.dumps(TEXTS),
        json.dumps({"translations": [{"number": number, "text": text} for number, text in TEXTS.items()]}),
        json.dumps([{"id": number, "translation": text} for number, text in TEXTS.items()]),
        json.dumps({f"line {number}": text for number, text in TEXTS.items()}),
        json.dumps({"lines": [{str(number): text} for number, text in TEXTS.items()]}),
        GOOD + GOOD,
        answer({0: "before", 99: "after", **TEXTS}),
    ],
    ids=["as asked", "fence", "prose", "bare", "objects", "list", "named", "one each", "twice the same", "extra"],
)
def test_lines_are_found_however_they_are_written(written: str) -> None:
    read = parse_lines(written, LINES)
    assert read.texts == read.certain == TEXTS


def test_the_line_before_a_missing_one_is_not_certain_for_it_may_hold_both() -> None:
    read = parse_lines(answer({4: TEXTS[4], 5: f"{TEXTS[5]} {TEXTS[6]}", 7: TEXTS[7]}), LINES)
    assert read.certain == {4: TEXTS[4], 7: TEXTS[7]}


def test_a_line_that_comes_twice_with_different_texts_counts_as_missing() -> None:
    read = parse_lines('{"4": "a", "5": "b", "5": "c", "6": "d", "7": "e"}', LINES)
    assert read.texts == {4: "a", 6: "d", 7: "e"}
    assert read.certain == {6: "d", 7: "e"}


def test_two_lines_that_say_the_same_are_not_certain_unless_they_are_short_or_always_did() -> None:
    assert parse_lines(answer({**TEXTS, 5: TEXTS[4]}), LINES).certain.keys() == {6, 7}
    assert parse_lines(answer({**TEXTS, 4: "Ya, benar.", 5: "Ya, benar."}), LINES).certain.keys() == TEXTS.keys()
    refrain = tuple(Line(number, number, "the same again and again") for number in range(4, 8))
    assert parse_lines(answer(dict.fromkeys(TEXTS, "sama lagi dan lagi")), refrain).certain.keys() == TEXTS.keys()


@pytest.mark.parametrize("text", ["", "  ", None, 5, ["a"], {"text": "a"}])
def test_what_is_no_text_is_no_line(text: object) -> None:
    read = parse_lines(json.dumps({"lines": {**TEXTS, 7: text}}), LINES)
    assert 7 not in read.texts


def test_a_text_is_one_line_that_can_be_written_to_a_file() -> None:
    read = parse_lines(r'{"4": " a\n\t b \ud83d c", "5": "d", "6": "e", "7": "f"}', LINES)
    assert read.texts[4] == "a b ? c"


@pytest.mark.parametrize(
    "written", ["", "{", GOOD[:-20], "no", "null", "[]", "[" * 100_000, '{"a":' * 100_000, '{"4": NaN}', "1e999"]
)
def test_nonsense_is_no_line(written: str) -> None:
    assert parse_lines(written, LINES).certain.keys() <= TEXTS.keys()


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=5) | st.floats(allow_nan=False),
        lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from("4567ab"), inner, max_size=4),
        max_leaves=30,
    ),
    st.text(max_size=20),
)
def test_whatever_comes_only_lines_that_were_asked_for_come_back(value: object, prose: str) -> None:
    read = parse_lines(f"{prose}{json.dumps(value)}{prose}", LINES)
    assert read.certain.keys() <= read.texts.keys() <= TEXTS.keys()
    assert all(text == " ".join(text.split()) != "" for text in read.texts.values())
