"""Messages and chats, as Telegram keeps them for all who are in them."""

import asyncio
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from tests.fakes.bot_api_checks import plain_text
from tests.fakes.bot_api_files import Files, StoredFile
from tests.fakes.bot_api_wire import Refusal, bad_request
from tests.patience import PATIENCE_S

MEDIA_KINDS = ("voice", "audio", "video", "video_note", "document", "animation", "sticker", "photo")


class Changes:
    """Wakes whoever waits for the world to be different."""

    def __init__(self) -> None:
        self._next = asyncio.Event()

    def announce(self) -> None:
        self._next.set()
        self._next = asyncio.Event()

    async def until(self, condition: Callable[[], Any], timeout_s: float, account: Callable[[], str]) -> Any:
        """The first value of `condition` that is true.

        Raises:
            AssertionError: it took more than `timeout_s`; with the account of what there is instead.
        """
        try:
            async with asyncio.timeout(timeout_s):
                while not (value := condition()):
                    await self._next.wait()
                return value
        except TimeoutError:
            raise AssertionError(f"not within {timeout_s} s:\n{account()}") from None


@dataclass(frozen=True, slots=True)
class Edition:
    """What a message says from `at` on: text, entities, reply_markup and so on, named as in the Bot API."""

    content: Mapping[str, Any]
    at: float


class ChatMessage:
    """A message: `head` is what never changes, `editions` are what it says and has said; the last one counts."""

    def __init__(self, chat: "Chat", message_id: int, head: Mapping[str, Any], first: Edition, *, by_bot: bool) -> None:
        self.chat = chat
        self.id = message_id
        self.head = head
        self.editions = [first]
        self.by_bot = by_bot
        self.deleted = False
        self.reactions: list[str] = []

    @property
    def content(self) -> Mapping[str, Any]:
        return self.editions[-1].content

    @property
    def text(self) -> str:
        """The text, of a rich message too: a line for each block; empty if there is none."""
        if "rich_message" in self.content:
            return "\n".join(plain_text(block) for block in self.content["rich_message"]["blocks"])
        return self.content.get("text", "")

    @property
    def caption(self) -> str:
        return self.content.get("caption", "")

    @property
    def entities(self) -> list[dict[str, Any]]:
        return self.content.get("entities", [])

    @property
    def is_rich(self) -> bool:
        return "rich_message" in self.content

    @property
    def buttons(self) -> list[str]:
        """What is written on the buttons."""
        return [button["text"] for button in self._keys()]

    @property
    def buttons_data(self) -> list[str]:
        """What the buttons send."""
        return [button["callback_data"] for button in self._keys() if "callback_data" in button]

    @property
    def file(self) -> StoredFile | None:
        for kind in MEDIA_KINDS:
            if told := self.content.get(kind):
                return self.chat.files.by_id((told[-1] if kind == "photo" else told)["file_id"])
        return None

    @property
    def reply_to(self) -> int | None:
        return self.head.get("_reply_to")

    def button_data(self, text: str) -> str:
        """What a button with this text sends.

        Raises:
            AssertionError: there is none.
        """
        for button in self._keys():
            if button["text"] == text:
                return button["callback_data"]
        raise AssertionError(f"no button {text!r} among {self.buttons} of {self}")

    def rewrite(self, content: Mapping[str, Any]) -> None:
        self.editions.append(Edition(content, self.chat.now()))
        self.chat.changes.announce()

    def as_json(self, *, with_reply: bool = True) -> dict[str, Any]:
        """The message in the Bot API's words."""
        told = {name: value for name, value in self.head.items() if not name.startswith("_")}
        told |= {"message_id": self.id, "chat": self.chat.as_json(), "date": int(self.editions[0].at), **self.content}
        if len(self.editions) > 1:
            told["edit_date"] = int(self.editions[-1].at)
        original = self.chat.messages.get(self.reply_to) if self.reply_to is not None else None
        if with_reply and original is not None and not original.deleted:
            told["reply_to_message"] = original.as_json(with_reply=False)
        return told

    def _keys(self) -> Iterator[dict[str, Any]]:
        for row in self.content.get("reply_markup", {}).get("inline_keyboard", []):
            yield from row

    def __repr__(self) -> str:
        sender = "bot" if self.by_bot else self.head.get("from", self.head.get("sender_chat", {})).get("id")
        kinds = [name for name in self.content if name not in ("text", "entities", "reply_markup")]
        marks = f" to {self.reply_to}" * (self.reply_to is not None) + " deleted" * self.deleted
        marks += f" {kinds}" * bool(kinds) + f" {self.buttons}" * bool(self.buttons)
        return f"#{self.id} {sender}{marks} ({len(self.editions)} editions): {(self.text or self.caption)[:200]!r}"


