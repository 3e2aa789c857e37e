"""What the events of the bot say of updates and deliveries: their kind, and nothing of what was said or written."""

from aiogram.types import Message, Update

from core.bot.command_registry import CommandRegistry
from core.domain import TranslatableText, mark
from core.domain.bot import Delivery, DeliveryKind

_MEDIA = {
    "voice": mark("Sent a voice message"),
    "audio": mark("Sent a recording"),
    "video": mark("Sent a video"),
    "video_note": mark("Sent a video message"),
    "document": mark("Sent a file"),
}
_COMMAND = mark("Sent the command {command}")
_BUTTON = mark("Pressed a button")
_TEXT = mark("Sent a message")

_DELIVERED = {
    DeliveryKind.TRANSCRIPT: mark("Got the text of {name}"),
    DeliveryKind.FILE: mark("Got a file of {name}"),
    DeliveryKind.TRANSLATION: mark("Got a translation of {name}"),
    DeliveryKind.SUMMARY: mark("Got a summary of {name}"),
    DeliveryKind.COPY: mark("Got the text of {name} again"),
    DeliveryKind.ARCHIVE: mark("Got all texts as a ZIP file"),
    DeliveryKind.NOTICE: mark("Got the owner's message"),
}
_FAILED = mark("Didn't get the text of {name}: it failed or was cancelled")
_NOT_DELIVERED = mark("Didn't get what was asked for: it failed or was cancelled")


def update_text(update: Update, commands: CommandRegistry) -> TranslatableText:
    """Of what kind an update is."""
    message = update.message
    if message is None:
        return TranslatableText(_BUTTON)
    for name, template in _MEDIA.items():
        if getattr(message, name) is not None:
            return TranslatableText(template)
    command = _command_of(message, commands)
    return TranslatableText(_COMMAND, {"command": command}) if command else TranslatableText(_TEXT)


def delivery_text(delivery: Delivery, *, is_answered: bool) -> TranslatableText:
    """What a delivery has brought, or that it hasn't."""
    if is_answered:
        return TranslatableText(_DELIVERED[delivery.kind], {"name": delivery.name})
    is_transcript = delivery.kind is DeliveryKind.TRANSCRIPT
    return TranslatableText(_FAILED, {"name": delivery.name}) if is_transcript else TranslatableText(_NOT_DELIVERED)


def _command_of(message: Message, commands: CommandRegistry) -> str:
    """The command that a message begins with, if it is one of the bot's: anything else may be a text."""
    word = (message.text or "").partition(" ")[0].partition("@")[0]
    return next((f"/{command.name}" for command in commands if word == f"/{command.name}"), "")
