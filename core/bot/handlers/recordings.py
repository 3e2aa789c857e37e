"""Recordings: in private chats all; in groups those with a mention, by /transcribe, or all if chosen so."""

from aiogram import F, Router
from aiogram.filters import CommandObject
from aiogram.types import Message

from core.bot.files.attachments import recording_in
from core.bot.request_context import BotContext, RequestContext
from core.bot.ui.language_names import code_of
from core.domain.speakers import MOST_PEOPLE

_HAS_MEDIA = F.voice | F.audio | F.video | F.video_note | F.document
_CAPTION_COMMANDS = ("transcribe", "translate")
"""Commands that work as the caption of a recording."""


def make_router() -> Router:
    """The handlers of recordings, which come before those of commands because of captions with a command."""
    router = Router(name="recordings")
    router.message.register(_received, _HAS_MEDIA, _is_addressed)
    router.message.register(_mentioned_in_reply, F.text, ~F.text.startswith("/"), _is_mentioned)
    return router


async def _is_addressed(message: Message, request: RequestContext, context: BotContext) -> bool:
    """Whether a message with media is for the bot. Other items of an album are remembered: a later one may be."""
    if request.is_private or request.preferences.automatic:
        return True
    if message.is_automatic_forward:  # A channel's post, under which nobody can mention the bot.
        return False
    if context.albums.is_requested(message) or _requests_transcript(message, context.username):
        return True
    context.albums.remember(message)
    return False


async def _is_mentioned(message: Message, request: RequestContext, context: BotContext) -> bool:
    """Whether the bot is mentioned in a group."""
    return not request.is_private and _mentions(message, context.username)


async def _received(message: Message, request: RequestContext, context: BotContext) -> None:
    """Transcribe a recording, and the earlier items of its album."""
    if recording_in(message, context.bot.id) is None:
        if request.is_private or _requests_transcript(message, context.username):
            await _send_no_recording(message, request)
        return
    command, words = caption_command(message, context.username)
    people = await _people_in(words, message, request) if command == "transcribe" else None
    language = code_of(words, request.tr) if command == "translate" else ""
    if command == "translate" and words and not language:
        await request.send_unknown_language(words, message.message_id)
    for index, item in enumerate(context.albums.request_album(message)):
        await _transcribe_message(item, request, index=index, translate_to=language, people=people)


async def _mentioned_in_reply(message: Message, request: RequestContext, context: BotContext) -> None:
    original = message.reply_to_message
    if original is None:
        how = request.tr("Reply to a recording with /transcribe, or mention me under one, and I write it down.")
        await request.send(how, reply_to=message.message_id)
    elif not await _transcribe_message(original, request):
        await _send_no_recording(message, request)


async def transcribe(message: Message, command: CommandObject, request: RequestContext) -> None:
    """/transcribe as a reply to a recording; with a number as many people are told apart."""
    original = message.reply_to_message
    people = await _people_in((command.args or "").strip(), message, request)
    if original is None or not await _transcribe_message(original, request, people=people):
        await request.send(request.tr("Reply to a recording with /transcribe."), reply_to=message.message_id)


async def _transcribe_message(
    message: Message,
    request: RequestContext,
    *,
    index: int = 0,
    translate_to: str = "",
    people: int | None = None,
) -> bool:
    """Transcribe the recording in a message; False where there is none. Raises `TooManyWaiting`."""
    recording = recording_in(message, request.context.bot.id)
    if recording is None:
        return False
    await request.transcribe(
        recording.source,
        reply_to=message.message_id,
        size_bytes=recording.size_bytes,
        translate_to=translate_to,
        people=people,
        index=index,
    )
    return True


async def _people_in(words: str, message: Message, request: RequestContext) -> int | None:
    """How many people speak, if that is said; a number that can't be is answered, and the text comes all the same."""
    if not (words.isascii() and words.isdigit()):
        return None
    if 1 <= int(words[:4]) <= MOST_PEOPLE:
        return int(words)
    reply_text = request.tr("Name 1 to {most} people, as in /transcribe 3. I find it out myself now.", most=MOST_PEOPLE)
    await request.send(reply_text, reply_to=message.message_id)
    return None


async def _send_no_recording(message: Message, request: RequestContext) -> None:
    reply_text = request.tr("This is no recording that I know. Send a voice message, or an audio or video file.")
    await request.send(reply_text, reply_to=message.message_id)


def caption_command(message: Message, username: str) -> tuple[str, str]:
    """The command to this bot that a caption begins with, and the rest; both empty for any other caption."""
    head, _, words = (message.caption or "").strip().partition(" ")
    name, _, addressee = head.lower().partition("@")
    is_ours = name.startswith("/") and addressee in ("", username.lower())
    return (name[1:], words.strip()) if is_ours else ("", "")


def _requests_transcript(message: Message, username: str) -> bool:
    """Whether a caption has a command or a mention that asks for a transcript."""
    return caption_command(message, username)[0] in _CAPTION_COMMANDS or _mentions(message, username)


def _mentions(message: Message, username: str) -> bool:
    """Whether the text or caption mentions the bot. Offsets of entities are in UTF-16 units."""
    said = (message.text or message.caption or "").encode("utf-16-le")
    return any(
        entity.type == "mention"
        and said[2 * entity.offset : 2 * (entity.offset + entity.length)].decode("utf-16-le").lower()
        == f"@{username.lower()}"
        for entity in message.entities or message.caption_entities or ()
    )
