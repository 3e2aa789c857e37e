"""What every provider that is sent files has to do."""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, replace

import httpx
import pytest
import pytest_asyncio

from core.domain import AudioFormat, NotulaError, Segment, SpeechChunk, TranscriptionOptions
from core.domain.errors import (
    CreditExhausted,
    KeyRefused,
    ProviderError,
    ProviderFailing,
    ProviderOverloaded,
    ProviderUnreachable,
    RecordingFormatRefused,
    RecordingRefusedWithReason,
    UploadTooLarge,
)
from core.providers import Provider
from core.providers.http.upload import ResponseTimeout
from tests.fakes.plain_client import plain_client
from tests.fakes.speech_server import Reply, Service, SpeechServer
from tests.integration.providers.contract import ProviderContract, ignore
from tests.patience import PATIENCE_S

KEY = "sk-planted-secret-0123456789abcdef3f2a"
"""Nowhere but in a header may it be found."""

START_S = 100.0
DURATION_S = 10.0


def chunk_of(audio: bytes = b"OggS" + bytes(200_000), audio_format: AudioFormat = AudioFormat.OGG) -> SpeechChunk:
    """Ten seconds from the middle of a recording."""
    return SpeechChunk(3, START_S, DURATION_S, audio, audio_format)


@dataclass(frozen=True, slots=True)
class Subject:
    """A provider with the fake that it asks. `build` makes one with another key and response timeout."""

    build: Callable[[str, ResponseTimeout], Provider]
    provider: Provider
    server: SpeechServer
    options: TranscriptionOptions

    async def transcribe(self, **changed: object) -> tuple[Segment, ...]:
        options = replace(self.options, **changed)  # type: ignore[arg-type]
        return (await self.provider.transcribe(chunk_of(), options, ignore)).segments


