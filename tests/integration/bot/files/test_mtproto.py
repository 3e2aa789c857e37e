"""Large files over Telegram's own protocol: read in ranges, found wherever they are."""

import asyncio

import pytest
from aiogram import Bot

from core.bot.files.attachments import TelegramFile, recording_in
from core.bot.files.file_opener import TelegramFileOpener
from core.bot.files.mtproto.connection import DataCentre as Address
from core.bot.files.mtproto.downloads import MtprotoDownloads, MtprotoOptions
from core.bot.files.mtproto.source import PART_BYTES
from core.domain.errors import SourceMissing
from core.media import read_all_bytes
from tests.fakes.bot_api import FakeBotApi
from tests.fakes.bot_api_files import Synthetic
from tests.fakes.bot_api_people import Person
from tests.integration.bot.files.large_files import BOT_ID, FIRST_APPLICATION, MB, TOKEN, TWO_GB, Kept, telegram


async def test_any_range_of_two_gigabytes_can_be_read(monkeypatch: pytest.MonkeyPatch) -> None:
    async with telegram(monkeypatch) as told:
        content = Synthetic(TWO_GB)
        source = await told.open(told.world.keep(content))
        assert (source.info.identity, source.info.size_bytes, source.info.name) == ("telegram:u1", TWO_GB, "talk.mp3")
        assert told.centres[0].handshakes == 0  # Nothing is asked before it is read.
        for offset, length in ((0, 1), (1_999_999_999, 4096), (1023, 2), (PART_BYTES - 7, 3 * PART_BYTES), (TWO_GB, 9)):
            assert await source.read_range(offset, length) == content.read(offset, offset + length)
        await source.close()
        assert all(length <= PART_BYTES for _, _, length in told.world.parts)
        assert told.centres[0].handshakes == 1


async def test_all_of_a_file_is_read_with_many_requests_under_way(monkeypatch: pytest.MonkeyPatch) -> None:
    async with telegram(monkeypatch) as told:
        content = Synthetic(64 * MB + 5)
        source = await told.open(told.world.keep(content))
        told.world.faults.crowd = 24
        assert await read_all_bytes(source) == content.read(0, content.size_bytes)
        await source.close()
        assert (len(told.world.parts), told.world.most_in_flight) == (129, 24)


@pytest.mark.parametrize("chat_id", [7, -44, -1_000_000_000_123])
async def test_a_name_that_tells_nothing_is_looked_up_in_its_message(
    monkeypatch: pytest.MonkeyPatch, chat_id: int
) -> None:
    async with telegram(monkeypatch) as told:
        content = Synthetic(30 * MB)
        source = await told.open(told.world.keep(content), is_named=False, chat_id=chat_id)
        reads = [source.read_range(offset, 10) for offset in (1, 29 * MB)]
        assert await asyncio.gather(*reads) == [content.read(1, 11), content.read(29 * MB, 29 * MB + 10)]
        await source.close()
        assert told.world.asked["GetMessages"] == 1


async def test_an_unknown_size_is_learnt_from_the_message(monkeypatch: pytest.MonkeyPatch) -> None:
    async with telegram(monkeypatch) as told:
        source = await told.open(told.world.keep(Synthetic(30 * MB)), size_bytes=0)
        assert source.info.size_bytes == 30 * MB
        await source.close()


async def test_a_reference_that_expires_is_renewed_once_for_all_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    async with telegram(monkeypatch) as told:
        content = Synthetic(30 * MB)
        source = await told.open(told.world.keep(content))
        assert await source.read_range(0, 10) == content.read(0, 10)
        told.world.expire_references()
        assert await read_all_bytes(source) == content.read(0, content.size_bytes)
        await source.close()
        assert told.world.asked["GetMessages"] == 1


async def test_a_deleted_message_is_told_once_its_reference_has_expired(monkeypatch: pytest.MonkeyPatch) -> None:
    async with telegram(monkeypatch) as told:
        source = await told.open(told.world.keep(Synthetic(30 * MB)))
        told.world.delete(7, 8)
        assert len(await source.read_range(0, 10)) == 10
        told.world.expire_references()
        with pytest.raises(SourceMissing):
            await source.read_range(0, 10)
        await source.close()


