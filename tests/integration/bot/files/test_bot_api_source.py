"""Files in Telegram: fetched when they are read, again where the line breaks, and no token in any error."""

import asyncio
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from aiogram import Bot

from core.bot.files.attachments import TelegramFile, recording_in
from core.bot.files.file_opener import TelegramFileOpener
from core.domain.errors import BotOff, SourceError, SourceInterrupted, TelegramFileGone, TelegramFileTooLarge
from core.media import MediaSource, MemorySource
from tests.fakes.bot_api import FakeBotApi
from tests.fakes.bot_api_client import bot_of
from tests.fakes.bot_api_files import Synthetic, media
from tests.fakes.bot_api_people import Person
from tests.patience import PATIENCE_S

DATA = bytes(range(256)) * 2000


async def opened(bot: Bot, **options: Any) -> MediaSource:
    """The recording in the newest message to the bot."""
    *_, update = await bot.get_updates()
    recording = recording_in(update.message, bot.id)
    assert recording is not None
    sources = TelegramFileOpener(lambda: bot, pause=lambda seconds: asyncio.sleep(0), **options)
    return await sources.open(recording.source.location, recording.source.name)


async def test_nothing_is_fetched_before_it_is_read_and_then_once(api: FakeBotApi, bot: Bot, ada: Person) -> None:
    ada.send_voice(DATA, 12, unique_id="v1")
    source = await opened(bot)
    assert (source.info.identity, source.info.size_bytes) == ("telegram:v1", len(DATA))
    assert source.info.name.startswith("voice 20")
    assert api.requests_of("getFile") == []
    assert await source.read_range(1000, 5) == DATA[1000:1005]
    assert await source.read_range(len(DATA) - 3, 100) == DATA[-3:]
    assert await source.read_range(len(DATA), 10) == b""
    reads = (source.read_range(offset, 70_000) for offset in range(0, len(DATA), 70_000))
    assert b"".join(await asyncio.gather(*reads)) == DATA
    await source.close()
    assert len(api.downloads.made) == 1


async def test_a_line_that_breaks_is_taken_up_where_it_broke(api: FakeBotApi, bot: Bot, ada: Person) -> None:
    ada.send_audio(DATA, 12, name="talk.mp3")
    source = await opened(bot)
    api.cut_next_download(100_000)
    api.fail_next("getFile", 500, "Internal Server Error")
    assert await source.read_range(0, len(DATA)) == DATA
    await source.close()
    (_, first, _), (_, second, _) = api.downloads.made
    assert (first, second > 0) == (0, True)


async def test_what_stays_broken_is_told_without_the_token(api: FakeBotApi, bot: Bot, ada: Person) -> None:
    ada.send_audio(DATA, 12)
    source = await opened(bot)
    api.cut_next_download(10, times=3)
    with pytest.raises(SourceInterrupted) as failed:
        await source.read_range(0, 1000)
    error: BaseException | None = failed.value
    while error is not None:
        assert bot.token not in repr(error)
        error = error.__cause__ or error.__context__
    await source.close()


@pytest.mark.parametrize(
    ("method", "code", "description"),
    [
        ("getFile", 400, "Bad Request: wrong file_id or the file is temporarily unavailable"),
        ("getFile", 400, "Bad Request: something that nobody knows yet"),
        ("getFile", 404, "Not Found"),
        ("getFile", 500, "Internal Server Error"),
        ("download", 404, "Not Found"),
        ("download", 403, "Forbidden"),
        ("download", 500, "Internal Server Error"),
    ],
)
async def test_what_may_pass_is_tried_again_and_told_where_it_does_not(
    api: FakeBotApi, bot: Bot, ada: Person, method: str, code: int, description: str
) -> None:
    ada.send_audio(DATA, 12, name="talk.mp3")
    source = await opened(bot)
    api.fail_next(method, code, description, times=2)
    assert await source.read_range(0, len(DATA)) == DATA
    await source.close()
    again = await opened(bot)
    api.fail_next(method, code, description, times=3)
    with pytest.raises(SourceInterrupted):
        await again.read_range(0, 1000)
    await again.close()


@pytest.mark.parametrize("body", [b"<html>Bad Gateway</html>", b"\xff\xfe", b'{"ok": true, "result": {}}'])
async def test_what_is_no_answer_to_get_file_passes(api: FakeBotApi, bot: Bot, ada: Person, body: bytes) -> None:
    ada.send_audio(DATA, 12)
    source = await opened(bot)
    api.answer_next("getFile", 200 if body.startswith(b"{") else 502, body)
    assert await source.read_range(0, len(DATA)) == DATA
    await source.close()


@pytest.mark.parametrize("size_is_told", [True, False])
async def test_a_file_that_is_gone_is_told_at_once(
    api: FakeBotApi, bot: Bot, ada: Person, *, size_is_told: bool
) -> None:
    ada.send(media("audio", DATA, duration=12, file_name="talk.mp3", declared_size=size_is_told))
    api.fail_next("getFile", 400, "Bad Request: invalid file_id")
    with pytest.raises(TelegramFileGone):
        await (await opened(bot)).read_range(0, 1000)
    assert len(api.requests_of("getFile")) == 1


