"""What Telegram, or a server in its place, has answered, read only as far as it is needed.

aiogram fails for all of an answer where it can't read a part of it, such as a right of admins that the server is too
old to know. What is needed is mostly there all the same.
"""

from collections.abc import Awaitable, Mapping
from typing import Any

from aiogram.exceptions import AiogramError


class AnswerUnread(AiogramError):
    """It was done, but the answer holds something else than aiogram knows; `result` is what it holds."""

    def __init__(self, result: Any) -> None:
        super().__init__()
        self.result = result


async def answer_of(call: Awaitable[Any]) -> Any:
    """What comes of it: aiogram's object, or where aiogram can't read it the object as it came."""
    try:
        return await call
    except AnswerUnread as unread:
        return unread.result


def told(answer: Any, *names: str) -> Any:
    """A field of an answer, or of a field of it; None where it isn't there."""
    for name in names:
        answer = answer.get(name) if isinstance(answer, Mapping) else getattr(answer, name, None)
    return answer


def told_number(answer: Any, *names: str) -> int | None:
    """A whole number, None where there is none."""
    return whole(told(answer, *names))


def told_text(answer: Any, *names: str) -> str:
    """A text, or the text of one of aiogram's enumerations; empty where there is none."""
    value = told(answer, *names)
    return str(getattr(value, "value", value)) if isinstance(value, str) else ""


def told_flag(answer: Any, *names: str) -> bool:
    """Whether it is said to be so."""
    return told(answer, *names) is True


def whole(value: object) -> int | None:
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