async def test_a_message_that_holds_another_file_by_now_is_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    async with telegram(monkeypatch) as told:
        source = await told.open(told.world.keep(Synthetic(30 * MB)))
        told.world.send(told.world.keep(Synthetic(40 * MB)), 7, 8)
        told.world.expire_references()
        with pytest.raises(SourceMissing):
            await source.read_range(0, 10)
        await source.close()


@pytest.mark.parametrize("is_named", [True, False])
async def test_a_file_in_another_data_centre_is_fetched_there(
    monkeypatch: pytest.MonkeyPatch, *, is_named: bool
) -> None:
    async with telegram(monkeypatch, 2, 4) as told:
        content = Synthetic(30 * MB)
        source = await told.open(told.world.keep(content, data_centre=4), is_named=is_named)
        assert await read_all_bytes(source) == content.read(0, content.size_bytes)
        await source.close()
        assert {centre for centre, _, _ in told.world.parts} == {4}
        again = await told.open(told.world.keep(content, data_centre=4))
        assert await again.read_range(9, 9) == content.read(9, 18)
        await again.close()
        assert [centre.handshakes for centre in told.centres] == [1, 1]
        assert told.world.asked["ExportAuthorization"] == 1


async def test_a_file_that_has_moved_is_followed(monkeypatch: pytest.MonkeyPatch) -> None:
    async with telegram(monkeypatch, 2, 4) as told:
        content = Synthetic(30 * MB)
        kept = told.world.keep(content)
        source = await told.open(kept)
        assert await source.read_range(0, 10) == content.read(0, 10)
        kept.data_centre = 4
        assert await source.read_range(5, 10) == content.read(5, 15)
        await source.close()
        assert [centre for centre, _, _ in told.world.parts] == [2, 4]


async def test_a_bot_that_belongs_elsewhere_logs_in_there(monkeypatch: pytest.MonkeyPatch) -> None:
    async with telegram(monkeypatch, 2, 5, home=5) as told:
        source = await told.open(told.world.keep(Synthetic(30 * MB), data_centre=5))
        assert len(await source.read_range(0, 10)) == 10
        await source.close()


async def test_a_session_is_kept_and_used_again(monkeypatch: pytest.MonkeyPatch) -> None:
    kept = Kept()
    async with telegram(monkeypatch, kept=kept) as told:
        file = told.world.keep(Synthetic(30 * MB))
        for _ in range(2):
            source = await told.open(file)
            assert len(await source.read_range(0, 10)) == 10
            await source.close()
        address = Address(2, *told.world.addresses[2])
        other = MtprotoDownloads(TOKEN, (FIRST_APPLICATION,), kept, MtprotoOptions(first_data_centre=address))
        source = await other.open(TelegramFile(BOT_ID, 7, 8, file.file_id, "u1", 30 * MB), "talk.mp3")
        assert len(await source.read_range(0, 10)) == 10
        await source.close()
        assert (told.world.asked["ImportBotAuthorization"], told.centres[0].handshakes) == (1, 1)
    assert list(kept.sessions) == ["4711-12345"]


async def test_a_large_file_in_a_chat_is_read_without_the_bot_api(
    api: FakeBotApi, bot: Bot, ada: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    content = Synthetic(TWO_GB)
    sent = ada.send_video(content, 9000)
    *_, update = await bot.get_updates()
    recording = recording_in(update.message, bot.id)
    assert recording is not None
    async with telegram(monkeypatch, token=api.token) as told:
        told.world.send(told.world.keep(content), ada.id, sent.id)
        sources = TelegramFileOpener(lambda: bot, large_files=lambda: told.downloads)
        source = await sources.open(recording.source.location, recording.source.name)
        assert source.info.size_bytes == TWO_GB
        assert await source.read_range(TWO_GB - 100, 200) == content.read(TWO_GB - 100, TWO_GB)
        await source.close()
    assert api.requests_of("getFile") == []
