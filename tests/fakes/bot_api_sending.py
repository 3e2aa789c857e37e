"""The methods that put messages into chats, change them and take them away."""

from collections.abc import Callable, Mapping
from typing import Any

from tests.fakes.bot_api_checks import (
    LONGEST_CAPTION,
    LONGEST_TEXT,
    formatted,
    keyboard,
    rich_message,
)
from tests.fakes.bot_api_files import Media, media
from tests.fakes.bot_api_limits import FloodControl
from tests.fakes.bot_api_messages import Chat, ChatMessage
from tests.fakes.bot_api_wire import Refusal, Request, bad_request
from tests.fakes.bot_api_world import World

_NOT_MODIFIED = (
    "message is not modified: specified new message content and reply markup are exactly the same as a current content"
    " and reply markup of the message"
)
_SHORTEST_BETWEEN_EDITS_S = 1.0


class Sending:
    """What the bot sends. With `knows_rich_messages` False it is like a server from before they were invented."""

    def __init__(self, world: World, flood_control: FloodControl) -> None:
        self.world = world
        self.flood_control = flood_control
        self.knows_rich_messages = True

    @property
    def methods(self) -> Mapping[str, Callable[[Request], Any]]:
        methods: dict[str, Callable[[Request], Any]] = {
            "sendmessage": self._send_message,
            "senddocument": self._send_document,
            "editmessagetext": self._edit_text,
            "editmessagecaption": self._edit_caption,
            "editmessagereplymarkup": self._edit_markup,
            "editmessagemedia": self._edit_media,
            "deletemessage": self._delete,
        }
        return methods | ({"sendrichmessage": self._send_rich} if self.knows_rich_messages else {})

    def _send_message(self, request: Request) -> dict[str, Any]:
        return self._send(request, lambda: self._text(request, "message is too long"))

    def _send_rich(self, request: Request) -> dict[str, Any]:
        return self._send(request, lambda: self._rich(request))

    def _send_document(self, request: Request) -> dict[str, Any]:
        given = request.text("document") or ("attach://document" if "document" in request.files else "")
        return self._send(request, lambda: self._document(request, given, request.parameters))

    def _send(self, request: Request, content: Callable[[], dict[str, Any]]) -> dict[str, Any]:
        chat = self.world.chat(request.parameters.get("chat_id"))
        thread_id = request.integer("message_thread_id") or None
        chat.check_writable(thread_id)
        made = self._with_markup(content(), request)
        reply_to = self._reply_to(request, chat)
        self.flood_control.check(chat.id)
        head: dict[str, Any] = {"from": self.world.bot}
        if chat.kind == "channel":
            head = {"sender_chat": chat.as_json()}
        if thread_id is not None:
            head |= {"message_thread_id": thread_id, "is_topic_message": True}
        if reply_to is not None:
            head["_reply_to"] = reply_to
        return chat.add(head, made, by_bot=True).as_json()

    def _edit_text(self, request: Request) -> dict[str, Any]:
        message = self._own_message(request)
        if "rich_message" in request.parameters and self.knows_rich_messages:
            if "text" in request.parameters:
                self.world.complain("editMessageText with both text and rich_message")
            content = self._rich(request)
        else:
            content = self._text(request, "MESSAGE_TOO_LONG")
        if "text" not in message.content and not message.is_rich:
            raise bad_request("there is no text in the message to edit")
        return self._edit(message, content, request)

    def _edit_caption(self, request: Request) -> dict[str, Any]:
        message = self._own_message(request)
        if message.file is None:
            raise bad_request("there is no caption in the message to edit")
        caption = self._caption(
            request.parameters, request.structure("caption_entities", list), "MEDIA_CAPTION_TOO_LONG"
        )
        kept = {name: message.content[name] for name in ("document",) if name in message.content}
        return self._edit(message, {**kept, **caption}, request)

    def _edit_markup(self, request: Request) -> dict[str, Any]:
        message = self._own_message(request)
        content = {name: value for name, value in message.content.items() if name != "reply_markup"}
        return self._edit(message, content, request)

    def _edit_media(self, request: Request) -> dict[str, Any]:
        message = self._own_message(request)
        given = request.structure("media", dict)
        if given is None or given.get("type") != "document":
            raise bad_request("can't parse InputMedia: this test knows documents only")
        self._note_markup(given)
        return self._edit(message, self._document(request, str(given.get("media", "")), given), request)

    def _edit(self, message: ChatMessage, content: dict[str, Any], request: Request) -> dict[str, Any]:
        made = self._with_markup(content, request)
        if made == message.content:
            raise bad_request(_NOT_MODIFIED)
        self.flood_control.check(message.chat.id)
        since_s = self.world.now() - message.editions[-1].at
        was_edited = len(message.editions) > 1 and message.editions[-1].at >= self.world.bot_started_at
        if was_edited and since_s < _SHORTEST_BETWEEN_EDITS_S:
            self.world.complain(f"{request.method} of the message {message.id} {since_s:.2f} s after the last edit")
        message.rewrite(made)
        return message.as_json()

    def _delete(self, request: Request) -> bool:
        chat = self.world.chat(request.parameters.get("chat_id"))
        chat.check_writable(None)
        message = chat.messages.get(request.integer("message_id"))
        if message is None or message.deleted:
            raise bad_request("message to delete not found")
        if not message.by_bot and chat.kind != "private" and chat.bot_status != "administrator":
            raise bad_request("message can't be deleted")
        message.deleted = True
        self.world.changes.announce()
        return True

    def _own_message(self, request: Request) -> ChatMessage:
        chat = self.world.chat(request.parameters.get("chat_id"))
        if "message_id" not in request.parameters:
            raise bad_request("message identifier is not specified")
        chat.check_writable(None)
        message = chat.messages.get(request.integer("message_id"))
        if message is None or message.deleted:
            raise bad_request("message to edit not found")
        if not message.by_bot:
            raise bad_request("message can't be edited")
        return message

    def _text(self, request: Request, too_long: str) -> dict[str, Any]:
        self._note_markup(request.parameters)
        text, entities = formatted(request.text("text"), request.structure("entities", list), LONGEST_TEXT, too_long)
        if not text:
            raise bad_request("message text is empty")
        return {"text": text, **({"entities": entities} if entities else {})}

    def _rich(self, request: Request) -> dict[str, Any]:
        given = request.structure("rich_message", dict)
        if given is None:
            raise bad_request("rich message is empty")
        return {"rich_message": rich_message(given, self.world.complain)}

    def _caption(self, given: Mapping[str, Any], entities: Any, too_long: str) -> dict[str, Any]:
        caption, kept = formatted(str(given.get("caption") or ""), entities, LONGEST_CAPTION, too_long)
        said = {"caption": caption} if caption else {}
        return {**said, **({"caption_entities": kept} if kept else {})}

    def _document(self, request: Request, document: str, given: Mapping[str, Any]) -> dict[str, Any]:
        """A document with its caption; `given` holds the latter."""
        self._note_markup(given)
        too_long = "message caption is too long" if request.method == "senddocument" else "MEDIA_CAPTION_TOO_LONG"
        caption = self._caption(given, given.get("caption_entities"), too_long)
        if not document.startswith("attach://"):
            if not document:
                raise bad_request("there is no document in the request")
            original = self.world.files.by_id(document)
            sent = Media("document", original.content, {"file_name": original.name}, original.file_unique_id)
        else:
            upload = request.files.get(document.removeprefix("attach://"))
            if upload is None:
                raise bad_request("file not found in the request")
            if not upload.data:
                raise bad_request("file must be non-empty")
            sent = media("document", upload.data, file_name=upload.name, mime_type=upload.content_type)
        _, told = self.world.files.store(sent)
        return {"document": told, **caption}

    def _with_markup(self, content: dict[str, Any], request: Request) -> dict[str, Any]:
        markup = keyboard(request.structure("reply_markup", dict), self.world.complain)
        return content if markup is None else {**content, "reply_markup": markup}

    def _reply_to(self, request: Request, chat: Chat) -> int | None:
        parameters = request.structure("reply_parameters", dict)
        if parameters is None:
            return None
        message_id = parameters.get("message_id")
        if type(message_id) is not int:
            raise bad_request('can\'t parse reply parameters: Field "message_id" must be of type Number')
        original = chat.messages.get(message_id)
        if original is not None and not original.deleted:
            return message_id
        if parameters.get("allow_sending_without_reply"):
            return None
        raise bad_request("message to be replied not found")

    def _note_markup(self, given: Mapping[str, Any]) -> None:
        if "parse_mode" in given:
            self.world.complain(f"parse_mode {given['parse_mode']}")
        if given.get("parse_mode") not in (None, "HTML", "Markdown", "MarkdownV2"):
            raise Refusal(400, "Bad Request: unsupported parse_mode")
