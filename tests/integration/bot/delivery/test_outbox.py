"""The outbox: every delivery is carried out once, through crashes, flood limits, deleted messages and old servers."""

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest
from aiogram import Bot

from core.bot.api.rate_limiter import RateLimiter
from core.bot.api.sender import MIN_EDIT_INTERVAL_S
from core.bot.delivery.outbox import Outbox, OutboxCallbacks
from core.domain import JobId, JobState, JobView, Segment, TranscriptId, TranslatableText
from core.domain.bot import DeliveryKind
from core.domain.errors import NoAudio, NoLlm
from tests.fakes.bot_api import FakeBotApi
from tests.fakes.bot_api_client import bot_of
from tests.fakes.bot_api_people import Person
from tests.integration.bot.delivery.outbox import FakeHost, outbox_of, owed, stored
from tests.patience import PATIENCE_S

TEXT = "Ever tried. Ever failed. No matter."


@pytest.fixture
def host() -> FakeHost:
    return FakeHost({1: stored(TEXT)})


@pytest.fixture
def charles(api: FakeBotApi) -> Person:
    """Somebody who has written to the bot, in English."""
    charles = api.person("Charles")
    charles.send_text("/start")
    return charles


async def settled(outbox: Outbox) -> None:
    """Until nothing is under way."""
    async with asyncio.timeout(PATIENCE_S):
        while outbox._tasks:
            await asyncio.wait(outbox._tasks.values())


async def test_a_status_becomes_the_answer(
    api: FakeBotApi, bot: Bot, charles: Person, host: FakeHost, tmp_path: Path
) -> None:
    voice = charles.send_voice(b"OggS", 3)
    async with outbox_of(bot, tmp_path, host) as outbox:
        assert await outbox.open(owed(charles.id, voice.id))
        assert not await outbox.open(owed(charles.id, voice.id))
        status = await charles.wait_for(lambda message: message.text == "Received.")
        assert (status.reply_to, status.buttons) == (voice.id, ["Cancel"])
        host.gate.set()
        await settled(outbox)
        assert status.text == TEXT
        assert status.buttons == [
            "TXT",
            "SRT",
            "VTT",
            "MD",
            "DOCX",
            "Translate",
            "Summarise",
            "Again by another",
            "Delete",
        ]
        assert len(charles.chat.bot_messages) == 1
    async with outbox_of(bot, tmp_path, host) as outbox:
        assert outbox.open_count == 0
        assert not await outbox.open(owed(charles.id, voice.id))
    assert api.complaints == []


async def test_what_a_recording_lacks_is_told_with_its_text(
    api: FakeBotApi, bot: Bot, charles: Person, host: FakeHost, tmp_path: Path
) -> None:
    notice = TranslatableText("It breaks off after {time}.", {"time": "0:07"})
    host.results[1] = replace(host.results[1], transcript=replace(host.results[1].transcript, notices=(notice,)))
    host.gate.set()
    async with outbox_of(bot, tmp_path, host) as outbox:
        await outbox.open(owed(charles.id, charles.send_voice(b"OggS", 3).id))
        await settled(outbox)
        assert charles.chat.bot_messages[-1].text == f"It breaks off after 0:07.\n{TEXT}"
        host.results[1] = replace(host.results[1], transcript=replace(host.results[1].transcript, segments=()))
        copy = owed(charles.id, None, 2, kind=DeliveryKind.COPY, job_id=None, transcript_id=TranscriptId(1))
        await outbox.open(copy)
        await settled(outbox)
        assert charles.chat.bot_messages[-1].text == "It breaks off after 0:07.\nNobody speaks in this recording."


