"""What handlers have at hand."""

import logging
from collections.abc import Callable
from dataclasses import dataclass, replace

from aiogram.exceptions import AiogramError, TelegramRetryAfter
from aiogram.types import Chat, InlineKeyboardMarkup, User

from core.bot.api.errors import TRANSIENT_ERRORS
from core.bot.api.responses import answer_of, text_field
from core.bot.api.sender import MessageSender
from core.bot.api.session import NamedBot
from core.bot.command_registry import CommandRegistry
from core.bot.delivery.outbox import Outbox
from core.bot.delivery.rendering import sentence
from core.bot.files.albums import Albums
from core.bot.ports import Host
from core.config.bot_settings import BotAudience
from core.domain import JobId, Priority, Requester, SourceReference, TranscriptionOptions
from core.domain.bot import CHANNEL, Access, BotPerson, ChatPreferences, Delivery, DeliveryId, DeliveryKind, delivery_id
from core.domain.errors import TelegramUnreachable
from core.domain.job import OWNER, Job
from core.i18n import INTERFACE_LANGUAGES, Translator
from core.queue import priority_of
from core.store import BotStores

logger = logging.getLogger(__name__)

ADMIN_STATUSES = ("creator", "administrator")
"""https://core.telegram.org/bots/api#chatmember"""


@dataclass(frozen=True, slots=True)
class BotContext:
    """What all handlers of one running bot share. `clock` gives seconds since the epoch."""

    bot: NamedBot
    host: Host
    outbox: Outbox
    sender: MessageSender
    stores: BotStores
    commands: CommandRegistry
    albums: Albums
    clock: Callable[[], float]

    @property
    def username(self) -> str:
        """The bot's own, without the @."""
        return self.bot.username

    def access(self, user_id: int, chat_id: int) -> Access:
        """What this person may do here: the owner may have allowed, or blocked, a person or a whole chat."""
        if user_id and user_id == self.host.settings.bot_owner:
            return Access.OWNER
        of_person, of_chat = self.stores.people.access(user_id), self.stores.people.access(chat_id)
        if Access.BLOCKED in (of_person, of_chat):
            return Access.BLOCKED
        audience = self.host.settings.bot_audience
        if audience is BotAudience.EVERYBODY:
            return Access.ALLOWED
        is_allowed = Access.ALLOWED in (of_person, of_chat) and audience is BotAudience.ALLOWED
        return Access.ALLOWED if is_allowed else Access.UNKNOWN

    def is_allowed(self, number: int) -> bool:
        """Whether any person, or any person in a chat, of this number may use the bot."""
        return self.access(0, number) is Access.ALLOWED