class Chat:
    """A chat that the bot may be in. `bot_status` is as in ChatMember; a private chat's is "left" before /start.

    `topics` of a forum are the ids of the threads that are there.
    """

    def __init__(
        self,
        about: dict[str, Any],
        files: Files,
        changes: Changes,
        now: Callable[[], float],
        next_id: Callable[[], int],
    ) -> None:
        self.about = about
        self.files = files
        self.changes = changes
        self.now = now
        self._next_id = next_id
        self.id: int = about["id"]
        self.kind: str = about["type"]
        self.messages: dict[int, ChatMessage] = {}
        self.bot_status = "left"
        self.deactivated = False
        self.topics: dict[int, str] = {}
        self.linked_id: int | None = None
        self.upgraded_to: int | None = None
        self.actions: list[str] = []

    @property
    def bot_messages(self) -> list[ChatMessage]:
        """What the bot has sent and nobody deleted, in order."""
        return [message for message in self.messages.values() if message.by_bot and not message.deleted]

    def as_json(self) -> dict[str, Any]:
        return self.about

    def add(self, head: Mapping[str, Any], content: Mapping[str, Any], *, by_bot: bool = False) -> ChatMessage:
        message_id = self._next_id()
        message = ChatMessage(self, message_id, head, Edition(content, self.now()), by_bot=by_bot)
        self.messages[message_id] = message
        self.changes.announce()
        return message

    async def wait_for(self, predicate: Callable[[ChatMessage], Any], timeout_s: float = PATIENCE_S) -> ChatMessage:
        """The first message of the bot that is (or becomes) as `predicate` wants it.

        Raises:
            AssertionError: there was none in that time; with an account of the chat.
        """

        def found() -> ChatMessage | None:
            return next((message for message in self.bot_messages if predicate(message)), None)

        return await self.changes.until(found, timeout_s, self.account)

    async def wait_for_text(self, text: str, timeout_s: float = PATIENCE_S) -> ChatMessage:
        """The first message of the bot with this in its text or caption; raises as `wait_for`."""
        return await self.wait_for(lambda message: text in message.text or text in message.caption, timeout_s)

    def account(self) -> str:
        """What has been said here."""
        lines = [f"{self.kind} {self.id}, the bot is {self.bot_status}:", *map(repr, self.messages.values())]
        return "\n  ".join(lines)

    def check_readable(self) -> None:
        """Raises `Refusal` if the bot isn't here."""
        if self.kind == "private":
            if self.bot_status == "left":
                raise bad_request("chat not found")
            return
        if self.upgraded_to is not None:
            description = "Bad Request: group chat was upgraded to a supergroup chat"
            raise Refusal(400, description, migrate_to_chat_id=self.upgraded_to)
        name = self.kind
        if self.bot_status == "kicked":
            raise Refusal(403, f"Forbidden: bot was kicked from the {name} chat")
        if self.bot_status == "left":
            raise Refusal(403, f"Forbidden: bot is not a member of the {name} chat")

    def check_writable(self, thread_id: int | None) -> None:
        """Raises `Refusal` if the bot can't send anything here."""
        self.check_readable()
        if self.deactivated:
            raise Refusal(403, "Forbidden: user is deactivated")
        if self.bot_status == "kicked":
            raise Refusal(403, "Forbidden: bot was blocked by the user")
        if self.kind == "channel" and self.bot_status != "administrator":
            raise bad_request("need administrator rights in the channel chat")
        if thread_id is not None and thread_id not in self.topics:
            raise bad_request("message thread not found")
