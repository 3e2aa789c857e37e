"""Translations and summaries as the window and the command line ask for them, with everything that is below."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from core.app.notula import Notula
from core.config import Folders, Settings
from core.domain import Requester, TranscriptId
from core.domain.errors import NoLlm
from core.domain.provider_settings import ProviderSettings
from tests.fakes.llm_service import LlmService, Model
from tests.fakes.speech_server import Reply, SpeechServer
from tests.patience import PATIENCE_S

pytestmark = pytest.mark.usefixtures("without_whisper")

KEY = "sk-planted-secret-0123456789abcdef3f2a"


@asynccontextmanager
async def running(settings: Settings, folders: Folders) -> AsyncIterator[Notula]:
    notula = Notula(settings, folders)
    await notula.start()
    try:
        yield notula
    finally:
        await notula.stop()


@pytest.fixture(autouse=True)
def _key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NOTULA_HOME_KEY", KEY)


@asynccontextmanager
async def server_at_home() -> AsyncIterator[tuple[SpeechServer, Settings]]:
    service = LlmService(prefix="/v1", key=KEY, models={"qwen3": Model()})
    async with SpeechServer(service).running() as server:
        home = ProviderSettings(base_url=f"{server.url}/v1", model="none", chat_model="qwen3")
        yield server, Settings(providers=("on-device", "home"), services={"home": home})


async def transcribed(notula: Notula, file: Path) -> TranscriptId:
    (job_id,) = await notula.jobs.submit([file], Requester("test"))
    job = await notula.jobs.wait(job_id)
    assert job.transcript_id is not None, job.error
    return job.transcript_id


async def test_a_transcript_is_translated_once_and_forgotten_with_its_recording(
    beckett: Path, folders: Folders
) -> None:
    async with server_at_home() as (server, settings):
        async with running(settings, folders) as notula:
            transcript_id = await transcribed(notula, beckett)
            stored = await notula.transcripts.get(transcript_id)
            translation = await notula.transcripts.translate(transcript_id, "id")
            assert stored
            assert translation
            assert [one.text for one in translation.transcript.segments] == [
                f"<Indonesian> {one.text.strip()}" for one in stored.transcript.segments
            ]
            assert (translation.transcript.language, translation.transcript.provider) == ("id", "home")
            assert await notula.transcripts.get(transcript_id) == stored
            summary = await notula.transcripts.summarize(transcript_id)
            assert summary
            assert summary.transcript.text.startswith("In English: ")
        async with running(settings, folders) as notula:
            assert await notula.transcripts.translate(transcript_id, "id") == translation
            assert len(server.requests) == 2
            await notula.transcripts.delete([transcript_id])
            assert await notula.transcripts.translate(transcript_id, "id") is None
            again = await transcribed(notula, beckett)
            assert await notula.transcripts.translate(again, "id")
            assert len(server.requests) == 3


async def test_what_is_deleted_while_it_is_translated_is_not_kept(beckett: Path, folders: Folders) -> None:
    async with server_at_home() as (server, settings), running(settings, folders) as notula:
        transcript_id = await transcribed(notula, beckett)
        reply = server.next(Reply(go_on=asyncio.Event()))
        translating = asyncio.create_task(notula.transcripts.translate(transcript_id, "id"))
        async with asyncio.timeout(PATIENCE_S):
            await reply.arrived.wait()
        await notula.transcripts.delete([transcript_id])
        assert reply.go_on
        reply.go_on.set()
        assert await translating
        assert await notula.transcripts.translate(await transcribed(notula, beckett), "id")
        assert len(server.requests) == 2


async def test_without_a_chat_model_it_is_told_what_to_do(beckett: Path, folders: Folders) -> None:
    async with running(Settings(providers=("on-device",)), folders) as notula:
        transcript_id = await transcribed(notula, beckett)
        with pytest.raises(NoLlm, match="Add a Groq key"):
            await notula.transcripts.translate(transcript_id, "id")
