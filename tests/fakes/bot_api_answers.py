"""The methods that ask for something, or tell something else than messages."""

import json
from collections.abc import Callable, Mapping
from typing import Any

from tests.fakes.bot_api_checks import check_commands, units, words
from tests.fakes.bot_api_messages import Chat
from tests.fakes.bot_api_wire import Request, bad_request
from tests.fakes.bot_api_world import World

_ACTIONS = words(
    "typing upload_photo record_video upload_video record_voice upload_voice upload_document choose_sticker "
    "find_location record_video_note upload_video_note"
)
_REACTIONS = words(
    "❤ 👍 👎 🔥 🥰 👏 😁 🤔 🤯 😱 🤬 😢 🎉 🤩 🤮 💩 🙏 👌 🕊 🤡 🥱 🥴 😍 🐳 ❤‍🔥 🌚 "
    "🌭 💯 🤣 ⚡ 🍌 🏆 💔 🤨 😐 🍓 🍾 💋 😈 😴 😭 🤓 👻 👨‍💻 👀 🎃 🙈 😇 😨 🤝 ✍ 🤗 "
    "🫡 🎅 🎄 ☃ 💅 🤪 🗿 🆒 💘 🙉 🦄 😘 💊 🙊 😎 👾 🤷‍♂ 🤷 🤷‍♀ 😡"
)
_SCOPES = words(
    "default all_private_chats all_group_chats all_chat_administrators chat chat_administrators chat_member"
)
_LONGEST_ANSWER = 200


class Answers:
    """What the bot asks and tells."""

    def __init__(self, world: World) -> None:
        self.world = world

    @property
    def methods(self) -> Mapping[str, Callable[[Request], Any]]:
        return {
            "getme": self._get_me,
            "getfile": lambda request: self.world.files.get_file(request.text("file_id")),
            "answercallbackquery": self._answer_callback_query,
            "sendchataction": self._send_chat_action,
            "setmessagereaction": self._set_reaction,
            "setmycommands": self._set_commands,
            "deletemycommands": self._delete_commands,
            "getmycommands": self._get_commands,
            "getchat": self._get_chat,
            "getchatmember": self._get_member,
            "getchatadministrators": self._get_administrators,
            "leavechat": self._leave,
        }

    def _get_me(self, request: Request) -> dict[str, Any]:
        abilities = {
            "can_join_groups": True,
            "can_read_all_group_messages": not self.world.privacy_mode,
            "supports_inline_queries": False,
            "can_connect_to_business": False,
            "has_main_web_app": False,
        }
        return {**self.world.bot, **abilities}

    def _answer_callback_query(self, request: Request) -> bool:
        query = self.world.queries.get(request.text("callback_query_id"))
        if query is None or query.expired or query.answered:
            raise bad_request("query is too old and response timeout expired or query ID is invalid")
        if units(request.text("text")) > _LONGEST_ANSWER:
            raise bad_request("MESSAGE_TOO_LONG")
        query.text = request.text("text")
        query.is_alert = request.flag("show_alert")
        self.world.changes.announce()
        return True

    def _send_chat_action(self, request: Request) -> bool:
        chat = self.world.chat(request.parameters.get("chat_id"))
        if request.text("action") not in _ACTIONS:
            raise bad_request("wrong parameter action in request")
        chat.check_writable(request.integer("message_thread_id") or None)
        chat.actions.append(request.text("action"))
        return True

    def _set_reaction(self, request: Request) -> bool:
        chat = self._readable(request)
        message = chat.messages.get(request.integer("message_id"))
        if message is None or message.deleted:
            raise bad_request("message to react not found")
        given = request.structure("reaction", list) or []
        if len(given) > 1:
            raise bad_request("REACTIONS_TOO_MANY")
        if any(one.get("type") != "emoji" or one.get("emoji") not in _REACTIONS for one in given):
            raise bad_request("REACTION_INVALID")
        message.reactions = [one["emoji"] for one in given]
        self.world.changes.announce()
        return True

    def _scope(self, request: Request) -> tuple[str, str]:
        scope = request.structure("scope", dict) or {"type": "default"}
        if scope.get("type") not in _SCOPES:
            raise bad_request("can't parse BotCommandScope: Unsupported type specified")
        if "chat_id" in scope:
            self.world.chat(scope["chat_id"])
        elif scope["type"].startswith("chat"):
            raise bad_request("chat_id is empty")
        known_as = scope["type"] if set(scope) == {"type"} else json.dumps(scope, sort_keys=True)
        return known_as, request.text("language_code")

    def _set_commands(self, request: Request) -> bool:
        commands = request.structure("commands", list) or []
        scope = self._scope(request)
        check_commands(commands, scope[1])
        self.world.commands[scope] = commands
        self.world.changes.announce()
        return True

    def _delete_commands(self, request: Request) -> bool:
        self.world.commands.pop(self._scope(request), None)
        self.world.changes.announce()
        return True

    def _get_commands(self, request: Request) -> list[dict[str, str]]:
        return self.world.commands.get(self._scope(request), [])

    def _get_chat(self, request: Request) -> dict[str, Any]:
        chat = self._readable(request)
        gifts = ["unlimited_gifts", "limited_gifts", "unique_gifts", "premium_subscription", "gifts_from_channels"]
        accepted = dict.fromkeys(gifts, False)
        about = {**chat.as_json(), "accent_color_id": 0, "max_reaction_count": 11, "accepted_gift_types": accepted}
        return {**about, "linked_chat_id": chat.linked_id} if chat.linked_id is not None else about

    def _get_member(self, request: Request) -> dict[str, Any]:
        chat = self._readable(request)
        user = self.world.users.get(request.integer("user_id"))
        if user is None:
            raise bad_request("invalid user_id specified")
        return self.world.member(user, self.world.statuses.get((chat.id, user["id"]), "left"))

    def _get_administrators(self, request: Request) -> list[dict[str, Any]]:
        chat = self._readable(request)
        if chat.kind == "private":
            raise bad_request("there are no administrators in the private chat")
        statuses = [(user, status) for (chat_id, user), status in self.world.statuses.items() if chat_id == chat.id]
        return [
            self.world.member(self.world.users[user_id], status)
            for user_id, status in statuses
            if status in ("creator", "administrator") and not self.world.users[user_id]["is_bot"]
        ]

    def _leave(self, request: Request) -> bool:
        chat = self._readable(request)
        self.world.change_status(chat, self.world.bot, "left", self.world.bot)
        return True

    def _readable(self, request: Request) -> Chat:
        chat = self.world.chat(request.parameters.get("chat_id"))
        chat.check_readable()
        return chat