async def test_progress_is_told_with_the_text_so_far(
    api: FakeBotApi, bot: Bot, charles: Person, host: FakeHost, tmp_path: Path
) -> None:
    job_id = JobId("job-1")

    def view(state: JobState, progress: float | None = None, *texts: str) -> JobView:
        segments = tuple(Segment(0.0, 1.0, text) for text in texts)
        return JobView(job_id, "talk.ogg", "", state, 0.0, progress=progress, segments=segments)

    host.views[job_id] = view(JobState.QUEUED)
    async with outbox_of(bot, tmp_path, host, status_interval_s=0.01) as outbox:
        await outbox.open(owed(charles.id, None))
        status = await charles.wait_for(lambda message: message.text == "Waiting, number 3 in the line.")
        clock = asyncio.get_running_loop().time  # From here on time goes by.
        outbox._context.sender._clock, outbox._context.sender._rate_limiter = clock, RateLimiter(clock, asyncio.sleep)
        outbox._context.sender._edited_at.clear()
        host.views[job_id] = view(JobState.RUNNING, 0.42, "It was the best", "of times,")
        await charles.wait_for(lambda message: message.text.startswith("Being transcribed: 42 %"))
        assert status.text.endswith("It was the best of times,")
        host.gate.set()
        await settled(outbox)
        assert status.text == TEXT


async def test_what_is_long_is_folded_what_is_longer_is_rich_and_beyond_that_a_file(
    api: FakeBotApi, bot: Bot, charles: Person, host: FakeHost, tmp_path: Path
) -> None:
    sentence = "It was the season of <b>Light</b> & *Darkness*_. "
    host.gate.set()
    async with outbox_of(bot, tmp_path, host) as outbox:
        for number, times in enumerate((20, 300, 1000), 1):
            host.results[1] = stored(*[sentence.strip()] * times)
            await outbox.open(owed(charles.id, None, number))
            await settled(outbox)
        folded, rich, file = charles.chat.bot_messages
        assert [entity["type"] for entity in folded.entities] == ["expandable_blockquote"]
        assert folded.entities[0]["length"] == len(folded.text)
        assert "<b>Light</b> & *Darkness*_." in folded.text
        assert rich.is_rich
        assert rich.text.count("<b>Light</b>") == 300
        assert file.file is not None
        assert file.file.name == "talk.txt"
        assert file.file.data.decode().count("<b>Light</b>") == 1000
        assert file.caption.endswith(" …")
        assert file.buttons
    assert api.complaints == []


async def test_an_old_server_gets_a_few_messages_or_a_file(
    api: FakeBotApi, bot: Bot, charles: Person, host: FakeHost, tmp_path: Path
) -> None:
    api.knows_rich_messages = False
    host.gate.set()
    async with outbox_of(bot, tmp_path, host) as outbox:
        host.results[1] = stored(*["It was the season of Light."] * 350)
        await outbox.open(owed(charles.id, None, 1, formats=("srt",)))
        await settled(outbox)
        *pieces, srt = charles.chat.bot_messages
        assert " ".join(piece.text for piece in pieces).count("It was the season of Light.") == 350
        assert len(pieces) == 3
        assert pieces[0].buttons
        assert srt.file.name == "talk.srt"
        host.results[1] = stored(*["It was the season of Light."] * 600)
        await outbox.open(owed(charles.id, None, 2))
        await settled(outbox)
        assert charles.chat.bot_messages[-1].file.name == "talk.txt"


async def test_files_come_with_the_text_where_they_are_wanted(
    api: FakeBotApi, bot: Bot, charles: Person, host: FakeHost, tmp_path: Path
) -> None:
    host.gate.set()
    async with outbox_of(bot, tmp_path, host) as outbox:
        await outbox.open(owed(charles.id, None, 1, formats=("txt", "srt")))
        await settled(outbox)
        text, txt, srt = charles.chat.bot_messages
        assert (text.text, txt.file.name, srt.file.name) == (TEXT, "talk.txt", "talk.srt")
        assert b"00:00:00,000 --> 00:00:01,400" in srt.file.data
        file = owed(
            charles.id, None, 2, kind=DeliveryKind.FILE, job_id=None, transcript_id=TranscriptId(1), formats=("vtt",)
        )
        await outbox.open(file)
        await settled(outbox)
        assert charles.chat.bot_messages[-1].file.data.startswith(b"WEBVTT")


