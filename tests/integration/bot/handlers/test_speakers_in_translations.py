"""Speakers who get names have them in translations, too: in those that are made meanwhile and those that were sent."""

import asyncio
from pathlib import Path

import pytest

from core.app.notula import Notula
from core.i18n import Translator
from tests.fakes.bot_api_messages import ChatMessage
from tests.fakes.bot_api_people import Person
from tests.fakes.speech_server import Reply, SpeechServer
from tests.integration.bot.handlers.test_speaker_names import asked, with_speakers
from tests.integration.bot.talk import answer_to, with_chat


@pytest.fixture
def more_settings(server: SpeechServer, chat: SpeechServer) -> dict[str, object]:
    return with_chat(server, chat)


def is_translation(message: ChatMessage, tr: Translator, *speakers: str) -> bool:
    shown = message.text.startswith(tr("Translation")) and "MD" in message.buttons
    return shown and all(f"{speaker}: " in message.text for speaker in speakers)


async def named(person: Person, answer: ChatMessage, speaker: str, name: str, tr: Translator) -> None:
    question = await asked(person, answer, speaker, tr)
    said = person.send_text(name, reply_to=question)
    await answer_to(said, tr("{speaker} is called {name} now.", speaker=speaker, name=name))


async def test_a_translation_that_is_being_made_comes_with_the_new_name(
    charles: Person, beckett: Path, notula: Notula, chat: SpeechServer, tr: Translator
) -> None:
    answer = await with_speakers(charles, notula, beckett, tr)
    waiting = Reply(go_on=asyncio.Event())
    chat.replies.append(waiting)
    charles.send_text("/translate id", reply_to=answer)
    await waiting.arrived.wait()
    await named(charles, answer, "Speaker 1", "Ana", tr)
    assert waiting.go_on is not None
    waiting.go_on.set()
    await charles.wait_for(lambda message: is_translation(message, tr, "Ana", "Speaker 2"))


async def test_a_translation_that_was_sent_gets_the_new_name_without_being_made_again(
    charles: Person, beckett: Path, notula: Notula, chat: SpeechServer, tr: Translator
) -> None:
    answer = await with_speakers(charles, notula, beckett, tr)
    charles.send_text("/translate id", reply_to=answer)
    sent = await charles.wait_for(lambda message: is_translation(message, tr, "Speaker 1", "Speaker 2"))
    answered = chat.answered
    await named(charles, answer, "Speaker 1", "Ana", tr)
    again = await charles.wait_for(lambda message: is_translation(message, tr, "Ana", "Speaker 2"))
    assert again.id == sent.id
    assert chat.answered == answered


async def test_a_translation_that_could_not_be_made_stays_the_sentence_that_it_is(
    charles: Person, beckett: Path, notula: Notula, chat: SpeechServer, tr: Translator
) -> None:
    answer = await with_speakers(charles, notula, beckett, tr)
    chat._choose = lambda: Reply(status=401)
    said = charles.send_text("/translate id", reply_to=answer)
    refused = await charles.wait_for(lambda message: message.reply_to == said.id and not message.buttons)
    sentence = refused.text
    await named(charles, answer, "Speaker 1", "Ana", tr)
    await charles.wait_for(lambda message: message.id == answer.id and "Ana: Sentence 0." in message.text)
    assert refused.text == sentence
