"""People, groups and channels, for tests to act through: whatever they do reaches the bot as updates."""

from collections.abc import Callable, Sequence
from typing import Any

from tests.fakes.bot_api_files import Content, Media, media
from tests.fakes.bot_api_messages import MEDIA_KINDS, Chat, ChatMessage
from tests.fakes.bot_api_world import Query, World, command_entities
from tests.patience import PATIENCE_S

_TELEGRAM = {"id": 777000, "is_bot": False, "first_name": "Telegram"}
_ANONYMOUS = {"id": 1087968824, "is_bot": True, "first_name": "Group", "username": "GroupAnonymousBot"}


class _Sender:
    """What both people and channels do: send things to a chat."""

    def __init__(self, world: World) -> None:
        self.world = world

    def send_text(self, text: str, **where: Any) -> ChatMessage:
        entities = command_entities(text)
        return self._send({"text": text, **({"entities": entities} if entities else {})}, **where)

    def send(self, sent: Media, *, caption: str | None = None, **where: Any) -> ChatMessage:
        """Send anything that has a file, made by `media`."""
        _, told = self.world.files.store(sent)
        content: dict[str, Any] = {sent.kind: [told] if sent.kind == "photo" else told}
        if sent.kind == "animation":
            content["document"] = told
        return self._send(content | ({} if caption is None else {"caption": caption}), **where)

    def send_voice(self, data: bytes | Content, duration_s: int, *, unique_id: str | None = None, **more: Any) -> Any:
        """`more`: caption, to, reply_to, thread_id."""
        sent = media("voice", data, file_unique_id=unique_id, duration=duration_s, mime_type="audio/ogg")
        return self.send(sent, **more)

    def send_audio(
        self,
        data: bytes | Content,
        duration_s: int,
        *,
        name: str | None = None,
        title: str | None = None,
        performer: str | None = None,
        mime_type: str = "audio/mpeg",
        unique_id: str | None = None,
        **more: Any,
    ) -> ChatMessage:
        details = {"duration": duration_s, "mime_type": mime_type, "file_name": name}
        details |= {"title": title, "performer": performer}
        return self.send(media("audio", data, file_unique_id=unique_id, **details), **more)

    def send_video(
        self,
        data: bytes | Content,
        duration_s: int,
        *,
        name: str | None = None,
        unique_id: str | None = None,
        **more: Any,
    ) -> ChatMessage:
        details = {"width": 640, "height": 360, "duration": duration_s, "mime_type": "video/mp4", "file_name": name}
        return self.send(media("video", data, file_unique_id=unique_id, **details), **more)

    def send_video_note(
        self, data: bytes | Content, duration_s: int, *, unique_id: str | None = None, **more: Any
    ) -> ChatMessage:
        return self.send(media("video_note", data, file_unique_id=unique_id, length=384, duration=duration_s), **more)

    def send_document(
        self,
        data: bytes | Content,
        name: str | None,
        mime_type: str | None,
        *,
        unique_id: str | None = None,
        **more: Any,
    ) -> ChatMessage:
        details = {"file_name": name, "mime_type": mime_type}
        return self.send(media("document", data, file_unique_id=unique_id, **details), **more)

    def send_photo(self, data: bytes | Content = b"\xff\xd8photo", **more: Any) -> ChatMessage:
        return self.send(media("photo", data, width=640, height=360), **more)

    def send_sticker(self, data: bytes | Content = b"RIFFsticker", **more: Any) -> ChatMessage:
        details = {"type": "regular", "width": 512, "height": 512, "is_animated": False, "is_video": False}
        return self.send(media("sticker", data, **details), **more)

    def send_album(self, items: Sequence[Media], *, caption: str | None = None, **where: Any) -> list[ChatMessage]:
        """Several files as one album; its caption is that of the first."""
        album = self.world.new_album()
        captions = [caption, *[None] * (len(items) - 1)]
        return [
            self.send(item, caption=said, media_group_id=album, **where)
            for item, said in zip(items, captions, strict=True)
        ]

    def forward(self, message: ChatMessage, *, hidden: bool = False, **where: Any) -> ChatMessage:
        """Send on what somebody else has said; `hidden` people don't tell who they are when they are forwarded."""
        content = {name: value for name, value in message.content.items() if name not in ("reply_markup",)}
        for kind in MEDIA_KINDS:
            if kind in content:
                told = content[kind]
                content[kind] = [self.world.files.copy(told[-1])] if kind == "photo" else self.world.files.copy(told)
        return self._send(content, forward_origin=_origin(message, hidden), **where)

    def _send(self, content: dict[str, Any], **where: Any) -> ChatMessage:
        raise NotImplementedError


def _origin(message: ChatMessage, hidden: bool) -> dict[str, Any]:
    date = int(message.editions[0].at)
    if message.chat.kind == "channel":
        return {"type": "channel", "date": date, "chat": message.chat.as_json(), "message_id": message.id}
    sender = message.head["from"]
    if hidden:
        return {"type": "hidden_user", "date": date, "sender_user_name": sender["first_name"]}
    return {"type": "user", "date": date, "sender_user": sender}


