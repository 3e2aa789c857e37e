"""The question what a speaker is called, and how a reply to it is recognised.

Which transcript and which speaker it is about is in the data of the question's button. Telegram sends the question
along with the reply, so nothing has to be remembered meanwhile.
"""

from aiogram.types import Message

from core.bot.ui.keyboards import Action, ButtonData, parse_button_data


def question_answered(message: Message, bot_id: int) -> ButtonData | None:
    """The data of the question of this bot that a text replies to; None for other messages, and for commands."""
    question, text = message.reply_to_message, message.text or "/"
    if question is None or question.from_user is None or question.from_user.id != bot_id or text.startswith("/"):
        return None
    rows = question.reply_markup.inline_keyboard if question.reply_markup is not None else []
    asked = (parse_button_data(button.callback_data) for row in rows for button in row)
    return next((data for data in asked if data is not None and data.action is Action.QUESTION), None)
