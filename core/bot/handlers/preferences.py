"""Preferences of a chat: /settings with its panel of buttons, /provider, /model, /language."""

import logging
from collections.abc import Callable
from dataclasses import replace

from aiogram import F, Router
from aiogram.exceptions import AiogramError
from aiogram.filters import CommandObject
from aiogram.types import CallbackQuery, Message

from core.bot.api.errors import MessageGone
from core.bot.api.message_content import Text
from core.bot.api.responses import flag_field, response_of, text_field
from core.bot.request_context import ADMIN_STATUSES, BotContext, RequestContext, interface_language
from core.bot.ui.keyboards import button_id
from core.bot.ui.language_names import code_of, did_you_mean
from core.bot.ui.settings_panel import DEFAULT_CHOICE, Page, PanelButton, SettingsPanel, parse_panel_button
from core.domain.bot import Access, ChatPreferences
from core.i18n import Translator

logger = logging.getLogger(__name__)

_DEFAULT_WORDS = ("default", "owner", DEFAULT_CHOICE)


def make_router() -> Router:
    """The handler of the settings panel's buttons, which aren't rate-limited."""
    router = Router(name="settings-panel")
    router.callback_query.register(_button_pressed, F.data.startswith("set:"))
    return router


async def show_settings(message: Message, request: RequestContext) -> None:
    """/settings: what is chosen for the chat, with buttons to change it."""
    panel = await _panel(request, request.preferences)
    await request.send(panel.text(), keyboard=panel.keyboard())


async def choose_provider(message: Message, command: CommandObject, request: RequestContext) -> None:
    """/provider: choose who transcribes."""
    panel = await _panel(request, request.preferences)
    known = "\n".join(f"{name}: {title}" for name, title in panel.providers.items())
    unknown = request.tr("There is no such provider here. There are:")

    def found(word: str) -> str | None:
        return next((name for name, title in panel.providers.items() if word in (name, title.casefold())), None)

    await _choose(message, command, request, Page.PROVIDER, _by_button_id(found), f"{unknown}\n{known}")


async def choose_model(message: Message, command: CommandObject, request: RequestContext) -> None:
    """/model: choose by which model."""
    panel = await _panel(request, request.preferences)
    names = panel.models.get(panel.provider, ())
    unknown = request.tr("There is no such model here. There are:")

    def found(word: str) -> str | None:
        return next((name for name in names if name.casefold() == word), None)

    await _choose(message, command, request, Page.MODEL, _by_button_id(found), "\n".join((unknown, *names)))


async def choose_language(message: Message, command: CommandObject, request: RequestContext) -> None:
    """/language: choose which language is spoken."""
    tr = request.tr
    unknown = tr("I don't know this language. Name it as in /language id or /language Indonesian; auto recognises it.")

    def found(word: str) -> str | None:
        if word in ("auto", tr("Recognised").casefold()):
            return "auto"
        return code_of(word, tr) or None

    meant = did_you_mean(command.args or "", tr)
    await _choose(message, command, request, Page.LANGUAGE, found, " ".join(filter(None, (unknown, meant))))


async def _choose(
    message: Message,
    command: CommandObject,
    request: RequestContext,
    page: Page,
    value_of: Callable[[str], str | None],
    unknown: str,
) -> None:
    """Save the value after the command, or show the buttons of this page where there is none."""
    panel = await _panel(request, request.preferences)
    word = (command.args or "").strip().casefold()
    if not word:
        await request.send(panel.text(), keyboard=panel.keyboard(page))
        return
    value = DEFAULT_CHOICE if word in _DEFAULT_WORDS else value_of(word)
    preferences = panel.after(PanelButton(page, value)) if value is not None else None
    if preferences is None:
        await request.send(unknown, reply_to=message.message_id)
        return
    await _save(request, preferences)
    changed = replace(panel, preferences=preferences)
    await request.send(changed.text(), keyboard=changed.keyboard())


async def _button_pressed(query: CallbackQuery, request: RequestContext, context: BotContext) -> None:
    """Save a choice. The button is answered before the message is edited, which the rate limit may delay."""
    choice = parse_panel_button(query.data)
    message = query.message
    panel = await _panel(request, request.preferences)
    preferences = panel.after(choice) if choice is not None and choice.value else request.preferences
    may_choose = await request.may_configure_chat()
    notice = ""
    if choice is None or preferences is None or not isinstance(message, Message):
        notice = request.tr("This can't be chosen any more. Send /settings again.")
    elif not may_choose:
        await context.stores.audit_log.record(str(request.person.user_id), "refused-button", "set")
        notice = request.tr("Only admins of this group can choose that.")
    elif choice.value:
        await _save(request, preferences)
        notice = request.tr("Chosen.")
    await context.sender.answer_button(query.id, notice)
    if choice is None or preferences is None or not isinstance(message, Message) or not may_choose:
        return
    shown = await _panel(request, preferences)
    page = Page.HOME if choice.value and choice.page not in (Page.WITH_FILE, Page.WITHOUT_FILE) else choice.page
    try:
        await context.sender.edit(request.chat.id, message.message_id, Text(shown.text()), shown.keyboard(page))
    except MessageGone:
        logger.info("The settings panel was deleted meanwhile")


async def _save(request: RequestContext, preferences: ChatPreferences) -> None:
    await request.context.stores.preferences.set(request.chat.id, preferences)
    if request.access is Access.OWNER and not request.is_private:
        await request.context.stores.audit_log.record(str(request.person.user_id), "settings", str(request.chat.id))


async def _panel(request: RequestContext, preferences: ChatPreferences) -> SettingsPanel:
    context = request.context
    providers = context.host.providers
    await providers.ready()
    offers = {offer.name: tuple(model.name for model in offer.models) for offer in providers.offers()}
    return SettingsPanel(
        tr=Translator(interface_language(preferences, request.person)),
        preferences=preferences,
        providers={state.name: state.title for state in providers.states},
        models=offers,
        is_private=request.is_private,
        sees_all=request.is_private or not preferences.automatic or await _receives_all_messages(request),
        closed_chat=None if request.is_private or context.is_allowed(request.chat.id) else request.chat.id,
    )


async def _receives_all_messages(request: RequestContext) -> bool:
    """Whether Telegram sends the bot every message of this group.

    https://core.telegram.org/bots/features#privacy-mode
    """
    bot = request.context.bot
    try:
        if flag_field(await response_of(bot.get_me()), "can_read_all_group_messages"):
            return True
        return text_field(await response_of(bot.get_chat_member(request.chat.id, bot.id)), "status") in ADMIN_STATUSES
    except AiogramError as error:
        logger.info("Which messages the bot receives could not be found out: %s", type(error).__name__)
        return True


def _by_button_id(found: Callable[[str], str | None]) -> Callable[[str], str | None]:
    """Map a name to its `button_id`: names of providers and models may be too long for a button's data."""

    def value_of(word: str) -> str | None:
        name = found(word)
        return button_id(name) if name is not None else None

    return value_of
