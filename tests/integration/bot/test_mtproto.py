"""Large files over Telegram's own protocol: a real client, data centres on the loopback that get difficult."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import pytest
from telethon import TelegramClient

from core.bot.api_credentials import ApiCredentials
from core.bot.mtproto import MtprotoDownloads
from core.bot.mtproto_line import DataCentre as Address
from core.bot.mtproto_source import PART_BYTES
from core.bot.recordings import TelegramFile
from core.bot.telegram_errors import TelegramApplicationRefused
from core.domain.errors import BotTokenRefused, KeyringLocked, SourceInterrupted, SourceMissing
from core.media import MediaSource, read_all
from tests.fakes.bot_api_files import Synthetic
from tests.fakes.data_centre import DataCentre, data_centres
from tests.fakes.data_centre_world import KeptFile, World

BOT_ID = 4711
TOKEN = f"{BOT_ID}:AAF-planted_token_of_the_data_centre_3f2a"
FIRST, SECOND = ApiCredentials(12345, "0123456789abcdef" * 2), ApiCredentials(67890, "fedcba9876543210" * 2)
TWO_GB = 2_000_000_123
MB = 1024 * 1024


@dataclass
class Kept:
    """Sessions in memory."""

    sessions: dict[str, str] = field(default_factory=dict)
    is_locked: bool = False

    async def load(self, name: str) -> str:
        if self.is_locked:
            raise KeyringLocked(variable="X")
        return self.sessions.get(name, "")

    async def save(self, name: str, session: str) -> None:
        if self.is_locked:
            raise KeyringLocked(variable="X")
        self.sessions[name] = session


@dataclass
class Telegram:
    """All of it, and downloads from it."""

    world: World
    centres: list[DataCentre]
    downloads: MtprotoDownloads
    kept: Kept
    pauses: list[float]

    async def open(
        self, file: KeptFile, *, is_named: bool = True, chat_id: int = 7, size_bytes: int | None = None
    ) -> MediaSource:
        """A file of a message; `is_named` tells whether its file_id says where it is."""
        self.world.send(file, chat_id, 8)
        size = file.content.size_bytes if size_bytes is None else size_bytes
        file_id = file.file_id if is_named else "AwADBAADbQADwkopSh"
        return await self.downloads.open(TelegramFile(BOT_ID, chat_id, 8, file_id, "u1", size), "talk.mp3")


@asynccontextmanager
async def telegram(
    monkeypatch: pytest.MonkeyPatch,
    *numbers: int,
    home: int = 2,
    credentials: tuple[ApiCredentials, ...] = (FIRST,),
    kept: Kept | None = None,
    token: str = TOKEN,
    answer_s: float = 10,
) -> AsyncIterator[Telegram]:
    monkeypatch.setattr(TelegramClient, "_config", None)
    world = World(BOT_ID, TOKEN, {one.api_id: one.api_hash for one in (FIRST, SECOND)}, home)
    kept = kept or Kept()
    pauses: list[float] = []
    now_s = 0.0

    async def pause(seconds: float) -> None:
        nonlocal now_s
        now_s += seconds
        pauses.append(seconds)
        await asyncio.sleep(0)

    async with data_centres(world, *(numbers or (2,))) as centres:
        downloads = MtprotoDownloads(
            token,
            credentials,
            kept,
            first=Address(centres[0].number, *world.addresses[centres[0].number]),
            answer_s=answer_s,
            clock=lambda: now_s,
            pause=pause,
        )
        try:
            yield Telegram(world, centres, downloads, kept, pauses)
        finally:
            await downloads.close()


async def test_any_range_of_two_gigabytes_can_be_read(monkeypatch: pytest.MonkeyPatch) -> None:
    async with telegram(monkeypatch) as told:
        content = Synthetic(TWO_GB)
        source = await told.open(told.world.keep(content))
        assert (source.identity, source.size_bytes, source.name) == ("telegram:u1", TWO_GB, "talk.mp3")
        assert told.centres[0].handshakes == 0  # Nothing is asked before it is read.
        for offset, length in ((0, 1), (1_999_999_999, 4096), (1023, 2), (PART_BYTES - 7, 3 * PART_BYTES), (TWO_GB, 9)):
            assert await source.read_range(offset, length) == content.read(offset, offset + length)
        await source.close()
        assert all(length <= PART_BYTES for _, _, length in told.world.parts)
        assert told.centres[0].handshakes == 1


async def test_all_of_a_file_is_read_with_eight_requests_under_way(monkeypatch: pytest.MonkeyPatch) -> None:
    async with telegram(monkeypatch) as told:
        content = Synthetic(64 * MB + 5)
        source = await told.open(told.world.keep(content))
        told.world.faults.latency_s = 0.002
        assert await read_all(source) == content.read(0, content.size_bytes)
        await source.close()
        assert (len(told.world.parts), told.world.most_in_flight) == (129, 8)


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
        assert source.size_bytes == 30 * MB
        await source.close()


async def test_a_reference_that_expires_is_renewed_once_for_all_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    async with telegram(monkeypatch) as told:
        content = Synthetic(30 * MB)
        source = await told.open(told.world.keep(content))
        assert await source.read_range(0, 10) == content.read(0, 10)
        told.world.expire_references()
        assert await read_all(source) == content.read(0, content.size_bytes)
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
        assert await read_all(source) == content.read(0, content.size_bytes)
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
        other = MtprotoDownloads(TOKEN, (FIRST,), kept, first=address)
        source = await other.open(TelegramFile(BOT_ID, 7, 8, file.file_id, "u1", 30 * MB), "talk.mp3")
        assert len(await source.read_range(0, 10)) == 10
        await source.close()
        assert (told.world.asked["ImportBotAuthorization"], told.centres[0].handshakes) == (1, 1)
    assert list(kept.sessions) == ["4711-12345"]


@pytest.mark.parametrize("way", ["forget_keys", "log_out"])
async def test_a_session_that_was_ended_elsewhere_is_replaced(monkeypatch: pytest.MonkeyPatch, way: str) -> None:
    async with telegram(monkeypatch) as told:
        content = Synthetic(30 * MB)
        source = await told.open(told.world.keep(content))
        await source.read_range(0, 10)
        getattr(told.centres[0], way)()
        assert await read_all(source) == content.read(0, content.size_bytes)
        await source.close()
        assert told.world.asked["ImportBotAuthorization"] == 2


@pytest.mark.parametrize("session", ["nonsense", "1" + "A" * 352])
async def test_a_kept_session_that_is_none_is_replaced(monkeypatch: pytest.MonkeyPatch, session: str) -> None:
    async with telegram(monkeypatch, kept=Kept({"4711-12345": session})) as told:
        source = await told.open(told.world.keep(Synthetic(30 * MB)))
        assert len(await source.read_range(0, 10)) == 10
        await source.close()
        assert told.kept.sessions["4711-12345"] != session


async def test_without_a_keyring_the_bot_logs_in_each_time(monkeypatch: pytest.MonkeyPatch) -> None:
    async with telegram(monkeypatch, kept=Kept(is_locked=True)) as told:
        source = await told.open(told.world.keep(Synthetic(30 * MB)))
        assert len(await source.read_range(0, 10)) == 10
        await source.close()


async def test_a_pause_that_telegram_names_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    async with telegram(monkeypatch) as told:
        source = await told.open(told.world.keep(Synthetic(30 * MB)))
        told.world.faults.refuse(420, "FLOOD_WAIT_17", times=2)
        assert len(await source.read_range(0, 10)) == 10
        await source.close()
        assert told.pauses == [17, 17]


async def test_another_application_is_used_during_a_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    async with telegram(monkeypatch, credentials=(FIRST, SECOND)) as told:
        content = Synthetic(30 * MB)
        source = await told.open(told.world.keep(content))
        told.world.faults.refuse(420, "FLOOD_WAIT_1700")
        assert await read_all(source) == content.read(0, content.size_bytes)
        await source.close()
        assert (told.pauses, sorted(told.kept.sessions)) == ([], ["4711-12345", "4711-67890"])


async def test_a_long_pause_is_left_to_the_queue(monkeypatch: pytest.MonkeyPatch) -> None:
    async with telegram(monkeypatch) as told:
        source = await told.open(told.world.keep(Synthetic(30 * MB)))
        told.world.faults.refuse(420, "FLOOD_WAIT_1700")
        with pytest.raises(SourceInterrupted) as interrupted:
            await source.read_range(0, 10)
        await source.close()
        assert (interrupted.value.retry_after_s, told.pauses) == (1700, [])


async def test_lines_that_break_are_mended(monkeypatch: pytest.MonkeyPatch) -> None:
    async with telegram(monkeypatch) as told:
        content = Synthetic(64 * MB)
        source = await told.open(told.world.keep(content))
        told.world.faults.cut_after.extend((3, 20, 40))
        assert await read_all(source) == content.read(0, content.size_bytes)
        await source.close()
        assert not told.world.faults.cut_after


async def test_a_line_that_falls_silent_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    async with telegram(monkeypatch, answer_s=0.5) as told:
        source = await told.open(told.world.keep(Synthetic(30 * MB)))
        assert len(await source.read_range(0, 10)) == 10
        told.world.faults.silent = 1
        assert len(await source.read_range(0, 10)) == 10
        await source.close()


async def test_what_goes_on_failing_is_told_in_our_words(monkeypatch: pytest.MonkeyPatch) -> None:
    async with telegram(monkeypatch) as told:
        source = await told.open(told.world.keep(Synthetic(30 * MB)))
        told.world.faults.refuse(406, "STRANGE_NEW_ERROR", times=3)
        with pytest.raises(SourceInterrupted):
            await source.read_range(0, 10)
        told.world.faults.refuse(400, "FILE_REFERENCE_EXPIRED", times=100)
        with pytest.raises(SourceInterrupted):
            await source.read_range(0, 10)
        told.world.faults.refusals.clear()
        assert len(await source.read_range(0, 10)) == 10
        await source.close()


async def test_an_application_that_telegram_does_not_know_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    wrong = ApiCredentials(FIRST.api_id, SECOND.api_hash)
    unknown = ApiCredentials(111, SECOND.api_hash)
    async with telegram(monkeypatch, credentials=(wrong, unknown)) as told:
        source = await told.open(told.world.keep(Synthetic(30 * MB)))
        with pytest.raises(TelegramApplicationRefused):
            await source.read_range(0, 10)
        await source.close()


async def test_one_application_that_is_known_is_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    async with telegram(monkeypatch, credentials=(ApiCredentials(111, SECOND.api_hash), SECOND)) as told:
        source = await told.open(told.world.keep(Synthetic(30 * MB)))
        assert len(await source.read_range(0, 10)) == 10
        await source.close()


async def test_a_token_that_telegram_refuses_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    async with telegram(monkeypatch, token=TOKEN + "x") as told:
        source = await told.open(told.world.keep(Synthetic(30 * MB)))
        with pytest.raises(BotTokenRefused):
            await source.read_range(0, 10)
        await source.close()


async def test_a_cancelled_read_leaves_the_line_in_order(monkeypatch: pytest.MonkeyPatch) -> None:
    async with telegram(monkeypatch) as told:
        source = await told.open(told.world.keep(Synthetic(30 * MB)))
        await source.read_range(0, 10)
        told.world.faults.latency_s = 0.05
        told.world.asked_for_part.clear()
        reading = asyncio.create_task(source.read_range(0, 4 * PART_BYTES))
        await told.world.asked_for_part.wait()
        reading.cancel()
        with pytest.raises(asyncio.CancelledError):
            await reading
        assert len(await source.read_range(0, 10)) == 10
        await source.close()


async def test_neither_token_nor_session_is_logged(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    async with telegram(monkeypatch, 2, 4) as told:
        source = await told.open(told.world.keep(Synthetic(30 * MB), data_centre=4))
        told.world.faults.cut_after.append(1)
        await read_all(source)
        await source.close()
        (session,) = told.kept.sessions.values()
    assert TOKEN not in caplog.text
    assert session not in caplog.text
    assert FIRST.api_hash not in caplog.text
