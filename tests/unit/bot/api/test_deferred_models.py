"""aiogram's types do the same whether they are made ready at once or when they are first used."""

import subprocess
import sys

import pytest

SCRIPT = """
import sys
from core.bot.api import deferred_models

if sys.argv[1] == "as aiogram has it":
    import aiogram.types
elif sys.argv[1] == "in a version that does not fit":
    from pydantic import BaseModel
    real = BaseModel.__dict__["model_validate"]
    def fail(*_, **__):
        BaseModel.model_validate = real
        raise NameError
    BaseModel.model_validate = classmethod(fail)
deferred_models.import_types()
deferred_models.import_types()
from aiogram import types
from aiogram.methods import Response, SendMessage

print(types.InputPollOption.__pydantic_complete__, file=sys.stderr)
ada = {"id": 7, "is_bot": False, "first_name": "Ada"}
said = {"message_id": 5, "date": 1, "chat": {"id": 7, "type": "private"}, "from": ada}
said |= {"voice": {"file_id": "a", "file_unique_id": "b", "duration": 3}, "reply_to_message": {**said, "text": "x"}}
update = types.Update.model_validate({"update_id": 1, "message": said})
keyboard = types.InlineKeyboardMarkup(inline_keyboard=[[types.InlineKeyboardButton(text="x", callback_data="y")]])
method = SendMessage(chat_id=7, text="x", reply_markup=keyboard, reply_parameters=types.ReplyParameters(message_id=3))
answer = Response[types.Message].model_validate({"ok": True, "result": said})
try:
    types.Voice.model_validate({"file_id": 3})
except ValueError as error:
    wrong = [one["loc"] for one in error.errors()]
option = types.InputPollOption(text="x")
for shown in (update, method, answer, wrong, option):
    print(repr(shown))
print(keyboard.model_dump_json(exclude_none=True))
"""


def run(way: str) -> tuple[str, str]:
    done = subprocess.run([sys.executable, "-c", SCRIPT, way], capture_output=True, text=True, check=True)
    return done.stdout, done.stderr


@pytest.fixture(scope="module")
def usual() -> str:
    said, complete = run("as aiogram has it")
    assert "True" in complete
    return said


def test_what_is_made_ready_late_does_the_same(usual: str) -> None:
    said, complete = run("when used")
    assert said == usual
    assert complete == "False\n"


def test_a_version_that_does_not_fit_makes_all_ready_at_once(usual: str) -> None:
    said, complete = run("in a version that does not fit")
    assert said == usual
    assert complete.endswith("True\n")
    assert "all are built now" in complete
