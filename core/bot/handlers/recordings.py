"""Recordings: sent or forwarded in a private chat; in a group on mention, in reply to /transcribe, or always."""

from aiogram import F, Router
from aiogram.filters import Command, CommandObject
from aiogram.types import Message

from core.bot.recordings import Recording, recording_in
from core.bot.services import Asked, Services

_MEDIA = F.voice | F.audio | F.video | F.video_note | F.document


def make_router() -> Router:
    """The handlers of recordings."""
    router = Router(name="recordings")
    router.message.register(_received, _MEDIA, _is_meant)
    router.message.register(_pointed_at, F.text, F.reply_to_message, _is_spoken_to)
    router.message.register(_transcribe, Command("transcribe"))
    return router


async def _is_meant(message: Message, asked: Asked, services: Services) -> bool:
    """Whether the bot is to do something with a recording that it sees."""
    if asked.is_private or asked.preferences.automatic:
        return True
    if message.is_automatic_forward:  # A channel's post: nobody there can ask for it.
        return False
    return _mentions(message, services.username)


async def _is_spoken_to(message: Message, asked: Asked, services: Services) -> bool:
    """Whether somebody in a group mentions the bot in reply to a recording."""
    original = message.reply_to_message
    if asked.is_private or original is None or recording_in(original, services.bot.id) is None:
        return False
    return _mentions(message, services.username)


async def _pointed_at(message: Message, asked: Asked, services: Services) -> None:
    original = message.reply_to_message
    recording = recording_in(original, services.bot.id) if original is not None else None
    if original is not None and recording is not None:
        await _transcribe_it(recording, original, asked)


async def _received(message: Message, asked: Asked, services: Services) -> None:
    recording = recording_in(message, services.bot.id)
    if recording is not None:
        await _transcribe_it(recording, message, asked)
    elif asked.is_private:
        await asked.say(
            asked.tr("This is no recording that I know. Send a voice message, or an audio or video file."),
            reply_to=message.message_id,
        )


async def _transcribe(message: Message, command: CommandObject, asked: Asked, services: Services) -> None:
    original = message.reply_to_message
    recording = recording_in(original, services.bot.id) if original is not None else None
    if original is None or recording is None:
        await asked.say(asked.tr("Reply to a recording with /transcribe."), reply_to=message.message_id)
        return
    await _transcribe_it(recording, original, asked)


async def _transcribe_it(recording: Recording, message: Message, asked: Asked) -> None:
    await asked.transcribe(recording.source, reply_to=message.message_id, size_bytes=recording.size_bytes)


def _mentions(message: Message, username: str) -> bool:
    """Whether the text or caption speaks to the bot; offsets are in UTF-16 units."""
    said = (message.text or message.caption or "").encode("utf-16-le")
    return any(
        entity.type == "mention"
        and said[2 * entity.offset : 2 * (entity.offset + entity.length)].decode("utf-16-le").lower()
        == f"@{username.lower()}"
        for entity in message.entities or message.caption_entities or ()
    )
