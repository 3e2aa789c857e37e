"""What Telegram, or a server in its place, has answered, read only as far as it is needed.

aiogram fails for all of an answer where it can't read a part of it, such as a right of admins that the server is too
old to know. What is needed is mostly there all the same.
"""

from collections.abc import Awaitable, Mapping
from typing import Any

from aiogram.exceptions import AiogramError


class UnparsedResponse(AiogramError):
    """It was done, but the answer holds something else than aiogram knows; `result` is what it holds."""

    def __init__(self, result: Any) -> None:
        super().__init__()
        self.result = result


async def answer_of(call: Awaitable[Any]) -> Any:
    """What comes of it: aiogram's object, or where aiogram can't read it the object as it came."""
    try:
        return await call
    except UnparsedResponse as unread:
        return unread.result


def field_of(answer: Any, *names: str) -> Any:
    """A field of an answer, or of a field of it; None where it isn't there."""
    for name in names:
        answer = answer.get(name) if isinstance(answer, Mapping) else getattr(answer, name, None)
    return answer


def integer_field(answer: Any, *names: str) -> int | None:
    """A whole number, None where there is none."""
    return as_integer(field_of(answer, *names))


def text_field(answer: Any, *names: str) -> str:
    """A text, or the text of one of aiogram's enumerations; empty where there is none."""
    value = field_of(answer, *names)
    return str(getattr(value, "value", value)) if isinstance(value, str) else ""


def flag_field(answer: Any, *names: str) -> bool:
    """Whether it is said to be so."""
    return field_of(answer, *names) is True


def as_integer(value: object) -> int | None:
    """A whole number in any of the ways in which JSON may hold it."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int):
        return value
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, str) and len(value) <= 20 and value.removeprefix("-").isdecimal():
        return int(value)
    return None
