"""Speakers get names by a button and a reply, of those alone who may use the buttons."""

from dataclasses import replace
from pathlib import Path

import pytest

from core.app.notula import Notula
from core.domain import Segment, StoredTranscript
from core.i18n import Translator
from tests.fakes.bot_api import FakeBotApi
from tests.fakes.bot_api_messages import ChatMessage
from tests.fakes.bot_api_people import Group, Person
from tests.integration.bot.audit import actions
from tests.integration.bot.talk import Start, answer_to, beginning, is_answer, transcribed

Answered = tuple[Group, ChatMessage]

pytestmark = pytest.mark.parametrize("way", [("polling", "en")], ids="-".join)


async def told_apart(notula: Notula, *speakers: str | None) -> StoredTranscript:
    """The newest transcript, of these speakers."""
    (entry, *_) = (await notula.transcripts.page()).entries
    stored = await notula.transcripts.get(entry.id)
    assert stored is not None
    segments = tuple(Segment(float(i), i + 1.0, f"Sentence {i}.", speaker=who) for i, who in enumerate(speakers))
    spoken = replace(stored.transcript, segments=segments)
    assert await notula._stores.history.update(entry.id, spoken, 1.0)
    return replace(stored, transcript=spoken)


async def with_speakers(person: Person, notula: Notula, recording: Path, tr: Translator) -> ChatMessage:
    """The answer to a recording of two speakers, with the button that names them."""
    answer = await transcribed(person, recording)
    await told_apart(notula, "Speaker 1", "Speaker 2", "Speaker 1")
    await person.press(answer, tr("Translate")).wait_answered()
    await person.press(answer, tr("Back")).wait_answered()
    return answer


async def asked(person: Person, answer: ChatMessage, speaker: str, tr: Translator) -> ChatMessage:
    """The question what this speaker is called."""
    await person.press(answer, tr("Name the speakers")).wait_answered()
    await person.press(answer, speaker).wait_answered()
    return await person.wait_for(lambda message: tr("Close") in message.buttons)


async def test_a_reply_names_a_speaker_in_the_message_and_in_files(
    charles: Person, beckett: Path, notula: Notula, tr: Translator
) -> None:
    answer = await with_speakers(charles, notula, beckett, tr)
    await charles.press(answer, tr("Name the speakers")).wait_answered()
    assert answer.buttons == ["Speaker 1", "Speaker 2", tr("Back")]
    await charles.press(answer, "Speaker 1").wait_answered()
    question = await charles.wait_for(lambda message: tr("Close") in message.buttons)
    assert question.reply_to == answer.id
    assert "Speaker 1" in question.text
    assert tr("Name the speakers") in answer.buttons
    said = charles.send_text("  Ana\u202e Putri ", reply_to=question)
    await answer_to(said, tr("{speaker} is called {name} now.", speaker="Speaker 1", name="Ana Putri"))
    await charles.wait_for(lambda message: message.id == answer.id and "Ana Putri: Sentence 0." in message.text)
    assert question.deleted
    await charles.press(answer, "SRT").wait_answered()
    file = await charles.wait_for(lambda message: message.file)
    assert file.file is not None
    assert b"Ana Putri: Sentence 0." in file.file.data


async def test_a_second_speaker_of_that_name_is_the_same_and_that_is_said(
    charles: Person, beckett: Path, notula: Notula, tr: Translator
) -> None:
    answer = await with_speakers(charles, notula, beckett, tr)
    question = await asked(charles, answer, "Speaker 2", tr)
    said = charles.send_text("Speaker 1", reply_to=question)
    await answer_to(said, "Speaker 1, Speaker 2")
    together = "Speaker 1: Sentence 0. Sentence 1. Sentence 2."
    await charles.wait_for(lambda message: message.id == answer.id and together in message.text)


async def test_a_speaker_who_was_named_meanwhile_is_not_named_again(
    charles: Person, beckett: Path, notula: Notula, tr: Translator
) -> None:
    answer = await with_speakers(charles, notula, beckett, tr)
    question = await asked(charles, answer, "Speaker 2", tr)
    (entry,) = (await notula.transcripts.page()).entries
    await notula.transcripts.name_speakers(entry.id, {"Speaker 2": "Ana"})
    said = charles.send_text("Budi", reply_to=question)
    await answer_to(said, tr("This button is of the past. Send the recording again."))


async def test_what_is_no_name_is_told_and_may_be_answered_again(
    charles: Person, beckett: Path, notula: Notula, tr: Translator
) -> None:
    answer = await with_speakers(charles, notula, beckett, tr)
    question = await asked(charles, answer, "Speaker 1", tr)
    said = charles.send_text("x" * 65, reply_to=question)
    await answer_to(said, beginning(tr, "A speaker's name has 1 to {most} characters."))
    assert not question.deleted
    await charles.press(question, tr("Close")).wait_answered()
    assert question.deleted