async def test_so_long_a_pause_as_telegram_wants_is_left_to_the_queue(api: FakeBotApi, bot: Bot, ada: Person) -> None:
    ada.send_audio(DATA, 12)
    source = await opened(bot)
    api.fail_next("getFile", 429, "Too Many Requests: retry after 7", retry_after=7)
    api.fail_next("getFile", 429, "Too Many Requests: retry after 236", retry_after=236)
    with pytest.raises(SourceInterrupted) as told:
        await source.read_range(0, 1000)
    assert told.value.retry_after_s == 236
    await source.close()


async def test_closing_ends_the_fetching(api: FakeBotApi, bot: Bot, ada: Person) -> None:
    ada.send_audio(DATA, 12)
    source = await opened(bot)
    held = api.hang("download")
    reading = asyncio.create_task(source.read_range(0, 1000))
    await held.reached.wait()
    reading.cancel()
    await asyncio.wait([reading])
    async with asyncio.timeout(PATIENCE_S):
        await source.close()


async def test_what_is_too_large_is_told_before_anything_is_fetched(api: FakeBotApi, bot: Bot, ada: Person) -> None:
    ada.send_audio(Synthetic(20 * 1024 * 1024 + 1), 9000, name="talk.mp3")
    with pytest.raises(TelegramFileTooLarge) as refused:
        await opened(bot)
    assert str(refused.value).startswith("talk.mp3 is larger than the 20 MB that Telegram gives a bot by itself.")
    assert api.requests_of("getFile") == []


@dataclass
class OtherWay:
    """Large files by another way; keeps which were asked for."""

    opened: list[TelegramFile] = field(default_factory=list)

    async def open(self, file: TelegramFile, name: str) -> MediaSource:
        self.opened.append(file)
        return MemorySource(name, b"large")


@pytest.mark.parametrize("size_is_told", [True, False])
async def test_what_is_too_large_comes_by_the_other_way(
    api: FakeBotApi, bot: Bot, ada: Person, *, size_is_told: bool
) -> None:
    large = media("audio", Synthetic(2_000_000_000), duration=9000, file_name="talk.mp3", declared_size=size_is_told)
    ada.send(large)
    other = OtherWay()
    source = await opened(bot, large_files=lambda: other)
    assert (source.info.name, await source.read_range(0, 10)) == ("talk.mp3", b"large")
    assert [file.size_bytes for file in other.opened] == [2_000_000_000 if size_is_told else 0]
    assert api.downloads.made == []


async def test_a_server_of_ones_own_gives_files_of_any_size(tmp_path: Path) -> None:
    async with FakeBotApi(local_folder=tmp_path) as api, bot_of(api) as bot:
        api.person("Ada").send_video(Synthetic(50_000_000), 60)
        source = await opened(bot, reads_server_files=lambda: True)
        api.fail_next("getFile", 400, "Bad Request: the file is temporarily unavailable")
        assert len(await source.read_range(49_999_990, 100)) == 10
        await source.close()
        assert api.downloads.made == []


async def test_without_its_bot_nothing_can_be_fetched(bot: Bot) -> None:
    file = TelegramFile(bot.id, 7, 8, "file", "unique", 9)
    with pytest.raises(BotOff):
        await TelegramFileOpener(lambda: None).open(file.location, "talk.ogg")
    other = TelegramFile(bot.id + 1, 7, 8, "file", "unique", 9)
    with pytest.raises(BotOff):
        await TelegramFileOpener(lambda: bot).open(other.location, "talk.ogg")


@pytest.mark.parametrize(
    "location",
    [
        "",
        "/talk.ogg",
        "telegram://1/2/3",
        "https://1/2/3?file=a&unique=b&size=3",
        "telegram://1/2/3?file=a&unique=b&size=x",
    ],
)
async def test_what_is_no_file_in_telegram_is_refused(bot: Bot, location: str) -> None:
    with pytest.raises(SourceError):
        await TelegramFileOpener(lambda: bot).open(location, "talk.ogg")


def test_a_location_comes_back_as_it_was() -> None:
    file = TelegramFile(4711, -100123, 77, "AwACAgIAAxk=_-/?&", "AgAD=%", 2_000_000_000)
    assert TelegramFile.at(file.location) == file


async def test_recordings_are_known_by_kind_type_or_suffix(bot: Bot, ada: Person) -> None:
    ada.send_document(b"x", "talk.MP3", None)
    ada.send_document(b"x", "film", "video/x-matroska")
    ada.send_document(b"x", "../../etc/passwd\\talk.wav", "application/octet-stream")
    ada.send_audio(b"x", 3, title="Talk", performer="Ada")
    ada.send_video_note(b"x", 3)
    ada.send_document(b"x", "report.pdf", "application/pdf")
    ada.send_photo(b"x")
    ada.send_text("talk.mp3")
    _, *updates = await bot.get_updates()
    found = [recording_in(update.message, bot.id) for update in updates]
    names = [recording.source.name if recording else None for recording in found]
    assert names[:4] == ["talk.MP3", "film", "talk.wav", "Ada - Talk"]
    assert names[4].startswith("video-note 20")
    assert names[5:] == [None, None, None]
