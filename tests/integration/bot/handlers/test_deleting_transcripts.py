"""What is deleted is gone: from everybody's list, every chat, and the file."""

from pathlib import Path

import pytest

from core.app.notula import Notula
from core.config import Folders
from core.domain import JobId
from core.domain.errors import StoreError
from core.i18n import Translator
from core.store.sqlite import SqliteAuditLog
from tests.fakes.bot_api import FakeBotApi
from tests.fakes.bot_api_people import Person
from tests.integration.bot.talk import SAID, Start, is_answer
from tests.integration.database import database_of


async def delete(person: Person, tr: Translator) -> None:
    """By the buttons under the first answer."""
    answer = next(message for message in person.chat.bot_messages if is_answer(message))
    await person.press(answer, tr("Delete")).wait_answered()
    await person.press(answer, tr("Delete for good")).wait_answered()


async def forget_all(person: Person, tr: Translator) -> None:
    person.send_text("/delete")
    question = await person.wait_for(lambda message: tr("Delete everything") in message.buttons)
    await person.press(question, tr("Delete everything")).wait_answered()
    await person.chat.wait_for_text(tr("Everything is deleted. What stands in this chat you can clear in Telegram."))


async def first_job(notula: Notula) -> JobId:
    while not notula.snapshot().jobs:
        await notula.wait_for_change()
    return notula.snapshot().jobs[0].id


@pytest.mark.usefixtures("notula")
async def test_what_somebody_else_has_too_is_gone_from_ones_own_list(
    charles: Person, eve: Person, beckett: Path, tr: Translator
) -> None:
    for person in (charles, eve):
        person.send_voice(beckett.read_bytes(), 9, unique_id="v1")
        await person.wait_for(is_answer)
    answer = charles.chat.bot_messages[0]
    await charles.press(answer, "SRT").wait_answered()
    await charles.wait_for(lambda message: message.file)
    await delete(charles, tr)
    assert charles.chat.bot_messages == []
    charles.send_text("/history")
    await charles.chat.wait_for_text(tr("There is nothing of yours yet."))
    eve.send_text("/history")
    await eve.wait_for(lambda message: message.buttons == ["1"])


async def test_the_last_one_who_has_it_deletes_it_for_all(
    charles: Person, eve: Person, beckett: Path, notula: Notula, tr: Translator
) -> None:
    for person in (charles, eve):
        person.send_voice(beckett.read_bytes(), 9, unique_id="v1")
        await person.wait_for(is_answer)
    await delete(charles, tr)
    assert (await notula.transcripts.page()).total == 1
    await delete(eve, tr)
    assert (await notula.transcripts.page()).total == 0


async def test_what_breaks_off_in_the_middle_of_deleting_is_done_again(
    charles: Person, beckett: Path, notula: Notula, tr: Translator, monkeypatch: pytest.MonkeyPatch
) -> None:
    charles.send_voice(beckett.read_bytes(), 9)
    await charles.wait_for(is_answer)
    delete_now, failures = notula.transcripts.delete, [StoreError()]

    async def fails_once(transcript_ids: object) -> None:
        if failures:
            raise failures.pop()
        await delete_now(transcript_ids)  # type: ignore[arg-type]

    monkeypatch.setattr(notula.transcripts, "delete", fails_once)
    await delete(charles, tr)
    assert failures == []
    assert (await notula.transcripts.page()).total == 0
    assert charles.chat.bot_messages == []


@pytest.mark.usefixtures("notula")
async def test_messages_that_are_too_old_to_be_deleted_say_something_else(
    api: FakeBotApi, charles: Person, beckett: Path, tr: Translator
) -> None:
    charles.send_voice(beckett.read_bytes(), 9)
    answer = await charles.wait_for(is_answer)
    await charles.press(answer, "SRT").wait_answered()
    file = await charles.wait_for(lambda message: message.file)
    api.fail_next("deleteMessage", 400, "Bad Request: message can't be deleted for everyone", times=2)
    await delete(charles, tr)
    gone = tr("This recording was deleted.")
    assert (answer.text, file.file.name, file.file.data.decode()) == (gone, "deleted.txt", gone)


async def test_what_could_not_be_delivered_is_forgotten_with_its_person(
    api: FakeBotApi, charles: Person, beckett: Path, notula: Notula, tr: Translator
) -> None:
    team = api.group("Team")
    team.add(charles)
    charles.send_text("/privacy")
    await charles.wait_for(lambda message: "/delete" in message.text)
    hang = api.hang("sendMessage")
    charles.send_voice(beckett.read_bytes(), 9, to=team, caption="/transcribe")
    await hang.reached.wait()
    await notula.jobs.wait(await first_job(notula))
    team.remove_bot(charles)
    hang.release()
    assert (await notula.transcripts.page()).total == 1
    await forget_all(charles, tr)
    assert (await notula.transcripts.page()).total == 0


