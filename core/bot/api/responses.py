"""Fields of Bot API responses, read tolerantly.

aiogram rejects a whole response where it can't validate a part of it, such as an admin right that an older server
doesn't send. The fields that the bot needs are mostly valid all the same.
"""

from collections.abc import Awaitable, Mapping
from typing import Any

from aiogram.exceptions import AiogramError


class UnparsedResponse(AiogramError):
    """The request has succeeded, but aiogram can't validate the response; `result` is its raw result."""

    def __init__(self, result: Any) -> None:
        super().__init__()
        self.result = result


async def response_of(call: Awaitable[Any]) -> Any:
    """The response: aiogram's object, or the raw JSON value where aiogram can't validate it."""
    try:
        return await call
    except UnparsedResponse as unread:
        return unread.result


def field_of(answer: Any, *names: str) -> Any:
    """A field of a response, or along `names` a field of a field; None where there is none."""
    for name in names:
        answer = answer.get(name) if isinstance(answer, Mapping) else getattr(answer, name, None)
    return answer


def integer_field(answer: Any, *names: str) -> int | None:
    """An integer field, None where there is none."""
    return as_integer(field_of(answer, *names))


def text_field(answer: Any, *names: str) -> str:
    """A text field, or the value of an enumeration of aiogram; empty where there is none."""
    value = field_of(answer, *names)
    return str(getattr(value, "value", value)) if isinstance(value, str) else ""


def flag_field(answer: Any, *names: str) -> bool:
    """Whether a field is there and true."""
    return field_of(answer, *names) is True


def as_integer(value: object) -> int | None:
    """An integer from any JSON value that represents one; None for others."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int):
        return value
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, str) and len(value) <= 20 and value.removeprefix("-").isdecimal():
        return int(value)
    return None
