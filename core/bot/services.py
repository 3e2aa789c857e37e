"""What handlers have at hand."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from aiogram import Bot
from aiogram.types import Chat, InlineKeyboardMarkup, Message, Update, User

from core.bot.content import Text
from core.bot.courier import Courier
from core.bot.delivery_desk import DeliveryDesk
from core.bot.host import Host
from core.config.bot_settings import BotAudience
from core.domain import JobId, Priority, Requester, SourceReference, TranscriptionOptions
from core.domain.bot import CHANNEL, Access, BotPerson, ChatPreferences, Delivery, DeliveryId, DeliveryKind, delivery_id
from core.domain.job import OWNER, Job
from core.queue import priority_of
from core.store.audit_log import AuditLog
from core.store.bot_people import BotPeople
from core.store.chat_preferences import ChatPreferencesStore
from core.store.deliveries import DeliveryJournal
from core.store.ownership import Ownership
from core.store.personal_records import PersonalRecords
from core.translate import LANGUAGES, Translator


@dataclass(frozen=True, slots=True)
class Services:
    """Everything of one running bot. `clock` gives seconds since the epoch."""

    bot: Bot
    username: str
    host: Host
    desk: DeliveryDesk
    deliveries: DeliveryJournal
    courier: Courier
    people: BotPeople
    preferences: ChatPreferencesStore
    audit: AuditLog
    ownership: Ownership
    records: PersonalRecords
    clock: Callable[[], float]

    def access(self, user_id: int, chat_id: int) -> Access:
        """What this person may do here: the owner may have allowed, or blocked, a person or a whole chat."""
        if user_id and user_id == self.host.settings.bot_owner:
            return Access.OWNER
        of_person, of_chat = self.people.access(user_id), self.people.access(chat_id)
        if Access.BLOCKED in (of_person, of_chat):
            return Access.BLOCKED
        audience = self.host.settings.bot_audience
        if audience is BotAudience.EVERYBODY:
            return Access.ALLOWED
        is_allowed = Access.ALLOWED in (of_person, of_chat) and audience is BotAudience.ALLOWED
        return Access.ALLOWED if is_allowed else Access.UNKNOWN


@dataclass(frozen=True, slots=True)
class Asked:
    """Who has asked for something, where, and what was chosen there."""

    services: Services
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
        is_owner = user_id == self.services.host.settings.bot_owner
        return Requester(CHANNEL, OWNER if is_owner else str(user_id))

    async def say(
        self, text: str, *, reply_to: int | None = None, keyboard: InlineKeyboardMarkup | None = None
    ) -> None:
        """A short answer."""
        await self.services.courier.send(
            self.chat.id, Text(text), reply_to=reply_to, thread_id=self.thread_id, keyboard=keyboard
        )

    def owed(self, kind: DeliveryKind, *, index: int = 0, reply_to: int | None = None) -> Delivery:
        """Something that this update makes the bot owe this person."""
        return Delivery(
            id=self.id(index),
            kind=kind,
            chat_id=self.chat.id,
            user_id=self.person.user_id,
            reply_to=reply_to,
            interface_language=self.tr.language,
            created_at=self.services.clock(),
            thread_id=self.thread_id,
        )

    def owed_of(self, known: Delivery, kind: DeliveryKind, *, reply_to: int | None) -> Delivery:
        """Something that is made of what was delivered before."""
        owed = self.owed(kind, reply_to=reply_to)
        # A copy can be asked for again like what it is a copy of.
        job_id = known.job_id if kind is DeliveryKind.COPY else None
        return replace(owed, name=known.name, transcript_id=known.transcript_id, job_id=job_id)

    def id(self, index: int = 0) -> DeliveryId:
        """The same whenever this update is handled again."""
        return delivery_id(self.services.bot.id, self.update_id, index)

    async def transcribe(
        self,
        source: SourceReference,
        *,
        reply_to: int | None,
        size_bytes: int = 0,
        provider: str = "",
        translate_to: str = "",
    ) -> None:
        """Have a recording transcribed and deliver what comes of it. Raises `TooManyWaiting`."""
        chosen = self.preferences
        options = self._options(provider or chosen.provider, "" if provider else chosen.model)
        delivery = replace(
            self.owed(DeliveryKind.TRANSCRIPT, reply_to=reply_to),
            job_id=JobId(f"{CHANNEL}-{self.id()}"),
            name=source.name,
            formats=chosen.formats,
            target_language=translate_to or chosen.translate_to,
        )
        assert delivery.job_id is not None
        priority: Priority = priority_of(self.requester, together=1, size_bytes=size_bytes)
        # First the job: a delivery without one would wait for nothing.
        await self.services.host.submit_once(
            Job(delivery.job_id, source, options, self.requester, self.services.clock(), priority)
        )
        await self.services.desk.open(delivery)

    def _options(self, provider: str, model: str) -> TranscriptionOptions:
        usual = self.services.host.settings.transcription_options
        language = self.preferences.language
        spoken = usual.language if not language else None if language == "auto" else language
        return replace(usual, provider=provider, model=model, language=spoken)


def person_of(user: User) -> BotPerson:
    """Somebody as their Telegram tells them."""
    return BotPerson(user.id, user.full_name, user.username or "", user.language_code or "")


def interface_language(preferences: ChatPreferences, person: BotPerson) -> str:
    """What was chosen, else what their Telegram says, else English."""
    wanted = preferences.interface_language or person.language_code.partition("-")[0].lower()
    return wanted if wanted in LANGUAGES else "en"


def message_of(update: Update) -> Message | None:
    """The message that an update brings, or that a pressed button belongs to."""
    if update.message is not None:
        return update.message
    if update.callback_query is not None and isinstance(update.callback_query.message, Message):
        return update.callback_query.message
    return None
