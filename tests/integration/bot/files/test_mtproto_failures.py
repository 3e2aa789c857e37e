"""Large files over MTProto through flood waits, refusals and lost connections."""

import asyncio

import pytest

from core.bot.files.mtproto.source import PART_BYTES
from core.domain.errors import BotTokenRefused, SourceInterrupted, TelegramApplicationRefused
from core.media import read_all_bytes
from core.secrets.api_credentials import ApiCredentials
from tests.fakes.bot_api_files import Synthetic
from tests.integration.bot.files.large_files import FIRST_APPLICATION, MB, SECOND, TOKEN, Kept, telegram


@pytest.mark.parametrize("way", ["forget_keys", "log_out"])
async def test_a_session_that_was_ended_elsewhere_is_replaced(monkeypatch: pytest.MonkeyPatch, way: str) -> None:
    async with telegram(monkeypatch) as told:
        content = Synthetic(30 * MB)
        source = await told.open(told.world.keep(content))
        await source.read_range(0, 10)
        getattr(told.centres[0], way)()
        assert await read_all_bytes(source) == content.read(0, content.size_bytes)
        await source.close()
        assert told.world.asked["ImportBotAuthorization"] == 2


async def test_a_login_that_was_ended_at_home_is_renewed_for_files_elsewhere(monkeypatch: pytest.MonkeyPatch) -> None:
    async with telegram(monkeypatch, 2, 4) as told:
        near = await told.open(told.world.keep(Synthetic(30 * MB)))
        assert len(await near.read_range(0, 10)) == 10
        told.centres[0].log_out()
        far = await told.open(told.world.keep(Synthetic(30 * MB), data_centre=4))
        assert len(await far.read_range(0, 10)) == 10
        for source in (near, far):
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


async def test_every_pause_halves_how_much_is_asked_for_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    async with telegram(monkeypatch) as told:
        source = await told.open(told.world.keep(Synthetic(64 * MB)))
        for most in (24, 12, 6):
            told.world.most_in_flight, told.world.faults.crowd = 0, most
            await read_all_bytes(source)
            assert told.world.most_in_flight == most
            told.world.faults.refuse(420, "FLOOD_WAIT_5")
            assert len(await source.read_range(0, 10)) == 10
        await source.close()
        source = await told.open(told.world.keep(Synthetic(64 * MB)))
        told.world.most_in_flight, told.world.faults.crowd = 0, 24
        await read_all_bytes(source)
        await source.close()
        assert told.world.most_in_flight == 24


async def test_another_application_is_used_during_a_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    async with telegram(monkeypatch, credentials=(FIRST_APPLICATION, SECOND)) as told:
        content = Synthetic(30 * MB)
        source = await told.open(told.world.keep(content))
        told.world.faults.refuse(420, "FLOOD_WAIT_1700")
        assert await read_all_bytes(source) == content.read(0, content.size_bytes)
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
        assert await read_all_bytes(source) == content.read(0, content.size_bytes)
        await source.close()
        assert not told.world.faults.cut_after


async def test_a_line_that_falls_silent_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    async with telegram(monkeypatch, response_timeout_s=3.0) as told:
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
    wrong = ApiCredentials(FIRST_APPLICATION.api_id, SECOND.api_hash)
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
    async with telegram(monkeypatch, shown_token=TOKEN + "x") as told:
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
        await read_all_bytes(source)
        await source.close()
        (session,) = told.kept.sessions.values()
    assert TOKEN not in caplog.text
    assert session not in caplog.text
    assert FIRST_APPLICATION.api_hash not in caplog.text