@dataclass(frozen=True, slots=True)
class RequestContext:
    """Who has asked for something, where, and what was chosen there."""

    context: BotContext
    update_id: int
    person: BotPerson
    access: Access
    chat: Chat
    thread_id: int | None
    preferences: ChatPreferences
    tr: Translator

    @property
    def is_private(self) -> bool:
        """Whether nobody else reads along."""
        return self.chat.type == "private"

    @property
    def requester(self) -> Requester:
        """For the queue."""
        return self.requester_of(self.person.user_id)

    def requester_of(self, user_id: int) -> Requester:
        """Somebody for the queue, where the owner has no limits."""
        is_owner = user_id == self.context.host.settings.bot_owner
        return Requester(CHANNEL, OWNER if is_owner else str(user_id))

    async def may_configure_chat(self) -> bool:
        """Whether this person may choose for everybody in the chat. Raises `TelegramUnreachable`."""
        speaks_for_it = self.person.user_id == self.chat.id
        if speaks_for_it or self.is_private or self.access is Access.OWNER:
            return True
        bot = self.context.bot
        try:
            member = await answer_of(bot.get_chat_member(self.chat.id, self.person.user_id))
        except (*TRANSIENT_ERRORS, TelegramRetryAfter) as error:
            logger.info("Nobody knows whether this is an admin: %s", type(error).__name__)
            raise TelegramUnreachable from error
        except AiogramError as error:
            logger.info("Telegram doesn't say whether this is an admin: %s", type(error).__name__)
            return False
        return text_field(member, "status") in ADMIN_STATUSES

    async def send(
        self, text: str, *, reply_to: int | None = None, keyboard: InlineKeyboardMarkup | None = None
    ) -> None:
        """A short answer."""
        await self.context.sender.send(
            self.chat.id, sentence(text), reply_to=reply_to, thread_id=self.thread_id, keyboard=keyboard
        )

    async def send_unknown_language(self, reply_to: int) -> None:
        """What to write instead of a language that nobody knows."""
        unknown = self.tr("I don't know this language. Name it as in /translate id or /translate Indonesian.")
        await self.send(unknown, reply_to=reply_to)

    def new_delivery(self, kind: DeliveryKind, *, index: int = 0, reply_to: int | None = None) -> Delivery:
        """Something that this update makes the bot owe this person."""
        return Delivery(
            id=self.id(index),
            kind=kind,
            chat_id=self.chat.id,
            user_id=self.person.user_id,
            reply_to=reply_to,
            interface_language=self.tr.language,
            created_at=self.context.clock(),
            thread_id=self.thread_id,
        )

    def derived_delivery(self, known: Delivery, kind: DeliveryKind, *, reply_to: int | None) -> Delivery:
        """Something that is made of what was delivered before."""
        delivery = self.new_delivery(kind, reply_to=reply_to)
        # A copy can be asked for again like what it is a copy of.
        job_id = known.job_id if kind is DeliveryKind.COPY else None
        # A file of a translation is one in that language; of a transcript it names what follows of itself.
        is_translated = kind is DeliveryKind.FILE and known.kind is DeliveryKind.TRANSLATION
        return replace(
            delivery,
            name=known.name,
            transcript_id=known.transcript_id,
            job_id=job_id,
            target_language=known.target_language if is_translated else "",
        )

    def id(self, index: int = 0) -> DeliveryId:
        """The same whenever this update is handled again."""
        return delivery_id(self.context.bot.id, self.update_id, index)

    async def transcribe(
        self,
        source: SourceReference,
        *,
        reply_to: int | None,
        size_bytes: int = 0,
        provider: str = "",
        translate_to: str = "",
        index: int = 0,
    ) -> None:
        """Have a recording transcribed, the `index`th by this update, and deliver what comes of it.

        Raises `TooManyWaiting`.
        """
        chosen = self.preferences
        options = self._options(provider or chosen.provider, "" if provider else chosen.model)
        delivery = replace(
            self.new_delivery(DeliveryKind.TRANSCRIPT, index=index, reply_to=reply_to),
            job_id=JobId(f"{CHANNEL}-{self.id(index)}"),
            name=source.name,
            formats=chosen.formats,
            target_language=translate_to or chosen.translate_to,
        )
        assert delivery.job_id is not None
        priority: Priority = priority_of(self.requester, together=1, size_bytes=size_bytes)
        # First the job: a delivery without one would wait for nothing.
        await self.context.host.queue.submit_once(
            Job(delivery.job_id, source, options, self.requester, self.context.clock(), priority)
        )
        await self.context.outbox.open(delivery)

    def _options(self, provider: str, model: str) -> TranscriptionOptions:
        usual = self.context.host.settings.transcription_options
        language = self.preferences.language
        spoken = usual.language if not language else None if language == "auto" else language
        return replace(usual, provider=provider, model=model, language=spoken)


def person_of(user: User) -> BotPerson:
    """Somebody as their Telegram tells them."""
    return BotPerson(user.id, user.full_name, user.username or "", user.language_code or "")


def interface_language(preferences: ChatPreferences, person: BotPerson) -> str:
    """What was chosen, else what their Telegram says, else English."""
    wanted = preferences.interface_language or person.language_code.partition("-")[0].lower()
    return wanted if wanted in INTERFACE_LANGUAGES else "en"