async def test_nobody_else_names_them_but_the_owner(
    api: FakeBotApi, start: Start, charles: Person, eve: Person, owner: Person, beckett: Path, tr: Translator
) -> None:
    group = api.group("Reading")
    for person in (charles, eve, owner):
        group.add(person)
    async with start(bot_owner=owner.id) as notula:
        voice = charles.send_voice(beckett.read_bytes(), 9, to=group)
        charles.send_text("/transcribe@notula_test_bot", to=group, reply_to=voice)
        answer = await group.wait_for(is_answer)
        await told_apart(notula, "Speaker 1", "Speaker 2")
        await charles.press(answer, tr("Translate")).wait_answered()
        await charles.press(answer, tr("Back")).wait_answered()
        refused = tr("Only who has sent the recording can use these buttons.")
        assert await eve.press(answer, tr("Name the speakers")).wait_answered() == refused
        await charles.press(answer, tr("Name the speakers")).wait_answered()
        await charles.press(answer, "Speaker 1").wait_answered()
        question = await group.wait_for(lambda message: tr("Close") in message.buttons)
        await answer_to(eve.send_text("Eve", to=group, reply_to=question), refused)
        assert [action for action, _ in await actions(notula)] == ["refused-button", "refused-button"]
        await answer_to(owner.send_text("Ana", to=group, reply_to=question), "Ana")
        assert ("name-speaker", f"of {charles.id}") in await actions(notula)
        (entry,) = (await notula.transcripts.page()).entries
        stored = await notula.transcripts.get(entry.id)
    assert stored is not None
    assert [segment.speaker for segment in stored.transcript.segments] == ["Ana", "Speaker 2"]


async def in_a_group(api: FakeBotApi, people: list[Person], beckett: Path, notula: Notula, tr: Translator) -> Answered:
    """A transcript of the first one's in a group of these people, with two speakers."""
    group = api.group("Reading")
    for person in people:
        group.add(person)
    voice = people[0].send_voice(beckett.read_bytes(), 9, to=group)
    people[0].send_text("/transcribe@notula_test_bot", to=group, reply_to=voice)
    answer = await group.wait_for(is_answer)
    await told_apart(notula, "Speaker 1", "Speaker 2")
    await people[0].press(answer, tr("Translate")).wait_answered()
    await people[0].press(answer, tr("Back")).wait_answered()
    return group, answer


async def asked_in(group: Group, person: Person, answer: ChatMessage, speaker: str, tr: Translator) -> ChatMessage:
    """The question to this person what the speaker is called."""
    before = {message.id for message in group.chat.bot_messages}
    await person.press(answer, tr("Name the speakers")).wait_answered()
    await person.press(answer, speaker).wait_answered()
    return await group.wait_for(lambda message: message.id not in before and tr("Close") in message.buttons)


async def test_what_two_people_name_at_once_is_all_shown_in_the_end(
    api: FakeBotApi, start: Start, charles: Person, owner: Person, beckett: Path, tr: Translator
) -> None:
    async with start(bot_owner=owner.id) as notula:
        group, answer = await in_a_group(api, [charles, owner], beckett, notula, tr)
        first = await asked_in(group, charles, answer, "Speaker 1", tr)
        second = await asked_in(group, owner, answer, "Speaker 2", tr)
        showing = api.hang("editMessageText")
        ana = charles.send_text("Ana", to=group, reply_to=first)
        await showing.reached.wait()  # The names of now are on their way into the message.
        budi = owner.send_text("Budi", to=group, reply_to=second)
        await answer_to(budi, "Budi")
        showing.release()
        await answer_to(ana, tr("{speaker} is called {name} now.", speaker="Speaker 1", name="Ana"))
        await group.wait_for(
            lambda message: message.id == answer.id and message.text == "Ana: Sentence 0.\n\nBudi: Sentence 1."
        )


async def test_one_speaker_whom_two_people_name_at_once_has_the_name_of_the_first_and_the_other_is_told(
    api: FakeBotApi, start: Start, charles: Person, owner: Person, beckett: Path, tr: Translator
) -> None:
    async with start(bot_owner=owner.id) as notula:
        group, answer = await in_a_group(api, [charles, owner], beckett, notula, tr)
        first = await asked_in(group, charles, answer, "Speaker 1", tr)
        second = await asked_in(group, owner, answer, "Speaker 1", tr)
        ana = charles.send_text("Ana", to=group, reply_to=first)
        budi = owner.send_text("Budi", to=group, reply_to=second)
        await answer_to(ana, tr("{speaker} is called {name} now.", speaker="Speaker 1", name="Ana"))
        await answer_to(budi, tr("This button is of the past. Send the recording again."))
        await group.wait_for(
            lambda message: message.id == answer.id and message.text == "Ana: Sentence 0.\n\nSpeaker 2: Sentence 1."
        )


async def test_a_reply_to_anything_else_is_no_name(
    charles: Person, beckett: Path, notula: Notula, tr: Translator
) -> None:
    answer = await with_speakers(charles, notula, beckett, tr)
    said = charles.send_text("Ana", reply_to=answer)
    await answer_to(said, tr("I turn recordings into text. Send me a voice message, an audio or a video file."))
    question = await asked(charles, answer, "Speaker 1", tr)
    (entry,) = (await notula.transcripts.page()).entries
    await notula.transcripts.delete([entry.id])
    await answer_to(charles.send_text("Ana", reply_to=question), tr("This recording was deleted."))
