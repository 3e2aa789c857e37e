"""What handlers get: `context`, the running bot, and `request`, the update that they handle."""

import logging
from collections.abc import Callable
from dataclasses import dataclass, replace

from aiogram.exceptions import AiogramError, TelegramRetryAfter
from aiogram.types import Chat, InlineKeyboardMarkup, User

from core.bot.api.errors import TRANSIENT_ERRORS
from core.bot.api.responses import response_of, text_field
from core.bot.api.sender import MessageSender
from core.bot.api.session import NamedBot
from core.bot.command_registry import CommandRegistry
from core.bot.delivery.outbox import Outbox
from core.bot.delivery.rendering import sentence
from core.bot.event_log import BotEventLog
from core.bot.files.albums import Albums
from core.bot.ports import Host
from core.bot.ui.language_names import did_you_mean
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
    events: BotEventLog
    clock: Callable[[], float]

    @property
    def username(self) -> str:
        """The bot's own, without the @."""
        return self.bot.username

    def access(self, user_id: int, chat_id: int) -> Access:
        """What a person may do in a chat. The owner allows or blocks persons and whole chats."""
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

    def is_allowed(self, chat_or_user_id: int) -> bool:
        """Whether the person, or everybody in the chat, with this id may use the bot."""
        return self.access(0, chat_or_user_id) is Access.ALLOWED


@dataclass(frozen=True, slots=True)
class RequestContext:
    """An update that a handler answers: by whom, where, and with which preferences of the chat."""

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
        """Whether this is the person's own chat with the bot."""
        return self.chat.type == "private"

    @property
    def requester(self) -> Requester:
        """The person as the queue knows them."""
        return self.requester_of(self.person.user_id)

    def requester_of(self, user_id: int) -> Requester:
        """A person as the queue knows them; the owner has no limits there."""
        is_owner = user_id == self.context.host.settings.bot_owner
        return Requester(CHANNEL, OWNER if is_owner else str(user_id))

    async def may_configure_chat(self) -> bool:
        """Whether this person may change the chat's preferences: in groups an admin. Raises `TelegramUnreachable`."""
        is_on_behalf_of_chat = self.person.user_id == self.chat.id
        if is_on_behalf_of_chat or self.is_private or self.access is Access.OWNER:
            return True
        bot = self.context.bot
        try:
            member = await response_of(bot.get_chat_member(self.chat.id, self.person.user_id))
        except (*TRANSIENT_ERRORS, TelegramRetryAfter) as error:
            logger.info("Whether this is an admin could not be found out: %s", type(error).__name__)
            raise TelegramUnreachable from error
        except AiogramError as error:
            logger.info("Telegram refuses to tell whether this is an admin: %s", type(error).__name__)
            return False
        return text_field(member, "status") in ADMIN_STATUSES

    async def send(
        self, text: str, *, reply_to: int | None = None, keyboard: InlineKeyboardMarkup | None = None
    ) -> None:
        """Send a short text to the request's chat and topic."""
        await self.context.sender.send(
            self.chat.id, sentence(text), reply_to=reply_to, thread_id=self.thread_id, keyboard=keyboard
        )

    async def send_unknown_language(self, language: str, reply_to: int) -> None:
        """Answer what is no language with how to name one, and which one may be meant."""
        unknown = self.tr("I don't know this language. Name it as in /translate id or /translate Indonesian.")
        await self.send(" ".join(filter(None, (unknown, did_you_mean(language, self.tr)))), reply_to=reply_to)

    def new_delivery(self, kind: DeliveryKind, *, index: int = 0, reply_to: int | None = None) -> Delivery:
        """A delivery to this person that this update causes, the `index`th of it."""
        return Delivery(
            id=self.delivery_id(index),
            kind=kind,
            chat_id=self.chat.id,
            user_id=self.person.user_id,
            reply_to=reply_to,
            interface_language=self.tr.language,
            created_at=self.context.clock(),
            thread_id=self.thread_id,
        )

    def derived_delivery(self, known: Delivery, kind: DeliveryKind, *, reply_to: int | None) -> Delivery:
        """A delivery that is derived from an earlier one, such as a file of its transcript."""
        delivery = self.new_delivery(kind, reply_to=reply_to)
        # "Try again" under a copy needs the job of the original.
        job_id = known.job_id if kind is DeliveryKind.COPY else None
        # A transcript's target language is that of the translation which follows it; its file is in the original one.
        is_translated = kind is DeliveryKind.FILE and known.kind is DeliveryKind.TRANSLATION
        return replace(
            delivery,
            name=known.name,
            transcript_id=known.transcript_id,
            job_id=job_id,
            target_language=known.target_language if is_translated else "",
        )

    def delivery_id(self, index: int = 0) -> DeliveryId:
        """The id of the `index`th delivery of this update: the same whenever the update is handled again."""
        return delivery_id(self.context.bot.id, self.update_id, index)

    async def transcribe(
        self,
        source: SourceReference,
        *,
        reply_to: int | None,
        size_bytes: int = 0,
        provider: str = "",
        translate_to: str = "",
        people: int | None = None,
        index: int = 0,
    ) -> None:
        """Submit a recording, the `index`th of this update, and open the delivery of its transcript.

        With `people` speakers are told apart, as so many.

        Raises `TooManyWaiting`.
        """
        chosen = self.preferences
        options = self._options(provider or chosen.provider, "" if provider else chosen.model)
        if people is not None:
            options = replace(options, speakers=True, people=people)
        delivery = replace(
            self.new_delivery(DeliveryKind.TRANSCRIPT, index=index, reply_to=reply_to),
            job_id=JobId(f"{CHANNEL}-{self.delivery_id(index)}"),
            name=source.name,
            formats=chosen.formats,
            target_language=translate_to or chosen.translate_to,
        )
        assert delivery.job_id is not None
        priority: Priority = priority_of(self.requester, together=1, size_bytes=size_bytes)
        # The job first: a delivery without a job would never end.
        await self.context.host.queue.submit_once(
            Job(delivery.job_id, source, options, self.requester, self.context.clock(), priority)
        )
        await self.context.outbox.open(delivery)

    def _options(self, provider: str, model: str) -> TranscriptionOptions:
        default = self.context.host.settings.transcription_options
        language = self.preferences.language
        spoken = default.language if not language else None if language == "auto" else language
        return replace(default, provider=provider, model=model, language=spoken)


def person_of(user: User) -> BotPerson:
    """The person behind a Telegram user."""
    return BotPerson(user.id, user.full_name, user.username or "", user.language_code or "")


def interface_language(preferences: ChatPreferences, person: BotPerson) -> str:
    """The language chosen in the chat, else that of the person's Telegram, else English."""
    language = preferences.interface_language or person.language_code.partition("-")[0].lower()
    return language if language in INTERFACE_LANGUAGES else "en"
