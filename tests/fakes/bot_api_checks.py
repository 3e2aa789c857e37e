"""What Telegram wants of texts, entities, buttons and commands, and how it refuses what isn't so.

Offsets and lengths are in UTF-16 units (https://core.telegram.org/bots/api#messageentity).
"""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from tests.fakes.bot_api_wire import Refusal, bad_request


def words(text: str) -> frozenset[str]:
    return frozenset(text.split())


LONGEST_TEXT = 4096
LONGEST_CAPTION = 1024
LONGEST_RICH_TEXT = 32768
_MOST_BLOCKS = 500
_LARGEST_DATA_BYTES = 64
_MOST_BUTTONS = 100
_ENTITIES = words(
    "mention hashtag cashtag bot_command url email phone_number bold italic underline strikethrough spoiler "
    "blockquote expandable_blockquote code pre text_link text_mention custom_emoji date_time"
)
_ACTIONS = words("url callback_data web_app login_url switch_inline_query switch_inline_query_current_chat")
_ACTIONS |= words("switch_inline_query_chosen_chat copy_text callback_game pay disabled")
_BLOCKS = words(
    "paragraph heading pre footer divider mathematical_expression anchor list blockquote "
    "expandable_blockquote pullquote collage slideshow table details map animation audio document photo video "
    "voice_note buttons"
)
Complain = Callable[[str], None]


