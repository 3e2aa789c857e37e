"""What bots have said, and what a person quotes, isn't written down."""

from typing import Any

from core.bot.updates.stored_update import storable_update

PLACE: dict[str, Any] = {"message_id": 5, "date": 1, "chat": {"id": 7, "type": "private"}}
BOT = {"id": 99, "is_bot": True, "first_name": "Notula"}
ADA = {"id": 7, "is_bot": False, "first_name": "Ada"}
SECRET = "xylophone"


def test_a_press_brings_its_place_and_what_a_person_has_asked_but_no_text_of_the_bot() -> None:
    command = {**PLACE, "message_id": 4, "from": ADA, "text": "/search bread"}
    shown = {**PLACE, "from": BOT, "text": SECRET, "caption": SECRET, "rich_message": {"blocks": [SECRET]}}
    kept = storable_update(
        {
            "update_id": 1,
            "callback_query": {"id": "2", "data": "hist:5", "message": {**shown, "reply_to_message": command}},
        }
    )
    assert SECRET not in str(kept)
    assert kept["callback_query"]["message"] == {**PLACE, "from": BOT, "reply_to_message": command}
    assert kept["callback_query"]["data"] == "hist:5"


def test_a_reply_to_a_transcript_and_a_quotation_of_it_bring_none_of_its_text() -> None:
    voice = {"file_id": "v", "file_unique_id": "u", "duration": 3}
    answered = {**PLACE, "from": BOT, "text": SECRET, "voice": voice}
    said = {**PLACE, "from": ADA, "text": "/delete", "quote": {"text": SECRET}, "reply_to_message": answered}
    kept = storable_update({"update_id": 1, "message": {**said, "external_reply": {"text": SECRET}}})
    assert SECRET not in str(kept)
    assert kept["message"]["text"] == "/delete"
    assert kept["message"]["reply_to_message"] == {**PLACE, "from": BOT, "voice": voice}


def test_what_a_person_has_said_themselves_and_what_is_of_no_message_stays_as_it_is() -> None:
    for raw in (
        {
            "update_id": 1,
            "message": {**PLACE, "from": ADA, "text": "hello", "reply_to_message": {**PLACE, "from": ADA}},
        },
        {"update_id": 1, "message": {**PLACE, "from": BOT, "sender_chat": {"id": -5}, "text": "for a group"}},
        {"update_id": 1, "my_chat_member": {"chat": {"id": 7}, "from": ADA}},
        {"update_id": 1, "callback_query": {"id": "2", "from": ADA, "inline_message_id": "x"}},
        {"update_id": 1, "message": "?", "poll": ["?"]},
    ):
        assert storable_update(raw) == raw


def test_replies_that_are_nested_without_end_are_cut() -> None:
    nested: dict[str, Any] = {**PLACE, "from": ADA}
    for _ in range(500):
        nested = {**PLACE, "from": ADA, "reply_to_message": nested}
    assert str(storable_update({"update_id": 1, "message": nested})).count("message_id") == 4


def test_of_buttons_only_the_data_stays_and_odd_ones_are_left_out() -> None:
    buttons = [{"text": SECRET, "callback_data": "asked:0"}, {"text": SECRET, "url": "https://example.org"}, 7]
    for markup, expected in (
        ({"inline_keyboard": [buttons, None]}, {"inline_keyboard": [[{"text": "", "callback_data": "asked:0"}]]}),
        ({"inline_keyboard": 7}, None),
        (SECRET, None),
    ):
        question = {**PLACE, "from": BOT, "text": SECRET, "reply_markup": markup}
        kept = storable_update({"update_id": 1, "message": {**PLACE, "from": ADA, "reply_to_message": question}})
        assert SECRET not in repr(kept)
        assert kept["message"]["reply_to_message"].get("reply_markup") == expected
