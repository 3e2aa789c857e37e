"""What can be chosen for a chat: by everybody in their private one, by admins in groups."""

import logging
from collections.abc import Callable
from dataclasses import replace

from aiogram import F, Router
from aiogram.exceptions import AiogramError
from aiogram.filters import Command, CommandObject, CommandStart
from aiogram.types import CallbackQuery, Message

from core.bot.api.errors import MessageGone
from core.bot.api.message_content import Text
from core.bot.api.responses import answer_of, told_flag, told_text
from core.bot.request_context import ADMINS, Asked, Services, interface_language
from core.bot.ui.keyboards import provider_mark
from core.bot.ui.language_names import code_of
from core.bot.ui.settings_panel import USUAL, Chosen, Page, Panel, read_choice
from core.domain.bot import Access, ChatPreferences
from core.i18n import Translator

logger = logging.getLogger(__name__)

_USUAL_WORDS = ("default", "owner", USUAL)


def make_router() -> Router:
    """The handlers of commands that choose something."""
    router = Router(name="preferences")
    router.message.register(_settings, Command("settings"))
    router.message.register(_settings, CommandStart(deep_link=True, magic=F.args == "settings"))
    for name, handler in (("provider", _provider), ("model", _model), ("language", _language)):
        router.message.register(handler, Command(name))
    return router


def make_press_router() -> Router:
    """The handlers of their buttons. Looking around in them isn't counted among a person's requests."""
    router = Router(name="preference-presses")
    router.callback_query.register(_pressed, F.data.startswith("set:"))
    return router


async def _settings(message: Message, asked: Asked) -> None:
    if await _may_choose(message, asked):
        panel = await _panel(asked, asked.preferences)
        await asked.say(panel.text(), keyboard=panel.keyboard())


async def _provider(message: Message, command: CommandObject, asked: Asked) -> None:
    panel = await _panel(asked, asked.preferences)
    known = "\n".join(f"{name}: {title}" for name, title in panel.providers.items())
    unknown = asked.tr("There is no such provider here. There are:")

    def found(word: str) -> str | None:
        return next((name for name, title in panel.providers.items() if word in (name, title.casefold())), None)

    await _choose(message, command, asked, Page.PROVIDER, _marked(found), f"{unknown}\n{known}")


async def _model(message: Message, command: CommandObject, asked: Asked) -> None:
    panel = await _panel(asked, asked.preferences)
    names = panel.models.get(panel.provider, ())
    unknown = asked.tr("There is no such model here. There are:")

    def found(word: str) -> str | None:
        return next((name for name in names if name.casefold() == word), None)

    await _choose(message, command, asked, Page.MODEL, _marked(found), "\n".join((unknown, *names)))


async def _language(message: Message, command: CommandObject, asked: Asked) -> None:
    tr = asked.tr
    unknown = tr("I don't know this language. Name it as in /language id or /language Indonesian; auto recognises it.")

    def found(word: str) -> str | None:
        if word in ("auto", tr("Recognised").casefold()):
            return "auto"
        return code_of(word, tr) or None

    await _choose(message, command, asked, Page.LANGUAGE, found, unknown)


async def _choose(
    message: Message,
    command: CommandObject,
    asked: Asked,
    page: Page,
    value_of: Callable[[str], str | None],
    unknown: str,
) -> None:
    """With a word behind the command it is chosen at once, else there are buttons."""
    if not await _may_choose(message, asked):
        return
    panel = await _panel(asked, asked.preferences)
    word = (command.args or "").strip().casefold()
    if not word:
        await asked.say(panel.text(), keyboard=panel.keyboard(page))
        return
    value = USUAL if word in _USUAL_WORDS else value_of(word)
    preferences = panel.after(Chosen(page, value)) if value is not None else None
    if preferences is None:
        await asked.say(unknown, reply_to=message.message_id)
        return
    await _keep(asked, preferences)
    changed = replace(panel, preferences=preferences)
    await asked.say(changed.text(), keyboard=changed.keyboard())


async def _pressed(query: CallbackQuery, asked: Asked, services: Services) -> None:
    """First the answer, for which the person waits, then the message, which may not be changed at once."""
    choice = read_choice(query.data)
    message = query.message
    panel = await _panel(asked, asked.preferences)
    preferences = panel.after(choice) if choice is not None and choice.value else asked.preferences
    may_choose = await asked.decides_for_chat()
    notice = ""
    if choice is None or preferences is None or not isinstance(message, Message):
        notice = asked.tr("This can't be chosen any more. Send /settings again.")
    elif not may_choose:
        await services.audit.record(str(asked.person.user_id), "refused-button", "set")
        notice = asked.tr("Only admins of this group can choose that.")
    elif choice.value:
        await _keep(asked, preferences)
        notice = asked.tr("Chosen.")
    await services.courier.answer(query.id, notice)
    if choice is None or preferences is None or not isinstance(message, Message) or not may_choose:
        return
    shown = await _panel(asked, preferences)
    page = Page.HOME if choice.value and choice.page not in (Page.WITH_FILE, Page.WITHOUT_FILE) else choice.page
    try:
        await services.courier.edit(asked.chat.id, message.message_id, Text(shown.text()), shown.keyboard(page))
    except MessageGone:
        logger.info("The message with the choices was deleted")


async def _keep(asked: Asked, preferences: ChatPreferences) -> None:
    await asked.services.preferences.set(asked.chat.id, preferences)
    if asked.access is Access.OWNER and not asked.is_private:
        await asked.services.audit.record(str(asked.person.user_id), "settings", str(asked.chat.id))


async def _panel(asked: Asked, preferences: ChatPreferences) -> Panel:
    services = asked.services
    providers = services.host.providers
    await providers.ready()
    offers = {offer.name: tuple(model.name for model in offer.models) for offer in providers.offers()}
    return Panel(
        Translator(interface_language(preferences, asked.person)),
        preferences,
        {state.name: state.title for state in providers.states},
        offers,
        asked.is_private,
        asked.is_private or not preferences.automatic or await _sees_all(asked),
        None if asked.is_private or services.lets_in(asked.chat.id) else asked.chat.id,
    )


async def _sees_all(asked: Asked) -> bool:
    """Whether the bot is shown every message of this group.

    https://core.telegram.org/bots/features#privacy-mode
    """
    bot = asked.services.bot
    try:
        if told_flag(await answer_of(bot.get_me()), "can_read_all_group_messages"):
            return True
        return told_text(await answer_of(bot.get_chat_member(asked.chat.id, bot.id)), "status") in ADMINS
    except AiogramError as error:
        logger.info("Nobody knows what the bot is shown here: %s", type(error).__name__)
        return True


async def _may_choose(message: Message, asked: Asked) -> bool:
    """Whether whoever has sent this may; those who may not are told."""
    if await asked.decides_for_chat():
        return True
    await asked.say(asked.tr("Only admins of this group can choose that."), reply_to=message.message_id)
    return False


def _marked(found: Callable[[str], str | None]) -> Callable[[str], str | None]:
    """Names of providers and models may be too long for a button, whose data stand for the choice."""

    def value_of(word: str) -> str | None:
        name = found(word)
        return provider_mark(name) if name is not None else None

    return value_of