class Person(_Sender):
    """Somebody with a private chat with the bot, who first has to write to it (any message counts as /start)."""

    def __init__(self, world: World, user: dict[str, Any]) -> None:
        super().__init__(world)
        self.user = user
        self.id: int = user["id"]
        names = {name: user[name] for name in ("first_name", "last_name", "username") if name in user}
        self.chat = world.new_chat({"id": self.id, "type": "private", **names})
        world.statuses[self.id, self.id] = "member"

    async def wait_for(self, predicate: Callable[[ChatMessage], Any], timeout_s: float = PATIENCE_S) -> ChatMessage:
        """As `Chat.wait_for`, in the private chat."""
        return await self.chat.wait_for(predicate, timeout_s)

    def press(self, message: ChatMessage, button: str) -> Query:
        """Press the button with this text (or data)."""
        data = button if button in message.buttons_data else message.button_data(button)
        return self.world.press(message, self.user, data)

    def edit(self, message: ChatMessage, text: str) -> None:
        message.rewrite({**message.content, "caption" if "text" not in message.content else "text": text})
        self.world.deliver("edited_message", message)

    def delete(self, message: ChatMessage) -> None:
        """Delete any message for both sides; bots aren't told."""
        message.deleted = True
        self.world.changes.announce()

    def block_bot(self) -> None:
        self.world.change_status(self.chat, self.world.bot, "kicked", self.user)

    def unblock_bot(self) -> None:
        self.world.change_status(self.chat, self.world.bot, "member", self.user)

    def deactivate(self) -> None:
        """Delete the account."""
        self.chat.deactivated = True

    def _send(
        self,
        content: dict[str, Any],
        *,
        to: "Group | None" = None,
        reply_to: ChatMessage | None = None,
        thread_id: int | None = None,
        anonymous: bool = False,
        **more: Any,
    ) -> ChatMessage:
        chat = to.chat if to is not None else self.chat
        if to is None and chat.bot_status in ("left", "kicked"):
            chat.bot_status = "member"
        head: dict[str, Any] = {"from": _ANONYMOUS if anonymous else self.user, **more}
        if anonymous:
            head["sender_chat"] = chat.as_json()
        return place(self.world, chat, head, content, reply_to, thread_id)


def place(
    world: World,
    chat: Chat,
    head: dict[str, Any],
    content: dict[str, Any],
    reply_to: ChatMessage | None,
    thread_id: int | None,
) -> ChatMessage:
    """Put a message of somebody else than the bot into a chat and tell the bot."""
    if thread_id is not None:
        head |= {"message_thread_id": thread_id, "is_topic_message": True}
    if reply_to is not None:
        head["_reply_to"] = reply_to.id
    message = chat.add(head, content)
    world.deliver("channel_post" if chat.kind == "channel" else "message", message)
    return message


class Group:
    """A group. The bot is in it unless `bot_status` says otherwise; it may be "administrator"."""

    def __init__(self, world: World, title: str, bot_status: str, kind: str, *, forum: bool) -> None:
        self.world = world
        about = {"id": world.new_group_id(), "type": kind, "title": title}
        self.chat = world.new_chat({**about, "is_forum": True} if forum else about)
        self.chat.bot_status = bot_status
        self.id = self.chat.id
        world.statuses[self.id, world.bot["id"]] = bot_status

    def add(self, person: Person, *, status: str = "member") -> Person:
        """Let somebody be "member", "administrator" or "creator" without a word to anybody."""
        self.world.statuses[self.id, person.id] = status
        return person

    def promote(self, person: Person, by: Person) -> None:
        self.world.change_status(self.chat, person.user, "administrator", by.user)

    def remove(self, person: Person, by: Person) -> None:
        self.world.change_status(self.chat, person.user, "kicked", by.user)

    def add_bot(self, by: Person, *, status: str = "member") -> None:
        """Let the bot in; it is told of its new status and of the message that everybody sees."""
        self.world.change_status(self.chat, self.world.bot, status, by.user)
        place(self.world, self.chat, {"from": by.user}, {"new_chat_members": [self.world.bot]}, None, None)

    def remove_bot(self, by: Person) -> None:
        self.world.change_status(self.chat, self.world.bot, "kicked", by.user)

    def upgrade(self, by: Person) -> "Group":
        """Make a supergroup of a "group"; it has another id, its messages stay behind, and the bot is told twice."""
        upgraded = Group(self.world, self.chat.about["title"], self.chat.bot_status, "supergroup", forum=False)
        self.chat.upgraded_to = upgraded.id
        place(self.world, self.chat, {"from": by.user}, {"migrate_to_chat_id": upgraded.id}, None, None)
        place(self.world, upgraded.chat, {"from": _ANONYMOUS}, {"migrate_from_chat_id": self.id}, None, None)
        return upgraded

    def topic(self, name: str) -> int:
        """Open a topic; its id is for `thread_id`."""
        opened = self.chat.add({"from": _ANONYMOUS}, {"forum_topic_created": {"name": name, "icon_color": 7322096}})
        self.chat.topics[opened.id] = name
        return opened.id

    async def wait_for(self, predicate: Callable[[ChatMessage], Any], timeout_s: float = PATIENCE_S) -> ChatMessage:
        """As `Chat.wait_for`."""
        return await self.chat.wait_for(predicate, timeout_s)


class Channel(_Sender):
    """A channel; what is posted there is forwarded to the group that is `linked`. The bot isn't in it but as told."""

    def __init__(self, world: World, title: str, linked: Group | None, bot_status: str) -> None:
        super().__init__(world)
        self.chat = world.new_chat({"id": world.new_group_id(), "type": "channel", "title": title})
        self.chat.bot_status = bot_status
        self.id = self.chat.id
        self.linked = linked
        if linked is not None:
            self.chat.linked_id, linked.chat.linked_id = linked.id, self.id
        self.last_forwarded: ChatMessage | None = None

    def _send(self, content: dict[str, Any], **more: Any) -> ChatMessage:
        post = place(self.world, self.chat, {"sender_chat": self.chat.as_json(), **more}, content, None, None)
        if self.linked is not None:
            head = {
                "from": _TELEGRAM,
                "sender_chat": self.chat.as_json(),
                "is_automatic_forward": True,
                "forward_origin": _origin(post, hidden=False),
                **more,
            }
            self.last_forwarded = place(self.world, self.linked.chat, head, dict(content), None, None)
        return post
