"""What can be said to the bot in words, and what it answers: the whole of Notula but Telegram and the provider."""

import asyncio
from pathlib import Path

import pytest

from core.app.notula import Notula
from core.bot.command_registry import CommandScope
from core.bot.command_table import COMMANDS
from core.config import Folders
from core.domain.errors import TooManyRequests
from core.i18n import Translator
from tests.fakes.bot_api import FakeBotApi
from tests.fakes.bot_api_people import Person
from tests.fakes.speech_server import Reply, SpeechServer
from tests.integration.bot.talk import BOTH_WAYS, Start, answer_to, beginning, is_answer, shows, transcribed
from tests.patience import PATIENCE_S

pytestmark = BOTH_WAYS


@pytest.mark.usefixtures("notula")
async def test_it_speaks_the_language_of_who_writes(charles: Person, tr: Translator) -> None:
    expected = {
        "en": ("Hello Charles!", "never kept", "0 of your recordings are", "Nothing of yours", "This is no recording"),
        "id": ("Halo Charles!", "tidak pernah disimpan", "0 rekaman Anda", "Tidak ada milik Anda", "Ini bukan rekaman"),
    }
    hello, privacy, status, nothing, no_recording = expected[tr.language]
    for command, text in (("/start", hello), ("/privacy", privacy), ("/status", status), ("/cancel", nothing)):
        await answer_to(charles.send_text(command), text)
    await answer_to(charles.send_document(b"%PDF-1.7", "report.pdf", "application/pdf"), no_recording)


@pytest.mark.usefixtures("notula")
async def test_it_says_what_it_can_do(api: FakeBotApi, charles: Person, tr: Translator) -> None:
    team = api.group("Team")
    team.add(charles)
    for where, scope in ((charles, CommandScope.PRIVATE), (team, CommandScope.GROUPS)):
        said = charles.send_text("/help", **({"to": team} if where is team else {}))
        told = await answer_to(
            said, tr("The buttons under a text give it as a file, translate it, sum it up or delete it.")
        )
        assert (
            tr("Send or forward a voice message, an audio or a video file: the text comes as a reply to it.")
            in told.text
        )
        commands = [line for line in told.text.splitlines() if line.startswith("/")]
        assert commands == [f"/{name}: {description}" for name, description in COMMANDS.menu(scope, tr).items()]


@pytest.mark.usefixtures("notula")
async def test_an_unknown_command_is_answered_with_those_there_are(
    api: FakeBotApi, charles: Person, tr: Translator
) -> None:
    told = await answer_to(charles.send_text("/nonsense"), tr("I do not know this command."))
    for name, description in COMMANDS.menu(CommandScope.PRIVATE, tr).items():
        assert f"/{name}: {description}" in told.text
    team = api.group("Team")
    team.add(charles)
    charles.send_text("/nonsense", to=team)  # It may be meant for another bot.
    await answer_to(
        charles.send_text("/status", to=team),
        tr.plural("{count} of your recordings is under way.", "{count} of your recordings are under way.", 0),
    )
    assert len(team.chat.bot_messages) == 1


async def test_what_is_under_way_is_counted_and_cancelled(
    charles: Person, eve: Person, beckett: Path, server: SpeechServer, notula: Notula, tr: Translator
) -> None:
    def under_way(count: int) -> str:
        one, many = "{count} of your recordings is under way.", "{count} of your recordings are under way."
        busy = tr(
            "{running} recordings are being transcribed, {workers} at most; {waiting} wait.",
            running=2,
            workers=notula.settings.workers,
            waiting=0,
        )
        return f"{tr.plural(one, many, count)}\n{busy}"

    held = [server.next(Reply(go_on=asyncio.Event())) for _ in range(2)]
    data = beckett.read_bytes()
    charles.send_voice(data, 9)
    eve.send_voice(data + bytes(100), 9)
    async with asyncio.timeout(PATIENCE_S):
        for reply in held:
            await reply.arrived.wait()
    status = await charles.wait_for(shows(tr("Cancel")))
    await answer_to(charles.send_text("/status"), under_way(1))
    charles.send_text("/cancel")
    await charles.wait_for(lambda message: message.id == status.id and message.text == tr("Cancelled."))
    await answer_to(charles.send_text("/cancel"), tr("Nothing of yours is under way here."))
    for reply in held:
        assert reply.go_on is not None
        reply.go_on.set()
    await eve.wait_for(is_answer)  # Of nobody else anything was cancelled.
    assert sum(map(is_answer, charles.chat.bot_messages)) == 0


@pytest.mark.usefixtures("notula")
async def test_how_much_it_was_is_counted(charles: Person, eve: Person, beckett: Path, tr: Translator) -> None:
    def given(count: int, duration: str) -> str:
        one = "You have {count} transcript, of {duration} of sound."
        many = "You have {count} transcripts, of {duration} of sound."
        return tr.plural(one, many, count, duration=duration)

    await transcribed(charles, beckett, name="first.wav")
    await answer_to(charles.send_text("/stats"), given(1, "0:10"))
    await transcribed(charles, beckett, name="second.wav")
    await answer_to(charles.send_text("/stats"), given(2, "0:20"))
    await answer_to(eve.send_text("/stats"), given(0, "0:00"))


async def test_who_asks_too_often_is_told_when_to_come_back(charles: Person, start: Start, tr: Translator) -> None:
    async with start(user_requests_per_minute=2):
        for _ in range(3):
            charles.send_text("/status")
        await charles.chat.wait_for_text(beginning(tr, TooManyRequests.sentence))
    assert len(charles.chat.bot_messages) == 3


async def test_the_token_is_in_no_log(
    api: FakeBotApi,
    charles: Person,
    start: Start,
    folders: Folders,
    beckett: Path,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level("DEBUG")
    async with start():
        api.fail_next("getFile", 502, "Bad Gateway")
        api.cut_next_download(100)
        api.reset_connection_next("sendMessage")
        charles.send_voice(beckett.read_bytes(), 9)
        await charles.wait_for(is_answer)
    secret = api.token.partition(":")[2]
    assert secret not in caplog.text
    for file in folders.data.parent.rglob("*"):
        if file.is_file():
            assert secret.encode() not in file.read_bytes(), file