class UploadContract(ProviderContract):
    """For a provider that is sent files. What differs from one to the other is in these methods."""

    def chunk(self) -> SpeechChunk:
        return chunk_of()

    def service(self) -> Service:
        raise NotImplementedError

    def build(self, key: str, client: httpx.AsyncClient, url: str, timeout: ResponseTimeout) -> Provider:
        raise NotImplementedError

    @pytest.fixture
    def provider(self, subject: Subject) -> Provider:
        return subject.provider

    @pytest_asyncio.fixture
    async def subject(self) -> AsyncIterator[Subject]:
        async with SpeechServer(self.service()).running() as server, plain_client() as client:

            def build(key: str, timeout: ResponseTimeout) -> Provider:
                return self.build(key, client, server.url, timeout)

            provider = build(KEY, ResponseTimeout(30.0, 1.0))
            yield Subject(build, provider, server, self.options())
            await provider.close()
            assert not client.is_closed, "the connections are the giver's"

    async def test_what_is_said_is_what_the_service_heard(self, subject: Subject) -> None:
        assert " ".join(segment.text for segment in await subject.transcribe()) == (
            "It was the best of times, it was the worst of times, it was the age of wisdom."
        )

    async def test_a_language_that_is_not_known_costs_no_request(self, subject: Subject) -> None:
        assert await subject.provider.identify_language(chunk_of(), subject.options) is None
        assert not subject.server.requests

    async def test_every_option_is_something_that_the_service_takes(self, subject: Subject) -> None:
        every = {
            "language": "id",
            "temperature": 0.4,
            "vocabulary": [f"Istilah{number} Ōtsu" for number in range(500)],
            "word_timestamps": True,
        }
        assert await subject.transcribe(**every)
        if subject.provider.capabilities.translates_to_english:
            assert await subject.transcribe(**every, to_english=True)

    async def test_every_format_it_takes_is_sent_with_its_type(self, subject: Subject) -> None:
        upload = subject.provider.capabilities.upload
        assert upload
        for audio_format, data in SAMPLES.items():
            if audio_format in upload.formats:
                await subject.provider.transcribe(chunk_of(data, audio_format), subject.options, ignore)
        assert len(subject.server.requests) == len(upload.formats)

    async def test_the_upload_is_told_from_beginning_to_end(self, subject: Subject) -> None:
        uploaded: list[float] = []
        await subject.provider.transcribe(chunk_of(), subject.options, ignore, on_uploaded=uploaded.append)
        assert uploaded[0] == 0.0
        assert uploaded[-1] == 1.0
        assert len(uploaded) > 3

    async def test_what_is_too_short_for_a_word_is_not_sent(self, subject: Subject) -> None:
        chunk = replace(chunk_of(), duration_s=0.09)
        transcript = await subject.provider.transcribe(chunk, subject.options, ignore)
        assert transcript.segments == ()
        assert subject.server.requests == []

    @pytest.mark.parametrize(
        ("status", "error", "transient"),
        [
            (400, RecordingRefusedWithReason, False),
            (401, KeyRefused, False),
            (402, CreditExhausted, False),
            (403, KeyRefused, False),
            (404, RecordingRefusedWithReason, False),
            (408, ProviderFailing, True),
            (413, UploadTooLarge, False),
            (415, RecordingFormatRefused, False),
            (422, RecordingRefusedWithReason, False),
            (429, ProviderOverloaded, True),
            (500, ProviderFailing, True),
            (502, ProviderFailing, True),
            (503, ProviderFailing, True),
            (529, ProviderFailing, True),
        ],
    )
    async def test_a_refusal_is_told_for_what_it_is(
        self, subject: Subject, status: int, error: type[ProviderError], transient: bool
    ) -> None:
        subject.server.next(Reply(status))
        with pytest.raises(error) as failure:
            await subject.transcribe()
        assert type(failure.value) is error
        assert failure.value.transient is transient
        assert failure.value.retry_after_s is None
        assert len(subject.server.requests) == 1, "who tries again is not the provider"

    @pytest.mark.parametrize("status", [429, 503])
    async def test_a_time_to_wait_is_passed_on(self, subject: Subject, status: int) -> None:
        subject.server.next(Reply(status, retry_after="17"))
        with pytest.raises(ProviderError) as failure:
            await subject.transcribe()
        assert failure.value.retry_after_s == 17.0

    async def test_more_than_the_service_takes_is_told(self, subject: Subject) -> None:
        large = chunk_of(b"OggS" + bytes(subject.server.service.largest_bytes))
        with pytest.raises(UploadTooLarge):
            await subject.provider.transcribe(large, subject.options, ignore)

    @pytest.mark.parametrize("reply", [Reply(reset_after=100_000), Reply(cut=True)], ids=["upload", "answer"])
    async def test_a_line_that_breaks_is_worth_another_attempt(self, subject: Subject, reply: Reply) -> None:
        subject.server.next(replace(reply))
        with pytest.raises(ProviderUnreachable):
            await subject.transcribe()
        assert await subject.transcribe()

    @pytest.mark.parametrize(
        "reply",
        [Reply(half=True), Reply(body=b"<html>"), Reply(body=b"[]"), Reply(body=b"\xff\xfe"), Reply(body=b'{"a":1}')],
        ids=["half", "html", "list", "bytes", "other"],
    )
    async def test_nonsense_is_worth_another_attempt(self, subject: Subject, reply: Reply) -> None:
        subject.server.next(replace(reply))
        with pytest.raises(ProviderFailing):
            await subject.transcribe()
        assert await subject.transcribe()

    async def test_a_server_that_is_not_there_is_unreachable(self, subject: Subject, unused_tcp_port: int) -> None:
        async with plain_client() as client:
            provider = self.build(KEY, client, f"http://127.0.0.1:{unused_tcp_port}", ResponseTimeout(30.0, 1.0))
            with pytest.raises(ProviderUnreachable):
                await provider.transcribe(chunk_of(), subject.options, ignore)

    @pytest.mark.parametrize("drip_s", [None, 0.02])
    async def test_a_silent_and_a_dripping_server_are_given_up(self, subject: Subject, drip_s: float | None) -> None:
        subject.server.next(Reply(drip_s=drip_s) if drip_s else Reply(go_on=asyncio.Event()))
        with pytest.raises(ProviderUnreachable):
            await subject.build(KEY, ResponseTimeout(0.2, 0.0)).transcribe(chunk_of(), subject.options, ignore)

    async def test_cancelling_ends_the_request(self, subject: Subject) -> None:
        reply = subject.server.next(Reply(go_on=asyncio.Event()))
        running = asyncio.create_task(subject.transcribe())
        await reply.arrived.wait()
        running.cancel()
        async with asyncio.timeout(PATIENCE_S):
            with pytest.raises(asyncio.CancelledError):
                await running
            await reply.left.wait()

    async def test_cancelling_in_the_middle_of_the_upload_ends_it(self, subject: Subject) -> None:
        reply = subject.server.next(Reply(stall_after=100_000, go_on=asyncio.Event()))
        large = chunk_of(b"OggS" + bytes(15_000_000))
        running = asyncio.create_task(subject.provider.transcribe(large, subject.options, ignore))
        await reply.stalled.wait()
        running.cancel()
        async with asyncio.timeout(PATIENCE_S):
            with pytest.raises(asyncio.CancelledError):
                await running
        assert reply.go_on
        reply.go_on.set()
        await reply.left.wait()
        assert not subject.server.requests

    async def test_several_chunks_are_under_way_at_once(self, subject: Subject) -> None:
        replies = [subject.server.next(Reply(go_on=asyncio.Event())) for _ in range(4)]
        async with asyncio.timeout(PATIENCE_S), asyncio.TaskGroup() as group:
            running = [group.create_task(subject.transcribe()) for _ in replies]
            for reply in replies:
                await reply.arrived.wait()
            for reply in replies:
                assert reply.go_on
                reply.go_on.set()
        assert all(task.result() for task in running)

    @pytest.mark.parametrize(
        "key", [KEY, "wrong-planted-secret-9999", "pasted \u00fc planted", "planted-line\n", "planted"]
    )
    async def test_the_key_is_nowhere_to_be_read(
        self, subject: Subject, key: str, caplog: pytest.LogCaptureFixture
    ) -> None:
        provider = subject.build(key, ResponseTimeout(30.0, 1.0))
        told = [repr(provider)]
        with caplog.at_level(logging.DEBUG):
            for reply in (Reply(), Reply(401), Reply(500), Reply(reset_after=100_000), Reply(half=True)):
                subject.server.next(reply)
                try:
                    await provider.transcribe(chunk_of(), subject.options, ignore)
                except NotulaError as error:
                    logging.getLogger("core").exception("failed")
                    told += [repr(error), str(error), repr(error.message), repr(error.__context__)]
                subject.server.replies.clear()
        formatted = "\n".join(logging.Formatter().format(record) for record in caplog.records)
        ours = "\n".join(record.getMessage() for record in caplog.records if record.name.startswith("core"))
        leaks = [line for line in formatted.split("\n") if "planted" in line]
        assert leaks == []
        assert "planted" not in "\n".join(told)
        assert "://" not in ours

    async def test_the_key_is_named_by_its_ending(self, subject: Subject) -> None:
        subject.server.next(Reply(401))
        with pytest.raises(KeyRefused, match=r"the key ending in …3f2a\."):
            await subject.transcribe()


SAMPLES = {
    AudioFormat.OGG: b"OggS" + bytes(1000),
    AudioFormat.FLAC: b"fLaC" + bytes(1000),
    AudioFormat.MP3: b"ID3" + bytes(1000),
    AudioFormat.WAV: b"RIFF\0\0\0\0WAVE" + bytes(1000),
    AudioFormat.M4A: b"\0\0\0\x20ftypM4A " + bytes(1000),
    AudioFormat.MP4: b"\0\0\0\x20ftypisom" + bytes(1000),
    AudioFormat.WEBM: b"\x1aE\xdf\xa3" + bytes(1000),
}
"""The beginnings of files, which is as far as a fake looks."""
