"""What is believed of what a child process sends."""

import json
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.system.frames import Fields, Frame, ProtocolError, lengths_of, parse_header, printable

WRONG_NUMBERS = [True, False, None, "1", [1], {}, math.nan, math.inf, -math.inf, 1e308, 10**400, -1, 1.5]

anything = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.integers(min_value=10**300)
    | st.floats()
    | st.text()
    | st.text(st.characters(categories=["Cs"])),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4),
    max_leaves=10,
)


@pytest.mark.parametrize("value", WRONG_NUMBERS)
def test_a_whole_number_is_a_whole_number_within_its_bounds(value: object) -> None:
    with pytest.raises(ProtocolError, match="samples"):
        Fields({"samples": value}).whole("samples", 0, 2**40)
    assert Fields({"samples": 5}).whole("samples", 5, 5) == 5


@pytest.mark.parametrize("value", [value for value in WRONG_NUMBERS if value != 1.5])
def test_a_number_is_finite_and_no_truth_value(value: object) -> None:
    with pytest.raises(ProtocolError):
        Fields({"start": value}).number("start", 0, 1e9)
    assert Fields({"start": 2}).number("start", 0, 1e9) == 2.0


@pytest.mark.parametrize("value", [0, 1, "true", None])
def test_a_flag_is_true_or_false(value: object) -> None:
    with pytest.raises(ProtocolError):
        Fields({"truncated": value}).flag("truncated")


@pytest.mark.parametrize("value", ["\ud800", "x" * 11, 5, None, ["x"]])
def test_text_can_be_written_down_and_has_a_bound(value: object) -> None:
    with pytest.raises(ProtocolError):
        Fields({"text": value}).text("text", 10)
    assert Fields({"text": "ünï"}).text("text", 10) == "ünï"


@pytest.mark.parametrize("value", ["", "a\n", "\x1b[2J", "é", "\u202e"])
def test_a_name_of_a_codec_is_printable_ascii(value: str) -> None:
    with pytest.raises(ProtocolError):
        Fields({"codec": value}).identifier("codec")


def test_what_is_missing_is_an_error_of_the_child() -> None:
    for read in (Fields({}).flag, Fields({}).identifier, Fields({}).part):
        with pytest.raises(ProtocolError, match="missing"):
            read("name")


@pytest.mark.parametrize(
    "data",
    [b"", b"5", b"[]", b"{}", b'{"kind":5}', b'{"kind":"x","a":NaN}', b'{"kind":"x","a":-Infinity}', b"\xff", b"["],
)
def test_a_header_is_a_json_object_with_a_kind(data: bytes) -> None:
    with pytest.raises(ProtocolError):
        parse_header(data)


@pytest.mark.parametrize("data", [b"[" * 3_000_000, b'{"kind":' * 100_000, b'{"kind":"x","a":' + b"9" * 100_000 + b"}"])
def test_depth_and_length_are_errors_of_the_child(data: bytes) -> None:
    with pytest.raises(ProtocolError):
        parse_header(data)


def test_a_frame_has_a_greatest_size() -> None:
    with pytest.raises(ProtocolError):
        lengths_of(b"\xff" * 8)
    with pytest.raises(ProtocolError):
        lengths_of(b"\x00\x00\x00\x05\x00\x00\x00\x65", 100)
    assert lengths_of(Frame({"kind": "x"}, b"abc").encode()[:8], 3) == (len(b'{"kind":"x"}'), 3)


@given(st.binary(max_size=200))
def test_any_bytes_are_a_header_or_an_error_of_the_child(data: bytes) -> None:
    try:
        header = parse_header(data)
    except ProtocolError:
        return
    assert isinstance(header["kind"], str)


@given(anything)
def test_any_value_is_read_as_agreed_or_is_an_error_of_the_child(value: object) -> None:
    data = json.dumps({"kind": "x", "value": value}).encode()
    try:
        fields = Fields(parse_header(data))
    except ProtocolError:
        return
    for read, kind in (
        (lambda: fields.whole("value", -10, 10), int),
        (lambda: fields.number("value", -1e9, 1e9), float),
        (lambda: fields.flag("value"), bool),
        (lambda: fields.text("value", 5), str),
        (lambda: fields.items("value", 3), list),
        (lambda: fields.identifier("value"), str),
    ):
        try:
            assert type(read()) is kind
        except ProtocolError:
            continue


@given(st.text(st.characters()))
def test_a_reason_is_one_printable_line_whatever_it_was(text: str) -> None:
    shown = Fields({"reason": text}).reason("unknown")
    assert shown.isprintable()
    assert len(shown) <= 600


def test_what_steers_a_terminal_is_made_visible() -> None:
    assert printable("a\x1b[2J\u202eb\x07\x9b", 100) == "a\\x1b[2J\\x202eb\\x07\\x9b"
