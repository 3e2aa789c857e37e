"""Everything that the service knows: chats, files, updates to come, buttons pressed."""

import itertools
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.fakes.bot_api_files import LARGEST_DOWNLOAD_BYTES, Files
from tests.fakes.bot_api_messages import Changes, Chat, ChatMessage
from tests.fakes.bot_api_updates import Updates
from tests.fakes.bot_api_wire import bad_request
from tests.patience import PATIENCE_S

_COMMAND = re.compile(r"(?<!\S)/[A-Za-z0-9_]{1,32}(?:@\w+)?")


@dataclass(slots=True)
class Query:
    """A button that somebody pressed. `text` is what the bot showed for it, None until it answered."""

    id: str
    message: ChatMessage
    data: str
    text: str | None = None
    is_alert: bool = False
    expired: bool = False
    changes: Changes = field(default_factory=Changes, repr=False)

    @property
    def answered(self) -> bool:
        return self.text is not None

    async def wait_answered(self, timeout_s: float = PATIENCE_S) -> str:
        """What the bot showed in answer, perhaps nothing; AssertionError if it gave none in that time."""
        await self.changes.until(lambda: self.answered, timeout_s, self.message.chat.account)
        return self.text or ""


class World:
    """The state of the service. `largest_download_bytes` is what getFile lets pass but on a local server.

    With `privacy_mode` the bot sees in groups only what is meant for it, unless it is an administrator.
    """

    def __init__(
        self, bot: dict[str, Any], now: Callable[[], float], local_folder: Path | None, *, privacy_mode: bool
    ) -> None:
        self.bot = bot
        self.now = now
        self.privacy_mode = privacy_mode
        self.complaints: list[str] = []
        self.bot_started_at = now()
        """A bot can't know what one before it has edited; a program takes longer to start than Telegram wants between
        two edits, and a fork doesn't."""
        self.changes = Changes()
        self.updates = Updates(self.changes.announce, self.complain)
        self.largest_download_bytes = LARGEST_DOWNLOAD_BYTES
        self.files = Files(local_folder, lambda: self.largest_download_bytes)
        self.chats: dict[int, Chat] = {}
        self.users: dict[int, dict[str, Any]] = {bot["id"]: bot}
        self.statuses: dict[tuple[int, int], str] = {}
        """The status of a user in a chat, by the ids of chat and user."""
        self.queries: dict[str, Query] = {}
        self.commands: dict[tuple[str, str], list[dict[str, str]]] = {}
        self._private_ids = itertools.count(101)
        self._user_ids = itertools.count(400_000_001)
        self._group_ids = itertools.count(1_900_000_001)
        self._query_ids = itertools.count(4_382_000_000_000_000_001)
        self._albums = itertools.count(13_500_000_000_000_001)

    def complain(self, what: str) -> None:
        self.complaints.append(what)

    def new_user(self, first_name: str, user_id: int | None, **more: Any) -> dict[str, Any]:
        user = {"id": user_id or next(self._user_ids), "is_bot": False, "first_name": first_name}
        self.users[user["id"]] = user | {name: value for name, value in more.items() if value is not None}
        return self.users[user["id"]]

    def new_chat(self, about: dict[str, Any]) -> Chat:
        """A chat; private ones share the numbers of their messages, as they do for a bot."""
        numbers = self._private_ids if about["type"] == "private" else itertools.count(2)
        chat = Chat(about, self.files, self.changes, self.now, lambda: next(numbers))
        self.chats[chat.id] = chat
        return chat

    def new_group_id(self) -> int:
        return -1_000_000_000_000 - next(self._group_ids)

    def new_album(self) -> str:
        return str(next(self._albums))

    def chat(self, chat_id: Any) -> Chat:
        """Raises `Refusal` if there is no such chat."""
        if chat_id is None:
            raise bad_request("chat_id is empty")
        found = self.chats.get(chat_id) if isinstance(chat_id, int) else self._named(str(chat_id))
        if found is None:
            raise bad_request("chat not found")
        return found

    def deliver(self, kind: str, message: ChatMessage) -> None:
        """Tell the bot of a message, if it gets to see it."""
        if self._sees(message):
            self.updates.push(kind, message.as_json())

    def press(self, message: ChatMessage, user: Mapping[str, Any], data: str) -> Query:
        query = Query(str(next(self._query_ids)), message, data, changes=self.changes)
        self.queries[query.id] = query
        instance = str(7_000_000_000 + abs(message.chat.id) % 1_000_000_000)
        told = {"id": query.id, "from": user, "chat_instance": instance, "message": message.as_json(), "data": data}
        self.updates.push("callback_query", told)
        return query

    def change_status(self, chat: Chat, user: Mapping[str, Any], status: str, by: Mapping[str, Any]) -> None:
        """Let somebody, or the bot, be something else in a chat, and tell the bot."""
        is_bot = user["id"] == self.bot["id"]
        old = chat.bot_status if is_bot else self.statuses.get((chat.id, user["id"]), "left")
        change = {
            "chat": chat.as_json(),
            "from": by,
            "date": int(self.now()),
            "old_chat_member": self.member(user, old),
            "new_chat_member": self.member(user, status),
        }
        self.statuses[chat.id, user["id"]] = status
        if is_bot:
            chat.bot_status = status
            self.updates.push("my_chat_member", change)
        elif chat.bot_status == "administrator":
            self.updates.push("chat_member", change)
        self.changes.announce()

    def member(self, user: Mapping[str, Any], status: str) -> dict[str, Any]:
        """A ChatMember of the Bot API."""
        member: dict[str, Any] = {"user": user, "status": status}
        if status == "kicked":
            return {**member, "until_date": 0}
        if status == "creator":
            return {**member, "is_anonymous": False}
        if status == "administrator":
            rights = (
                "manage_chat delete_messages manage_video_chats restrict_members promote_members change_info"
                " invite_users post_stories edit_stories delete_stories send_welcome_messages pin_messages"
            )
            rights_held = {f"can_{right}": True for right in rights.split()}
            return {**member, "can_be_edited": False, "is_anonymous": False, **rights_held}
        return member

    def account(self) -> str:
        """Everything that tells where a test stands."""
        waiting = [update["update_id"] for update in self.updates.queue]
        chats = "\n".join(chat.account() for chat in self.chats.values())
        return f"unconfirmed updates: {waiting}\ncomplaints: {self.complaints}\n{chats}"

    async def until(self, condition: Callable[[], Any], timeout_s: float) -> Any:
        return await self.changes.until(condition, timeout_s, self.account)

    def _named(self, name: str) -> Chat | None:
        named = (chat for chat in self.chats.values() if "@" + str(chat.about.get("username")) == name)
        return next((chat for chat in named if chat.kind != "private"), None)

    def _sees(self, message: ChatMessage) -> bool:
        chat = message.chat
        if chat.bot_status in ("left", "kicked"):
            return False
        if chat.kind not in ("group", "supergroup") or chat.bot_status == "administrator" or not self.privacy_mode:
            return True
        original = chat.messages.get(message.reply_to) if message.reply_to is not None else None
        if original is not None and original.by_bot:
            return True
        if not {"new_chat_members", "migrate_to_chat_id", "migrate_from_chat_id"}.isdisjoint(message.content):
            return True
        if message.head.get("is_automatic_forward"):
            return True
        said = message.text or message.caption
        name = f"@{self.bot['username']}"
        meant = [command for command in _COMMAND.findall(said) if "@" not in command or command.endswith(name)]
        return bool(meant) or name in said


def command_entities(text: str) -> list[dict[str, Any]]:
    """What Telegram finds in a text that somebody has written: its commands."""
    return [
        {
            "type": "bot_command",
            "offset": len(text[: found.start()].encode("utf-16-le")) // 2,
            "length": found.end() - found.start(),
        }
        for found in _COMMAND.finditer(text)
    ]