async def test_nothing_of_a_person_is_left_in_the_file(
    start: Start, api: FakeBotApi, owner: Person, beckett: Path, folders: Folders, tr: Translator
) -> None:
    person = api.person("Wolfeschlegelstein", username="wolfe", language_code=tr.language)
    async with start(bot_owner=owner.id, bot_audience="allowed") as notula:
        person.send_text("/start")  # Refused, and written down.
        await person.chat.wait_for_text(str(person.id))
        owner.send_text(f"/allow {person.id}")
        await owner.wait_for(lambda message: str(person.id) in message.text)
        person.send_audio(beckett.read_bytes(), 9, name="Donaudampfschiff.wav")
        await person.wait_for(is_answer)
        person.send_text("/language Japanese")
        await person.wait_for(lambda message: "日本語" in message.text)
        await forget_all(person, tr)
        entries = await SqliteAuditLog(database_of(notula), lambda: 0.0).newest(10)
        assert ("refused", "") in [(entry.action, entry.detail) for entry in entries]
    written = b"".join(file.read_bytes() for file in folders.data.glob("notula.db*"))
    for word in ("Wolfeschlegelstein", "wolfe", "Donaudampfschiff", SAID[:20]):
        assert word.encode() not in written, word


async def test_that_the_owner_deletes_something_of_somebodys_is_written_down(
    api: FakeBotApi, start: Start, owner: Person, charles: Person, eve: Person, beckett: Path, tr: Translator
) -> None:
    team = api.group("Team")
    for person in (charles, eve, owner):
        team.add(person)
    async with start(bot_owner=owner.id) as notula:
        charles.send_voice(beckett.read_bytes(), 9, to=team, caption="/transcribe")
        answer = await team.wait_for(is_answer)
        eve.send_text("/delete", to=team, reply_to=answer)
        await team.chat.wait_for_text(tr("Only who has sent the recording can delete it."))
        await owner.press(answer, tr("Delete")).wait_answered()
        await owner.press(answer, tr("Delete for good")).wait_answered()
        entries = await SqliteAuditLog(database_of(notula), lambda: 0.0).newest(10)
        assert [(entry.actor, entry.action) for entry in entries] == [
            (str(owner.id), "delete"),
            (str(eve.id), "refused-delete"),
        ]


def files_that_hold(folders: Folders, *words: str) -> list[tuple[str, str]]:
    """Each file in the data folder with each of the words that is in it."""
    files = [(file.name, file.read_bytes()) for file in folders.data.rglob("*") if file.is_file()]
    return [(name, word) for name, content in files for word in words if word.encode() in content]


async def test_a_text_is_in_no_file_once_its_deletion_is_told(
    charles: Person, beckett: Path, notula: Notula, folders: Folders, tr: Translator
) -> None:
    charles.send_audio(beckett.read_bytes(), 9, name="Donaudampfschiff.wav")
    answer = await charles.wait_for(is_answer)
    await charles.press(answer, "SRT").wait_answered()
    await charles.wait_for(lambda message: message.file)
    charles.send_text("/search wisdom")
    await charles.wait_for(lambda message: "Donaudampfschiff" in message.text and "1" in message.buttons)
    assert files_that_hold(folders, "the age of wisdom", "wisdom")
    await charles.press(answer, tr("Delete")).wait_answered()
    await charles.press(answer, tr("Delete for good")).wait_answered()
    assert files_that_hold(folders, "the age of wisdom", "best of times", "worst") == []
    assert notula.snapshot().jobs == ()


async def test_a_text_is_in_no_file_once_it_was_deleted_in_reply(
    charles: Person, beckett: Path, notula: Notula, folders: Folders, tr: Translator
) -> None:
    charles.send_voice(beckett.read_bytes(), 9)
    answer = await charles.wait_for(is_answer)
    charles.send_text("/delete", reply_to=answer)
    question = await charles.wait_for(lambda message: tr("Delete for good") in message.buttons)
    await charles.press(question, tr("Delete for good")).wait_answered()
    assert files_that_hold(folders, "the age of wisdom", "best of times", "worst") == []
    assert (await notula.transcripts.page()).total == 0
