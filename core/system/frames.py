"""The frames on the pipe between this program and a child process, with strict parsing of untrusted fields.

A frame is eight bytes with two big-endian lengths, a JSON header, and raw bytes. Nothing is pickled, so a child
that an attacker controls can only send data; `Fields` accepts only values of the expected type and size.
"""

import json
import math
import struct
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

LENGTHS = struct.Struct(">II")
MOST_HEADER_BYTES = 256 * 1024
"""The longest is a segment with its words, some tens of kilobytes."""

MOST_BODY_BYTES = 64 * 1024 * 1024

_LONGEST_REASON = 300


class ProtocolError(Exception):
    """The other side sent something that is not a frame, or not an expected one."""


@dataclass(frozen=True, slots=True)
class Frame:
    """One message between parent and child: a small JSON object and, beside it, raw bytes."""

    header: Mapping[str, Any]
    body: bytes = field(default=b"", repr=False)

    @property
    def kind(self) -> str:
        """What the message is, by convention the header's `kind`."""
        return str(self.header.get("kind", ""))

    @property
    def fields(self) -> "Fields":
        """The fields of the header, each checked when it is read: an attacker may control the child."""
        return Fields(self.header)

    def encode(self) -> bytes:
        """The frame as it goes over the pipe."""
        return self.head() + self.body

    def head(self) -> bytes:
        """The frame without its body, which may be too large to be copied without need."""
        header = json.dumps(self.header, separators=(",", ":")).encode()
        return LENGTHS.pack(len(header), len(self.body)) + header


def lengths_of(head: bytes, most_body_bytes: int = MOST_BODY_BYTES) -> tuple[int, int]:
    """How long a frame's header and body are, from its first bytes. Raises `ProtocolError` for too long ones."""
    header_bytes, body_bytes = LENGTHS.unpack(head)
    if header_bytes > MOST_HEADER_BYTES or body_bytes > most_body_bytes:
        raise ProtocolError(f"frame of {header_bytes} + {body_bytes} bytes")
    return header_bytes, body_bytes


def parse_header(data: bytes) -> dict[str, Any]:
    """A frame's header. Raises `ProtocolError` for anything but a JSON object as the standard has it."""
    try:
        header = json.loads(data, parse_constant=_refuse_constant)
    except (ValueError, RecursionError, MemoryError) as error:
        raise ProtocolError("header is not JSON") from error
    if not isinstance(header, dict):
        raise ProtocolError("header is not an object")
    if not isinstance(header.get("kind"), str):
        raise ProtocolError("header has no kind")
    return header


def printable(text: str, longest: int) -> str:
    """The text on one line, its beginning, with control characters escaped."""
    cut = text[:longest]
    return "".join(char if char.isprintable() else f"\\x{ord(char):02x}" for char in cut)[: 2 * longest]


class Fields:
    """A header's values by name. Everything here raises `ProtocolError` where a value isn't as it must be.

    Bounds are inclusive. A bool is no number, and no number is infinite or NaN.
    """

    def __init__(self, header: Mapping[str, Any]) -> None:
        self._header = header

    def whole(self, name: str, least: int, most: int) -> int:
        """A whole number."""
        value = self._value(name)
        if type(value) is not int or not least <= value <= most:
            raise ProtocolError(f"{name} is no whole number from {least} to {most}")
        return value

    def whole_or_zero(self, name: str, most: int) -> int:
        """A whole number from 0, which need not be there."""
        return self.whole(name, 0, most) if name in self._header else 0

    def number(self, name: str, least: float, most: float) -> float:
        """A number."""
        return number_in(self._value(name), name, least, most)

    def number_or_none(self, name: str, least: float, most: float) -> float | None:
        """A number, or null."""
        return None if self._value(name) is None else self.number(name, least, most)

    def flag(self, name: str) -> bool:
        """True or false."""
        value = self._value(name)
        if type(value) is not bool:
            raise ProtocolError(f"{name} is neither true nor false")
        return value

    def text(self, name: str, longest: int) -> str:
        """Text of at most so many characters, all of which can be written down as UTF-8."""
        return text_in(self._value(name), name, longest)

    def text_or_none(self, name: str, longest: int) -> str | None:
        """Text, or null."""
        return None if self._value(name) is None else self.text(name, longest)

    def identifier(self, name: str, longest: int = 100) -> str:
        """A name as libraries give them: printable ASCII, not empty."""
        value = self.text(name, longest)
        if not value or not value.isascii() or not value.isprintable():
            raise ProtocolError(f"{name} is no name")
        return value

    def items(self, name: str, most: int) -> list[Any]:
        """A list of at most so many values, whatever they are."""
        value = self._value(name)
        if type(value) is not list or len(value) > most:
            raise ProtocolError(f"{name} is no list of at most {most}")
        return value

    def part(self, name: str) -> "Fields":
        """An object in the header."""
        value = self._value(name)
        if type(value) is not dict:
            raise ProtocolError(f"{name} is no object")
        return Fields(value)

    def reason(self, otherwise: str) -> str:
        """`reason` as a person may see it: one printable line; `otherwise` where there is none."""
        value = self._header.get("reason")
        return printable(value, _LONGEST_REASON) if isinstance(value, str) and value else otherwise

    def _value(self, name: str) -> Any:
        if name not in self._header:
            raise ProtocolError(f"{name} is missing")
        return self._header[name]


def number_in(value: object, name: str, least: float, most: float) -> float:
    """A number from a list. Raises `ProtocolError`."""
    if type(value) not in (int, float) or not least <= value <= most or not math.isfinite(value):  # type: ignore[operator,arg-type]
        raise ProtocolError(f"{name} is no number from {least} to {most}")
    return float(value)  # type: ignore[arg-type]


def text_in(value: object, name: str, longest: int) -> str:
    """Text from a list. Raises `ProtocolError`."""
    if not isinstance(value, str) or len(value) > longest:
        raise ProtocolError(f"{name} is no text of at most {longest} characters")
    try:
        value.encode()
    except UnicodeEncodeError as error:  # half of a pair
        raise ProtocolError(f"{name} is no text") from error
    return value


def _refuse_constant(name: str) -> float:
    raise ValueError(f"{name} is no JSON")