def units(text: str) -> int:
    """How long Telegram takes a text to be."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def plain_text(rich: Any) -> str:
    """All of the text within a RichText or a block."""
    if isinstance(rich, str):
        return rich
    if isinstance(rich, list):
        return "".join(plain_text(part) for part in rich)
    if isinstance(rich, dict):
        inner = (rich.get(name) for name in ("text", "credit", "blocks", "items", "cells", "summary", "caption"))
        return "".join(plain_text(part) for part in inner if part is not None)
    raise bad_request("can't parse RichText")


def formatted(
    text: str, entities: Sequence[Mapping[str, Any]] | None, longest: int, too_long: str
) -> tuple[str, list[dict[str, Any]]]:
    """The text as it is sent: control characters are spaces, and there is no white space around it.

    Raises:
        Refusal: it is too long, or an entity isn't within it; an empty text is left to the caller.
    """
    if any("\ud800" <= character <= "\udfff" for character in text):
        raise bad_request("strings must be encoded in UTF-8")
    text = re.sub(r"[\x00-\x09\x0b-\x1f]", " ", text.replace("\r", ""))
    checked = [_entity(text, entity) for entity in entities or ()]
    first_entity = min((entity["offset"] for entity in checked), default=units(text))
    skipped = min(len(text) - len(text.lstrip(" \n")), first_entity)
    text = text[skipped:].rstrip(" \n")
    end = units(text)
    kept = []
    for entity in sorted(checked, key=lambda one: (one["offset"], -one["length"])):
        offset = entity["offset"] - skipped
        length = min(entity["length"], end - offset)
        if length > 0:
            kept.append({**entity, "offset": offset, "length": length})
    if end > longest:
        raise bad_request(too_long)
    return text, kept


def _entity(text: str, entity: Mapping[str, Any]) -> dict[str, Any]:
    if not isinstance(entity, dict):
        raise bad_request("can't parse entities: expected an Object")
    offset, length = entity.get("offset"), entity.get("length")
    if type(offset) is not int or type(length) is not int:
        raise bad_request('can\'t parse MessageEntity: Field "offset" must be of type Number')
    if entity.get("type") not in _ENTITIES:
        raise bad_request("can't parse MessageEntity: Unsupported type specified")
    if offset < 0:
        raise bad_request(f"receive an entity with incorrect offset {offset}")
    if length < 0:
        raise bad_request(f"receive an entity with incorrect length {length}")
    whole = text.encode("utf-16-le")
    if offset + length > len(whole) // 2:
        raise bad_request(
            f"entity beginning at UTF-16 offset {offset} ends after the end of the text at UTF-16 offset"
            f" {offset + length}"
        )
    for place, does in ((offset, "begins"), (offset + length, "ends")):
        if 0xDC <= (whole[2 * place + 1] if 2 * place < len(whole) else 0) <= 0xDF:
            raise bad_request(f"entity {does} in a middle of a UTF-16 symbol at UTF-16 offset {place}")
    return dict(entity)


def keyboard(markup: Mapping[str, Any] | None, complain: Complain) -> dict[str, Any] | None:
    """The buttons under a message, None without any.

    Raises:
        Refusal: they aren't what Telegram takes.
    """
    if markup is None:
        return None
    if "inline_keyboard" not in markup:
        complain(f"a keyboard that isn't an inline one: {markup}")
        return None
    rows = markup["inline_keyboard"]
    if not isinstance(rows, list) or not all(isinstance(row, list) for row in rows):
        raise bad_request('can\'t parse reply keyboard markup: Field "inline_keyboard" must be of type Array')
    buttons = [button for row in rows for button in row]
    for button in buttons:
        _check_button(button)
    if len(buttons) > _MOST_BUTTONS:
        raise bad_request("REPLY_MARKUP_TOO_LONG")
    if any(not 1 <= len(row) <= 8 for row in rows):
        complain(f"a row of buttons that nobody can use: {[len(row) for row in rows]}")
    return {"inline_keyboard": rows} if buttons else None


def _check_button(button: Mapping[str, Any]) -> None:
    if not isinstance(button, dict):
        raise bad_request("can't parse inline keyboard button: expected an Object")
    if not isinstance(button.get("text"), str) or not button["text"].strip():
        raise bad_request("can't parse inline keyboard button: Text buttons must be non-empty")
    actions = _ACTIONS & button.keys()
    if not actions:
        raise bad_request("can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard")
    if len(actions) > 1:
        raise bad_request(f"can't parse inline keyboard button: more than one action: {sorted(actions)}")
    data = button.get("callback_data")
    if data is not None and (not isinstance(data, str) or not 1 <= len(data.encode()) <= _LARGEST_DATA_BYTES):
        raise bad_request("BUTTON_DATA_INVALID")
    if "url" in button and not re.match(r"(https?|tg|tel|mailto)://?[^\s]+\.?[^\s]+$", str(button["url"])):
        raise bad_request(f"inline keyboard button URL '{button['url']}' is invalid: Wrong HTTP URL")


def rich_message(given: Mapping[str, Any], complain: Complain) -> dict[str, Any]:
    """A rich message as others see it.

    Raises:
        Refusal: it has no blocks, unknown ones, too many, or too much text in them.
    """
    if len({"html", "markdown", "blocks"} & given.keys()) != 1:
        raise bad_request("exactly one of the fields html, markdown, or blocks must be specified in InputRichMessage")
    if "blocks" not in given:
        complain("a rich message out of markup")
        blocks = [{"type": "paragraph", "text": given.get("html") or given["markdown"]}]
    else:
        blocks = given["blocks"]
    if not isinstance(blocks, list) or not all(isinstance(block, dict) for block in blocks):
        raise bad_request("can't parse InputRichMessage: expected an Array of blocks")
    for block in blocks:
        if block.get("type") not in _BLOCKS:
            raise bad_request("can't parse InputRichBlock: Unsupported type specified")
        if block["type"] == "paragraph" and "text" not in block:
            raise bad_request("can't parse InputRichBlock: Can't find field \"text\"")
    texts = [plain_text(block) for block in blocks]
    if not "".join(texts).strip():
        raise bad_request("message text is empty")
    if sum(map(len, texts)) > LONGEST_RICH_TEXT:
        raise bad_request("message is too long")
    if len(blocks) > _MOST_BLOCKS:
        raise bad_request("too many blocks in the rich message")
    rtl = {"is_rtl": True} if given.get("is_rtl") else {}
    return {"blocks": blocks, **rtl}


def check_commands(commands: Sequence[Any], language_code: str) -> None:
    """Raises `Refusal` for commands that Telegram doesn't take."""
    if language_code and not re.fullmatch("[a-z]{2}", language_code):
        raise bad_request("invalid language code specified")
    if len(commands) > 100:
        raise bad_request("BOT_COMMANDS_TOO_MUCH")
    for command in commands:
        name, description = str(command.get("command", "")).removeprefix("/"), str(command.get("description", ""))
        if not name or len(name) > 32:
            raise bad_request("command length must be between 1 and 32" if name else "command can't be empty")
        if not re.fullmatch("[a-z0-9_]+", name):
            raise bad_request("BOT_COMMAND_INVALID")
        if not description.strip() or len(description) > 256:
            raise bad_request(
                "command description length must not exceed 256"
                if description
                else "command description can't be empty"
            )


def check_secret(secret: str) -> None:
    """Raises `Refusal` for a webhook's secret that can't be one."""
    if len(secret) > 256:
        raise bad_request("secret token is too long")
    if not re.fullmatch("[A-Za-z0-9_-]*", secret):
        raise bad_request("secret token contains unallowed characters")


def check_token(given: str, token: str) -> None:
    """Raises `Refusal` for a wrong token."""
    if not re.fullmatch(r"\d+:[\w-]+", given) or given != token:
        raise Refusal(401, "Unauthorized")
