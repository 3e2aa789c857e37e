"""How a request comes to Telegram's Bot API, and how it is refused.

Parameters may come in the query, urlencoded, as a form of several parts or as JSON; whatever is an object comes as
JSON text but in a JSON body (https://core.telegram.org/bots/api#making-requests).
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from aiohttp import BodyPartReader, web

LARGEST_UPLOAD_BYTES = 50 * 1024 * 1024

_INTEGERS = {
    "message_id",
    "message_thread_id",
    "offset",
    "limit",
    "timeout",
    "user_id",
    "max_connections",
    "cache_time",
}
_FLAGS = {"disable_notification", "protect_content", "show_alert", "drop_pending_updates", "is_big", "return_bots"}
_FLAGS |= {"disable_content_type_detection", "allow_paid_broadcast"}
_STRUCTURES = {
    "entities": "entities",
    "caption_entities": "caption entities",
    "reply_markup": "reply keyboard markup",
    "reply_parameters": "reply parameters",
    "link_preview_options": "link preview options",
    "allowed_updates": "allowed updates",
    "commands": "commands",
    "scope": "BotCommandScope",
    "reaction": "reaction types",
    "media": "InputMedia",
    "rich_message": "InputRichMessage",
}


class Refusal(Exception):
    """What the service answers instead of a result; `parameters` go into the answer."""

    def __init__(self, error_code: int, description: str, **parameters: int) -> None:
        super().__init__(description)
        self.error_code = error_code
        self.description = description
        self.parameters = parameters

    def as_json(self) -> dict[str, Any]:
        answer = {"ok": False, "error_code": self.error_code, "description": self.description}
        return {**answer, "parameters": self.parameters} if self.parameters else answer


def bad_request(description: str) -> Refusal:
    return Refusal(400, f"Bad Request: {description}")


def too_many_requests(seconds: int) -> Refusal:
    return Refusal(429, f"Too Many Requests: retry after {seconds}", retry_after=seconds)


@dataclass(frozen=True, slots=True)
class Upload:
    """A file in a request."""

    name: str
    content_type: str
    data: bytes = field(repr=False)


@dataclass(slots=True)
class Request:
    """One request to the service: `parameters` are decoded, numbers being numbers and structures structures.

    `at` is by the service's clock. `connection` tells clients apart. `answer` is None until there is one.
    """

    method: str
    parameters: Mapping[str, Any]
    files: Mapping[str, Upload]
    at: float
    connection: str
    answer: dict[str, Any] | None = None

    @property
    def refused(self) -> str:
        """The description of the error that was answered, or nothing."""
        return "" if self.answer is None or self.answer["ok"] else self.answer["description"]

    def text(self, name: str) -> str:
        value = self.parameters.get(name, "")
        return value if isinstance(value, str) else str(value)

    def integer(self, name: str, default: int = 0) -> int:
        return int(self.parameters.get(name, default))

    def flag(self, name: str) -> bool:
        return bool(self.parameters.get(name, False))

    def structure(self, name: str, kind: type) -> Any:
        """A list or an object, None if it wasn't given."""
        value = self.parameters.get(name)
        if value is not None and not isinstance(value, kind):
            what = {dict: "Object", list: "Array"}[kind]
            raise bad_request(f"can't parse {_STRUCTURES[name]}: expected an {what}")
        return value


async def read_parameters(request: web.BaseRequest) -> tuple[dict[str, Any], dict[str, Upload]]:
    """What a request carries, not yet decoded.

    Raises:
        Refusal: it isn't readable, or larger than what may be sent.
    """
    values: dict[str, Any] = dict(request.query)
    files: dict[str, Upload] = {}
    if request.method not in ("GET", "POST"):
        raise Refusal(405, "Method Not Allowed")
    if request.content_type == "application/json":
        try:
            body = await request.json()
        except ValueError:
            raise bad_request("can't parse JSON object") from None
        if not isinstance(body, dict):
            raise bad_request("object expected as a JSON-encoded request")
        values |= body
    elif request.content_type == "multipart/form-data":
        parts = await request.multipart()
        while (part := await parts.next()) is not None:
            assert isinstance(part, BodyPartReader)
            assert part.name, part.headers
            data = await _bounded(part)
            if part.filename is None:
                values[part.name] = data.decode()
            else:
                content_type = part.headers.get("Content-Type", "application/octet-stream")
                files[part.name] = Upload(part.filename, content_type, data)
    else:
        values |= dict(await request.post())
    return values, files


async def _bounded(part: BodyPartReader) -> bytes:
    data = bytearray()
    received_bytes = 0
    while chunk := await part.read_chunk(1 << 16):
        received_bytes += len(chunk)
        if received_bytes <= LARGEST_UPLOAD_BYTES:
            data += chunk
    if received_bytes > LARGEST_UPLOAD_BYTES:  # Read to its end, so that the client gets to hear of it.
        raise Refusal(413, "Request Entity Too Large")
    return bytes(data)


def decode(values: Mapping[str, Any]) -> dict[str, Any]:
    """Parameters as what they mean; empty ones are as good as none.

    Raises:
        Refusal: one isn't what it should be.
    """
    return {name: _decoded(name, value) for name, value in values.items() if value is not None and value != ""}


def _decoded(name: str, value: Any) -> Any:
    if name in _INTEGERS or (name == "chat_id" and not str(value).startswith("@")):
        try:
            return int(value)
        except (TypeError, ValueError):
            raise bad_request("chat not found" if name == "chat_id" else f"invalid {name} specified") from None
    if name in _FLAGS:
        return value is True or str(value).lower() in ("true", "yes", "1")
    if name in _STRUCTURES and isinstance(value, str):
        try:
            return json.loads(value)
        except ValueError:
            raise bad_request(f"can't parse {_STRUCTURES[name]} JSON object") from None
    return value