async def test_translations_and_summaries_say_what_they_are(
    api: FakeBotApi, bot: Bot, charles: Person, host: FakeHost, tmp_path: Path
) -> None:
    host.gate.set()
    version = {"job_id": None, "transcript_id": TranscriptId(1), "target_language": "id", "interface_language": "id"}
    async with outbox_of(bot, tmp_path, host) as outbox:
        await outbox.open(owed(charles.id, None, 1, kind=DeliveryKind.TRANSLATION, **version))
        await settled(outbox)
        assert charles.chat.bot_messages[-1].text == f"Terjemahan\n<id> {TEXT}"
        host.failure = NoLlm()
        await outbox.open(owed(charles.id, None, 2, kind=DeliveryKind.SUMMARY, **version))
        await settled(outbox)
        assert len(charles.chat.bot_messages[-1].text) > 20
        gone = version | {"transcript_id": TranscriptId(9)}
        host.failure = None
        await outbox.open(owed(charles.id, None, 3, kind=DeliveryKind.TRANSLATION, **gone))
        await settled(outbox)
        assert charles.chat.bot_messages[-1].text == "Rekaman ini telah dihapus."


async def test_a_version_that_is_not_wanted_any_more_is_not_made(
    api: FakeBotApi, bot: Bot, charles: Person, host: FakeHost, tmp_path: Path
) -> None:
    summary = owed(charles.id, None, 1, kind=DeliveryKind.SUMMARY, job_id=None, transcript_id=TranscriptId(1))
    async with outbox_of(bot, tmp_path, host) as outbox:
        await outbox.open(summary)
        await host.requested.wait()
        (message,) = charles.chat.bot_messages
        assert (message.text, message.buttons) == ("Being summed up: 0 %", ["Cancel"])
        assert outbox.cancel(summary.id)
        await settled(outbox)
        assert message.text == "Cancelled."
        assert not outbox.cancel(summary.id)
    async with outbox_of(bot, tmp_path, host) as outbox:
        assert outbox.open_count == 0


async def test_failures_and_cancelled_jobs_are_told(
    api: FakeBotApi, bot: Bot, charles: Person, host: FakeHost, tmp_path: Path
) -> None:
    host.gate.set()
    host.state, host.error = JobState.FAILED, NoAudio(name="talk.ogg").message
    async with outbox_of(bot, tmp_path, host) as outbox:
        await outbox.open(owed(charles.id, None, 1))
        await settled(outbox)
        assert charles.chat.bot_messages[-1].text == str(NoAudio(name="talk.ogg").message)
        assert charles.chat.bot_messages[-1].buttons == ["Try again"]
        host.state, host.error = JobState.CANCELLED, None
        await outbox.open(owed(charles.id, None, 2))
        await settled(outbox)
        assert charles.chat.bot_messages[-1].text == "Cancelled."
        host.failure = KeyError("job-3")
        await outbox.open(owed(charles.id, None, 3))
        await settled(outbox)
        assert charles.chat.bot_messages[-1].text == "This recording was deleted."
        host.failure = RuntimeError("a bug")
        await outbox.open(owed(charles.id, None, 4))
        await settled(outbox)
        assert charles.chat.bot_messages[-1].text.startswith("Something went wrong here.")
        assert "a bug" not in charles.chat.bot_messages[-1].text


async def test_who_does_not_want_it_is_left_alone(
    api: FakeBotApi, bot: Bot, charles: Person, host: FakeHost, tmp_path: Path
) -> None:
    unreachable: list[int] = []

    async def note(user_id: int) -> None:
        unreachable.append(user_id)

    async with outbox_of(bot, tmp_path, host, callbacks=OutboxCallbacks(unreachable=note)) as outbox:
        await outbox.open(owed(charles.id, None, 1))
        await charles.wait_for(lambda message: message.text == "Received.")
        charles.block_bot()
        host.gate.set()
        await settled(outbox)
        await outbox.open(owed(charles.id, None, 2))
        await settled(outbox)
        assert unreachable == [charles.id, charles.id]
    async with outbox_of(bot, tmp_path, host) as outbox:
        assert outbox.open_count == 0


async def test_a_deleted_status_is_sent_anew_once(
    api: FakeBotApi, bot: Bot, charles: Person, host: FakeHost, tmp_path: Path
) -> None:
    async with outbox_of(bot, tmp_path, host) as outbox:
        await outbox.open(owed(charles.id, None))
        charles.delete(await charles.wait_for(lambda message: message.text == "Received."))
        host.gate.set()
        await settled(outbox)
        assert [message.text for message in charles.chat.bot_messages] == [TEXT]


