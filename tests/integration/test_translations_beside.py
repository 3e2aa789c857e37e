"""Translations beside a text that is edited: kept with it, sent to nobody but those who were named."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

import pytest

from core.app.notula import Notula
from core.config import Folders, Settings
from core.domain import CacheKey, ContentHash, SourceReference, TranscriptId
from core.domain.errors import NoLlm, TranslatorsChanged
from core.domain.provider_settings import ProviderSettings
from core.domain.translation import TranslatedLine, Translation, TranslationService
from tests.fakes.llm_service import LlmService, Model
from tests.fakes.speech_server import SpeechServer
from tests.unit.samples import HASH, THE_OWNER, make_transcript

KEY = "sk-planted-secret-0123456789abcdef3f2a"
HOME = TranslationService("home", "home", "qwen3")
TALK = "It was the best of times. It was the worst of times. We had everything before us."


@pytest.fixture(autouse=True)
def _key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NOTULA_HOME_KEY", KEY)


@asynccontextmanager
async def running(settings: Settings, folders: Folders) -> AsyncIterator[Notula]:
    notula = Notula(settings, folders)
    await notula.start()
    try:
        yield notula
    finally:
        await notula.stop()


@pytest.fixture
async def server() -> AsyncIterator[SpeechServer]:
    service = LlmService(prefix="/v1", key=KEY, models={"qwen3": Model()})
    async with SpeechServer(service).running() as opened:
        yield opened


@pytest.fixture
def at_home(server: SpeechServer) -> Settings:
    home = ProviderSettings(base_url=f"{server.url}/v1", model="none", chat_model="qwen3")
    return Settings(providers=("on-device", "home"), services={"home": home})


async def kept(notula: Notula, text: str = TALK, content: ContentHash = HASH) -> TranscriptId:
    source = SourceReference("file", "/talks/talk.wav", "talk.wav")
    return await notula._stores.history.save(
        source, CacheKey(f"key {content}"), content, make_transcript(text), 1.0, requester=THE_OWNER
    )


async def edit(notula: Notula, number: TranscriptId, place: int, text: str) -> None:
    stored = await notula.transcripts.get(number)
    assert stored is not None
    segments = list(stored.transcript.segments)
    segments[place] = replace(segments[place], text=text)
    await notula.transcripts.save_edits(stored, replace(stored.transcript, segments=tuple(segments)))


def lines_asked(server: SpeechServer) -> list[list[str]]:
    """The lines that were sent to be translated, request by request."""
    contents = [json.loads(request.body)["messages"][-1]["content"] for request in server.requests]
    return [list(json.loads(content)["lines"].values()) for content in contents]


async def test_only_what_was_edited_is_sent_again(server: SpeechServer, at_home: Settings, folders: Folders) -> None:
    async with running(at_home, folders) as notula:
        assert await notula.translations.services() == (HOME,)
        number = await kept(notula)
        assert await notula.translations.find(number, "id") is None
        assert not server.requests
        made = await notula.translations.translate(number, "id", (HOME,), lambda share: None)
        assert made is not None
        assert [line.text for line in made.lines] == [f"<Indonesian> {line.source}" for line in made.lines]
        await edit(notula, number, 1, "It was the age of wisdom.")
        assert await notula.translations.find(number, "id") == made  # Also where the text is another one by now.
        shares: list[float] = []
        again = await notula.translations.translate(number, "id", (HOME,), shares.append)
        assert again is not None
        assert again.lines[1] == TranslatedLine("It was the age of wisdom.", "<Indonesian> It was the age of wisdom.")
        assert (again.lines[0], again.lines[2]) == (made.lines[0], made.lines[2])
        assert lines_asked(server)[1:] == [["It was the age of wisdom."]]
        assert shares[-1] == 1.0
    async with running(at_home, folders) as notula:
        assert await notula.translations.find(number, "id") == again
        assert len(server.requests) == 2


async def test_a_translation_that_was_made_elsewhere_is_there_too(
    server: SpeechServer, at_home: Settings, folders: Folders
) -> None:
    async with running(at_home, folders) as notula:
        number = await kept(notula)
        await notula.transcripts.translate(number, "id")
        found = await notula.translations.find(number, "id")
        assert found is not None
        assert found.provider == "home"
        await edit(notula, number, 0, "Edited.")
        assert await notula.translations.find(number, "id") == found
        assert len(server.requests) == 1


async def test_nobody_is_sent_anything_who_was_not_named(
    server: SpeechServer, at_home: Settings, folders: Folders
) -> None:
    async with running(at_home, folders) as notula:
        number = await kept(notula)
        for services in ((), (replace(HOME, model="another"),), (replace(HOME, name="groq"),)):
            with pytest.raises(TranslatorsChanged):
                await notula.translations.translate(number, "id", services, lambda share: None)
        assert not server.requests


async def test_without_a_service_that_is_told(folders: Folders) -> None:
    async with running(Settings(providers=("on-device",)), folders) as notula:
        assert await notula.translations.services() == ()
        number = await kept(notula)
        with pytest.raises(NoLlm):
            await notula.translations.translate(number, "id", (HOME,), lambda share: None)


async def test_it_goes_with_its_transcript(server: SpeechServer, at_home: Settings, folders: Folders) -> None:
    async with running(at_home, folders) as notula:
        number = await kept(notula)
        other = await kept(notula, content=ContentHash("ef" * 32))
        for one in (number, other):
            assert await notula.translations.translate(one, "id", (HOME,), lambda share: None)
        await notula.transcripts.delete([number])
        store = notula._stores.translations
        assert await store.get(number, "id") is None
        assert await store.get(other, "id") is not None
        late = Translation("id", (TranslatedLine("a", "b"),), "home", "qwen3")
        assert not await store.keep(number, late, 1.0)
        assert await store.get(number, "id") is None
        assert await notula.translations.translate(number, "id", (HOME,), lambda share: None) is None
