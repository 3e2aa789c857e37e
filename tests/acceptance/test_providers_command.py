"""`notula` with an online service: who transcribes, who takes over, and what is said and left behind."""

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.acceptance import forks
from tests.fakes.speech_server import Reply, SpeechServer
from tests.fakes.transcription_service import TranscriptionService, groq_service
from tests.fakes.without_whisper import BECKETT

pytestmark = pytest.mark.usefixtures("without_whisper", "forked_codecs")

KEY = "gsk_plantedPlantedPlanted3f2a"
WRONG = "gsk_wrongPlantedWrongPlanted9c1d"
TRACE = "lanted"
BY_GROQ = "It was the best of times, it was the worst of times, it was the age of wisdom."


@dataclass(frozen=True)
class Done:
    """What a command has printed, and its exit status."""

    status: int
    text: str
    told: str


@pytest.fixture
async def groq() -> AsyncIterator[SpeechServer]:
    async with SpeechServer(groq_service(KEY)).running() as server:
        yield server


async def notula(groq: SpeechServer, *arguments: str | Path, keys: str = KEY) -> Done:
    settings: Mapping[str, str] = {
        "NOTULA_GROQ_KEY": keys,
        "NOTULA_SERVICES": json.dumps({"groq": {"base_url": groq.url}}),
    }
    done = await asyncio.to_thread(forks.notula, *arguments, environment=settings)
    return Done(done.returncode, done.stdout, done.stderr)


async def test_who_transcribes_is_listed_and_tried_out(groq: SpeechServer) -> None:
    listed = [line.split() for line in (await notula(groq, "providers")).text.splitlines()]
    assert listed[0] == ["1.", "groq", "whisper-large-v3-turbo", "1", "key"]
    assert listed[1][:3] == ["2.", "on-device", "auto"]
    tried = await notula(groq, "keys", "test", "groq", keys=f"{KEY} {WRONG}")
    assert tried.status == 1
    worked, refused = sorted(tried.text.splitlines())
    assert worked.startswith("…3f2a  It works")
    assert refused == "…9c1d  Groq refused the key ending in …9c1d. Check it in Notula under Settings."
    assert (await notula(groq, "keys", "test", "nobody")).told == (
        "There is no provider called nobody. Choose one in Notula under Settings, or give the server's address there.\n"
    )


async def test_the_service_is_asked_first_and_names_choose_otherwise(
    groq: SpeechServer, beckett: Path, tmp_path: Path
) -> None:
    done = await notula(groq, "transcribe", "-f", "json", "-o", tmp_path, beckett)
    assert done.status == 0
    written = json.loads((tmp_path / "beckett.json").read_text(encoding="utf-8"))
    assert (written["text"], written["provider"], written["model"]) == (BY_GROQ, "groq", "whisper-large-v3-turbo")
    assert (await notula(groq, "transcribe", "--model", "tiny.en", beckett)).text.strip() == BECKETT
    assert (await notula(groq, "transcribe", "--model", "whisper-large-v3", beckett)).text.strip() == BY_GROQ
    for wrong in (("--provider", "nobody"), ("--model", "nonsense")):
        refused = await notula(groq, "transcribe", *wrong, beckett)
        assert (refused.status, refused.text, len(refused.told.splitlines())) == (2, "", 1)


async def test_what_is_asked_for_reaches_the_service(groq: SpeechServer, beckett: Path) -> None:
    await notula(groq, "transcribe", "--vocabulary", "Dickens, Manette", "--language", "en", beckett)
    await notula(groq, "transcribe", "--to-english", beckett)
    service = groq.service
    assert isinstance(service, TranscriptionService)
    assert "Manette" in service.forms[0].one("prompt")
    assert service.forms[0].one("language") == "en"
    assert groq.requests[-1].path.endswith("/audio/translations")


async def test_this_computer_takes_over_and_the_owner_is_told_why(groq: SpeechServer, beckett: Path) -> None:
    done = await notula(groq, "transcribe", beckett, keys=WRONG)
    assert (done.status, done.text.strip()) == (0, BECKETT)
    assert "Groq refused the key ending in …9c1d. Check it in Notula under Settings." in done.told.splitlines()


async def test_no_key_is_left_anywhere_whatever_goes_wrong(
    groq: SpeechServer, beckett: Path, two_cities: Path, tmp_path: Path
) -> None:
    echo = json.dumps({"error": {"message": f"Bearer {KEY} may not do that, see https://x.org/?key={KEY}"}}).encode()
    groq.replies += [Reply(503, body=echo), Reply(reset_after=1000), Reply(429, retry_after="0")]
    printed = [await notula(groq, "transcribe", beckett, keys=f"{KEY}, {WRONG}")]
    groq.replies += [Reply(body=b'{"text": "half'), Reply(body=echo), Reply(400, body=echo)]
    printed.append(await notula(groq, "transcribe", two_cities, keys=f"{KEY}, {WRONG}"))
    printed.append(await notula(groq, "keys", "list"))
    printed.append(await notula(groq, "doctor"))

    assert [done.status for done in printed[:2]] == [0, 0]
    assert "…3f2a" in printed[2].text
    assert not any(TRACE in done.text + done.told for done in printed)
    kept = [file for file in tmp_path.rglob("*") if file.is_file() and "models" not in file.parts]
    assert "notula.log" in {file.name for file in kept}
    assert [file for file in kept if TRACE.encode() in file.read_bytes()] == []