async def test_told_to_wait_it_waits_and_says_it_once(
    api: FakeBotApi, bot: Bot, charles: Person, host: FakeHost, tmp_path: Path
) -> None:
    api.fail_next("sendMessage", 429, "Too Many Requests: retry after 30", retry_after=30)
    api.fail_next("editMessageText", 429, "Too Many Requests: retry after 236", retry_after=236)
    api.fail_next("editMessageText", 502, "Bad Gateway", times=3)
    host.gate.set()
    async with outbox_of(bot, tmp_path, host) as outbox:
        await outbox.open(owed(charles.id, None))
        await settled(outbox)
    assert [message.text for message in charles.chat.bot_messages] == [TEXT]


@pytest.mark.parametrize("after_effect", [False, True])
async def test_a_crash_at_any_request_costs_and_doubles_no_answer(
    api: FakeBotApi, charles: Person, host: FakeHost, tmp_path: Path, *, after_effect: bool
) -> None:
    """The bot dies while its n-th request is under way, before or after Telegram has done what it asks for."""
    host.gate.set()
    host.results[1] = stored(*["It was the season of Light."] * 300)
    delivery = owed(charles.id, None, 1, formats=("txt", "srt"))
    for step in range(6):
        folder = tmp_path / str(step)
        folder.mkdir()
        for message in charles.chat.bot_messages:
            charles.delete(message)
        async with bot_of(api) as bot, outbox_of(bot, folder, host) as outbox:
            held = api.hang("*", let_through=step, after_effect=after_effect)
            await outbox.open(delivery)
            reached = asyncio.create_task(held.reached.wait())
            ended = asyncio.create_task(settled(outbox))
            await asyncio.wait([reached, ended], return_when=asyncio.FIRST_COMPLETED)
            for waiting in (reached, ended):
                waiting.cancel()
            await outbox.close(grace_s=0.0)
        async with bot_of(api) as bot, outbox_of(bot, folder, host) as outbox:
            await outbox.open(delivery)
            await settled(outbox)
            assert outbox.open_count == 0
        said = [message for message in charles.chat.bot_messages if message.text not in ("…", "Received.")]
        assert len([message for message in said if message.is_rich]) == 1
        assert sorted(message.file.name for message in said if message.file) == ["talk.srt", "talk.txt"]
        assert len(said) == 3
        orphans = len(charles.chat.bot_messages) - 3
        assert orphans <= (1 if after_effect else 0)


async def test_what_an_earlier_run_may_have_edited_just_now_is_left_alone_for_a_moment(
    bot: Bot, charles: Person, host: FakeHost, tmp_path: Path
) -> None:
    host.results[1] = stored("It was the season of Light.")
    async with outbox_of(bot, tmp_path, host) as outbox:
        await outbox.open(owed(charles.id, None))
        await charles.wait_for(lambda message: bool(message.buttons))
    host.gate.set()
    async with outbox_of(bot, tmp_path, host) as outbox:
        clock = outbox._context.sender._clock
        begun = clock()
        await settled(outbox)
        assert clock() - begun >= MIN_EDIT_INTERVAL_S
    assert [message.text for message in charles.chat.bot_messages] == ["It was the season of Light."]


async def test_what_nobody_foresaw_at_the_end_is_told_and_left_to_the_next_start(
    api: FakeBotApi, bot: Bot, charles: Person, host: FakeHost, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[str] = []

    async def failed(error: Exception, mark: str) -> None:
        told.append(type(error).__name__)

    async def fail(*_: object) -> None:
        raise RuntimeError

    host.gate.set()
    host.results[1] = stored(TEXT)
    with monkeypatch.context() as patch:
        patch.setattr("core.store.sqlite.deliveries.SqliteDeliveries.finish", fail)
        async with outbox_of(bot, tmp_path, host, callbacks=OutboxCallbacks(unexpected_error=failed)) as outbox:
            await outbox.open(owed(charles.id, None, 1))
            await settled(outbox)
    assert told == ["RuntimeError"]
    async with outbox_of(bot, tmp_path, host, callbacks=OutboxCallbacks(unexpected_error=failed)) as outbox:
        assert outbox.open_count == 1
        await settled(outbox)
    async with outbox_of(bot, tmp_path, host, callbacks=OutboxCallbacks(unexpected_error=failed)) as outbox:
        assert outbox.open_count == 0
    assert [message.text for message in charles.chat.bot_messages] == [TEXT]
