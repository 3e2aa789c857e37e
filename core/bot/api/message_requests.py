"""Message contents as Bot API requests, without a parse mode, so that no text is taken for markup."""

from aiogram import Bot
from aiogram.exceptions import TelegramBadRequest, TelegramNotFound
from aiogram.types import (
    BufferedInputFile,
    InlineKeyboardMarkup,
    InputMediaDocument,
    InputRichBlockParagraph,
    InputRichMessage,
    LinkPreviewOptions,
    MessageEntity,
    ReplyParameters,
)

from core.bot.api.errors import RichMessagesUnknown, is_unchanged, specific_error
from core.bot.api.message_content import Content, File, LongText, Text
from core.bot.api.responses import response_of
from core.bot.api.text_splitting import utf16_units
from core.domain.visible import visible, visible_lines

_NO_PREVIEW = LinkPreviewOptions(is_disabled=True)


class MessageRequests:
    """Each method is one request. Raises aiogram's errors."""

    def __init__(self, bot: Bot) -> None:
        self._bot = bot

    async def post(
        self,
        chat_id: int,
        content: Text | File,
        reply_to: int | None,
        thread_id: int | None,
        keyboard: InlineKeyboardMarkup | None,
    ) -> object:
        """Send a new message, and return the response."""
        if isinstance(content, File):
            return await response_of(
                self._bot.send_document(
                    chat_id,
                    BufferedInputFile(content.data, visible(content.name)),
                    caption=visible_lines(content.caption) or None,
                    parse_mode=None,
                    message_thread_id=thread_id,
                    reply_parameters=_reply(reply_to),
                    reply_markup=keyboard,
                )
            )
        shown, entities = _formatted(content)
        return await response_of(
            self._bot.send_message(
                chat_id,
                shown,
                entities=entities,
                parse_mode=None,
                message_thread_id=thread_id,
                reply_parameters=_reply(reply_to),
                reply_markup=keyboard,
                link_preview_options=_NO_PREVIEW,
            )
        )

    async def change(
        self,
        chat_id: int,
        message_id: int,
        content: Content,
        keyboard: InlineKeyboardMarkup | None,
        *,
        timeout_s: int | None = None,
    ) -> None:
        """Edit a message. For a `LongText` also raises `RichMessagesUnknown`."""
        if isinstance(content, File):
            file = BufferedInputFile(content.data, visible(content.name))
            media = InputMediaDocument(media=file, caption=visible_lines(content.caption) or None, parse_mode=None)
            await response_of(
                self._bot.edit_message_media(media, chat_id=chat_id, message_id=message_id, reply_markup=keyboard)
            )
        elif isinstance(content, LongText):
            blocks = [InputRichBlockParagraph(text=visible_lines(paragraph)) for paragraph in content.paragraphs]
            rich = InputRichMessage(blocks=list(blocks), skip_entity_detection=True)
            try:
                await response_of(
                    self._bot.edit_message_text(
                        rich_message=rich, chat_id=chat_id, message_id=message_id, reply_markup=keyboard
                    )
                )
            except (TelegramBadRequest, TelegramNotFound) as error:
                if is_unchanged(error) or specific_error(error) is not None:
                    raise
                raise RichMessagesUnknown from error
        else:
            shown, entities = _formatted(content)
            await response_of(
                self._bot.edit_message_text(
                    shown,
                    chat_id=chat_id,
                    message_id=message_id,
                    entities=entities,
                    parse_mode=None,
                    reply_markup=keyboard,
                    link_preview_options=_NO_PREVIEW,
                    request_timeout=timeout_s,
                )
            )


def _reply(message_id: int | None) -> ReplyParameters | None:
    return ReplyParameters(message_id=message_id, allow_sending_without_reply=True) if message_id else None


def _formatted(text: Text) -> tuple[str, list[MessageEntity] | None]:
    """The message's text and its formatting as entities, which no text can be taken for."""
    heading = f"{visible_lines(text.heading)}\n" if text.heading else ""
    shown = visible_lines(text.text)
    if not text.folded:
        return heading + shown, None
    quote = MessageEntity(type="expandable_blockquote", offset=utf16_units(heading), length=utf16_units(shown.strip()))
    return heading + shown.strip(), [quote]
