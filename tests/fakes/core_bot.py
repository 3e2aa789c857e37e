"""The bot's side of a core that answers as it is told."""

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from core.domain import TranslatableText
from core.domain.bot import Access
from core.domain.bot_chats import BotChat, chat_number
from core.domain.bot_events import BotEvent
from core.domain.errors import BotChatUnknown
from core.domain.provider_offer import KeyHint

if TYPE_CHECKING:
    from tests.fakes.core import FakeNotula


@dataclass
class BotAnswers:
    """What the fake says of the bot."""

    chats: list[BotChat] = field(default_factory=list)
    past: tuple[BotEvent, ...] = ()
    has_answered: bool = False
    webhook_problem: TranslatableText | None = None


class FakeBotSide:
    """Stands where `BotSetup` and `BotChatList` do, and notes its calls with the rest."""

    def __init__(self, notula: "FakeNotula") -> None:
        self._notula = notula
        self._answers = notula.bot_answers

    async def use_token(self, token: str, *, for_session: bool = False) -> str:
        await self._notula._called("use_token_for_session" if for_session else "use_token", token)
        hint = KeyHint("telegram", token[-4:], is_for_session=for_session)
        self._notula.key_hints = [one for one in self._notula.key_hints if one.provider != "telegram"] + [hint]
        self._notula._use(bot_enabled=True)
        return "notula_test_bot"

    async def forget_token(self) -> None:
        await self._notula._called("forget_token")
        self._notula.key_hints = [one for one in self._notula.key_hints if one.provider != "telegram"]

    async def turn_on(self) -> None:
        await self._notula._called("turn_on")

    async def turn_off(self) -> None:
        await self._notula._called("turn_off")

    async def has_answered(self) -> bool:
        return self._answers.has_answered

    async def webhook_problem(self) -> TranslatableText | None:
        await self._notula._called("webhook_problem")
        return self._answers.webhook_problem

    async def list(self) -> tuple[BotChat, ...]:
        await self._notula._called("bot_chats")
        return tuple(self._answers.chats)

    async def set_access(self, chat_id: int, access: Access) -> None:
        await self._notula._called("set_access", chat_id, access)
        known = {chat.chat_id: chat for chat in self._answers.chats}
        known[chat_id] = replace(known.get(chat_id, BotChat(chat_id, access)), access=access)
        self._answers.chats = list(known.values())

    async def find(self, text: str) -> int:
        number = chat_number(text)
        if number is None:
            raise BotChatUnknown(written=text)
        return number

    async def past_events(self) -> tuple[BotEvent, ...]:
        return self._answers.past
