"""Tolerant parsing of updates into aiogram's objects, for servers that are older or newer than aiogram.

Invalid fields are removed, and missing ones get a default that grants no access, so that a recording isn't lost because
of another part of its message.
"""

import copy
import logging
from collections.abc import Callable, Mapping
from typing import Any

from aiogram import Bot
from aiogram.types import Update
from pydantic import ValidationError

logger = logging.getLogger(__name__)

_MAX_REPAIRS = 50
"""An object that takes more repairs is no update of any version."""

_DEFAULTS: Mapping[str, object] = {
    "is_bot": False,
    "first_name": "",
    "duration": 0,
    "width": 0,
    "height": 0,
    "length": 0,
    "file_unique_id": "",
    "message_id": 0,
    "chat_instance": "",
    "is_animated": False,
    "is_video": False,
}
"""Defaults of missing fields that the bot doesn't depend on."""

_MEMBER_FIELDS = ("old_chat_member", "new_chat_member")
_ABSENT_STATUSES = ("left", "kicked")


def parse_update(raw: Mapping[str, Any], bot: Bot, clock: Callable[[], float]) -> Update | None:
    """An update, None where it can't be repaired. `clock` gives seconds since the epoch."""
    repaired: dict[str, Any] = copy.deepcopy(dict(raw))
    event = repaired.get("my_chat_member")
    if isinstance(event, dict):
        _simplify_members(event, bot.id)
    places = set()
    for _ in range(_MAX_REPAIRS):
        try:
            update = Update.model_validate(repaired, context={"bot": bot})
        except ValidationError as error:  # Its text would quote the message.
            problem = error.errors(include_input=False, include_url=False, include_context=False)[0]
            places.add(".".join(map(str, problem["loc"])))
            if not _repair(repaired, problem["loc"], is_missing=problem["type"] == "missing", now=clock()):
                logger.warning("An update can't be parsed because of %s", ", ".join(sorted(places)))
                return None
        else:
            if places:
                logger.warning("An update was repaired in %s", ", ".join(sorted(places)))
            return update
    return None


def _repair(raw: dict[str, Any], place: tuple[int | str, ...], *, is_missing: bool, now: float) -> bool:
    """Add a default where a field is missing, or remove an invalid field; False where neither is possible.

    Names in `place` that aren't in `raw` are those of union members that pydantic has tried.
    """
    holder: Any = None
    at: int | str = ""
    node: Any = raw
    depth = 0
    for part in place:
        is_there = (isinstance(node, dict) and part in node) or (
            isinstance(node, list) and isinstance(part, int) and part < len(node)
        )
        if is_there:
            holder, at, node = node, part, node[part]
            depth += 1
    if is_missing and isinstance(node, dict) and (value := _default_for(str(place[-1]), node, now)) is not None:
        node[place[-1]] = value
        return True
    if depth <= 1:  # The whole event.
        return False
    del holder[at]
    return True


def _default_for(name: str, holder: Mapping[str, Any], now: float) -> object:
    """The default of a missing field, None where there is none."""
    if name == "date":
        return int(now)
    if name == "type" and isinstance(holder.get("id"), int):
        return "private" if holder["id"] > 0 else "supergroup"
    return _DEFAULTS.get(name)


def _simplify_members(event: dict[str, Any], bot_id: int) -> None:
    """Reduce chat members to whether the bot is in the chat: admin rights differ between versions of the API."""
    for name in _MEMBER_FIELDS:
        member = event.get(name)
        member = member if isinstance(member, dict) else {}
        is_gone = member.get("status") in _ABSENT_STATUSES or member.get("is_member") is False
        user = {"id": bot_id, "is_bot": True, "first_name": ""}
        event[name] = {"status": "left" if is_gone else "member", "user": user}
