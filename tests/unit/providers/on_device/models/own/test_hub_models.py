import asyncio
import hashlib
import json
import os
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from core.domain import ModelState
from core.domain.errors import (
    HubAddressUnusable,
    HubAnswerUnusable,
    HubBusy,
    HubModelNotFound,
    HubTokenRefused,
    HubTokenUnprotected,
    ModelDoesNotFit,
    ModelDownloadFailed,
    ModelError,
    ModelIsInCache,
    ModelNameTaken,
    ModelNeedsConversion,
    OwnModelUnusable,
)
from core.providers import ModelLibrary
from core.providers.on_device.models.bundled import bundled_models
from core.providers.on_device.models.download import DownloadTools
from core.providers.on_device.models.hub import Hub
from core.providers.on_device.models.own.repository import parse_repository
from tests.fakes.model_hub import ModelHub, Trouble, made_up_model
from tests.fakes.whisper_model import ENGLISH, model_files, weights
from tests.patience import PATIENCE_S

MODEL_FILES = {**model_files(), "model.bin": weights(numbers_bytes=700_000)}
FILES = {**MODEL_FILES, "README.md": b"about it", "run_me.py": b"1/0"}
FINE_TUNED = made_up_model("whisper-id", FILES)
PLACE = FINE_TUNED.repository


@pytest.fixture
async def hub() -> AsyncIterator[ModelHub]:
    async with ModelHub({FINE_TUNED: FILES}).running() as running:
        yield running


@pytest.fixture
def models(tmp_path: Path) -> Path:
    return tmp_path / "models"


@pytest.fixture
def library(hub: ModelHub, models: Path) -> ModelLibrary:
    return ModelLibrary(models, hub.tools())


async def added(library: ModelLibrary, place: str = PLACE, name: str = "") -> str:
    return await library.add(place, name, lambda done, total: None)


def files_in(folder: Path) -> list[Path]:
    return [file for file in folder.rglob("*") if not file.is_dir()]


class TestNames:
    @pytest.mark.parametrize(
        ("text", "name", "revision"),
        [
            ("cahya/faster-whisper-medium-id", "cahya/faster-whisper-medium-id", "main"),
            ("a/b@v1.0", "a/b", "v1.0"),
            ("a/b@refs/pr/1", "a/b", "refs/pr/1"),
            ("https://huggingface.co/a/b", "a/b", "main"),
            ("https://huggingface.co/a/b/tree/dev", "a/b", "dev"),
            ("huggingface.co/a/b", "a/b", "main"),
            ("https://hf.co/a/b@v1", "a/b", "v1"),
            (" a/b/ ", "a/b", "main"),
        ],
    )
    def test_of_a_repository(self, text: str, name: str, revision: str) -> None:
        found = parse_repository(text)
        assert found is not None
        assert (found.name, found.revision) == (name, revision)

    @pytest.mark.parametrize(
        "text",
        ["", "a", "/a/b", "./a/b", "~/a", "a/b/c", "../a/b", "a/..", "a/b@", "a/b@../x", "a b/c", "a/b?x", "é/b"],
    )
    def test_of_none(self, text: str) -> None:
        assert parse_repository(text) is None


class TestFetching:
    async def test_takes_the_files_of_the_model_alone(self, library: ModelLibrary, hub: ModelHub, models: Path) -> None:
        assert await added(library) == "whisper-id"
        found = await library.locate("whisper-id")
        assert {file.name: file.read_bytes() for file in found.folder.iterdir()} == MODEL_FILES
        assert {request.file for request in hub.requests} == set(MODEL_FILES)
        (status,) = (status for status in library.status() if status.name == "whisper-id")
        assert status.state is ModelState.OWN
        assert status.place == f"{PLACE}@{FINE_TUNED.revision[:12]}"

    async def test_tells_how_far_it_is(self, library: ModelLibrary) -> None:
        seen: list[tuple[int, int]] = []
        await library.add(PLACE, "", lambda done, total: seen.append((done, total)))
        total = sum(map(len, MODEL_FILES.values()))
        assert seen[-1] == (total, total)

    async def test_of_a_commit(self, library: ModelLibrary) -> None:
        await added(library, f"{PLACE}@{FINE_TUNED.revision}", "pinned")
        await library.locate("pinned")

    async def test_removing_deletes_what_was_fetched(self, library: ModelLibrary, models: Path) -> None:
        await added(library)
        await library.delete("whisper-id")
        assert not files_in(models)

    async def test_goes_on_where_it_broke_off(self, library: ModelLibrary, hub: ModelHub) -> None:
        cut = 2 * 1024 * 1024
        hub.troubles["model.bin"] = Trouble(cut_after=cut)
        with pytest.raises(ModelDownloadFailed):
            await added(library)
        hub.requests.clear()
        await added(library)
        assert [(request.file, request.first_byte) for request in hub.requests] == [("model.bin", cut)]

    @pytest.mark.parametrize("file", ["model.bin", "config.json"])
    async def test_refuses_wrong_bytes(self, library: ModelLibrary, hub: ModelHub, file: str) -> None:
        hub.troubles[file] = Trouble(wrong_bytes=True)
        with pytest.raises(ModelDownloadFailed):
            await added(library)
        assert library.own_models == ()
        await added(library)

    async def test_of_a_taken_name_asks_for_nothing(self, library: ModelLibrary, hub: ModelHub) -> None:
        with pytest.raises(ModelNameTaken):
            await added(library, name="base")
        assert hub.requests == []

    async def test_without_room_asks_for_nothing(self, hub: ModelHub, models: Path) -> None:
        with pytest.raises(ModelDoesNotFit):
            await added(ModelLibrary(models, hub.tools(room=0)))
        assert hub.requests == []

    async def test_cancelled_leaves_no_model(self, library: ModelLibrary, hub: ModelHub) -> None:
        trouble = hub.troubles["model.bin"] = Trouble(pause_after=10)
        task = asyncio.create_task(added(library))
        async with asyncio.timeout(PATIENCE_S):
            await trouble.paused.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        await library.refresh()
        assert library.own_models == ()

    async def test_clears_away_what_broke_off_long_ago(self, library: ModelLibrary, models: Path) -> None:
        await added(library, name="kept")
        for name in (".other.0123.partial", "killed", "new"):
            (models / "own" / "fetched" / name).mkdir()
        for name in (".other.0123.partial", "killed", "kept"):
            os.utime(models / "own" / "fetched" / name, (1, 1))
        await added(library)
        assert {folder.name for folder in (models / "own" / "fetched").iterdir()} == {"kept", "new", "whisper-id"}


class TestWhatIsNoModel:
    async def test_an_unknown_repository(self, library: ModelLibrary) -> None:
        with pytest.raises(HubModelNotFound, match="nobody/nothing"):
            await added(library, "nobody/nothing")

    @pytest.mark.parametrize("name", ["model.safetensors", "pytorch_model.bin", "ggml-small.bin"])
    async def test_another_programs_is_told_before_it_is_fetched(self, models: Path, name: str) -> None:
        other = made_up_model("whisper-small-id", {name: b"weights", "config.json": b"{}"})
        async with ModelHub({other: {name: b"weights", "config.json": b"{}"}}).running() as hub:
            with pytest.raises(ModelNeedsConversion, match="ct2-transformers-converter"):
                await added(ModelLibrary(models, hub.tools()), other.repository)
            assert hub.requests == []

    async def test_one_that_is_damaged_at_the_hub_leaves_nothing(self, models: Path) -> None:
        files = {**model_files(), "model.bin": model_files()["model.bin"][:-3]}
        other = made_up_model("cut", files)
        async with ModelHub({other: files}).running() as hub:
            with pytest.raises(OwnModelUnusable, match="cut off"):
                await added(ModelLibrary(models, hub.tools()), other.repository)
        assert not files_in(models)

    @pytest.mark.parametrize(
        "answer",
        [
            b"",
            b"[]",
            b"{}",
            b"[" * 100_000,
            b'{"sha": "main", "siblings": []}',
            b'{"sha": "' + b"0" * 40 + b'", "siblings": {}}',
            json.dumps({"sha": "0" * 40, "siblings": [{"rfilename": "model.bin"}]}).encode(),
            json.dumps({"sha": "0" * 40, "siblings": [{"rfilename": "model.bin", "size": 5}]}).encode(),
            json.dumps(
                {"sha": "0" * 40, "siblings": [{"rfilename": "model.bin", "size": -1, "blobId": "0" * 40}]}
            ).encode(),
            json.dumps(
                {"sha": "0" * 40, "siblings": [{"rfilename": "model.bin", "size": 5, "blobId": "../"}]}
            ).encode(),
            b" " * 10_000_001,
        ],
    )
    async def test_an_answer_that_makes_no_sense(self, library: ModelLibrary, hub: ModelHub, answer: bytes) -> None:
        hub.answers[PLACE] = answer
        with pytest.raises(HubAnswerUnusable):
            await added(library)

    @pytest.mark.parametrize("file", ["model.bin", "tokenizer.json"])
    async def test_a_huge_file_is_not_fetched(self, library: ModelLibrary, hub: ModelHub, file: str) -> None:
        sibling = {"rfilename": file, "size": 10**12, "blobId": "0" * 40}
        weights = {"rfilename": "model.bin", "size": 5, "blobId": "0" * 40}
        hub.answers[PLACE] = json.dumps({"sha": "0" * 40, "siblings": [weights, sibling]}).encode()
        with pytest.raises(OwnModelUnusable, match="larger than"):
            await added(library)


class TestRefusals:
    @pytest.mark.parametrize(
        ("status", "headers", "token", "error"),
        [
            (401, {}, "", HubModelNotFound),
            (401, {"X-Error-Code": "GatedRepo"}, "hf_x", HubModelNotFound),
            (401, {"X-Error-Message": "Invalid credentials in Authorization header"}, "hf_x", HubTokenRefused),
            (403, {"X-Error-Code": "GatedRepo"}, "hf_x", HubModelNotFound),
            (404, {}, "", HubModelNotFound),
            (418, {}, "", ModelDownloadFailed),
            (429, {"Retry-After": "7"}, "", HubBusy),
            (500, {}, "", HubBusy),
            (503, {"Retry-After": "7"}, "", HubBusy),
        ],
    )
    @pytest.mark.parametrize("is_own", [True, False], ids=["own", "catalogue"])
    async def test_are_told_as_they_are(
        self,
        models: Path,
        hub: ModelHub,
        status: int,
        headers: dict[str, str],
        token: str,
        error: type[ModelError],
        is_own: bool,
    ) -> None:
        hub.refusal = (status, headers)
        library = ModelLibrary(models, hub.tools(token=token), models=(FINE_TUNED,), bundled=())
        with pytest.raises(ModelError) as caught:
            await (added(library) if is_own else library.download(FINE_TUNED.name, lambda done, total: None))
        assert type(caught.value) is error
        assert caught.value.transient == issubclass(error, ModelDownloadFailed)
        assert caught.value.retry_after_s == (7 if "Retry-After" in headers else None)


class TestToken:
    async def test_is_sent_to_the_hub_and_never_to_its_cdn(
        self, models: Path, caplog: pytest.LogCaptureFixture
    ) -> None:
        caplog.set_level(0)
        async with ModelHub({FINE_TUNED: FILES}, token="hf_secretsecretsecret").running() as hub:
            with pytest.raises(HubModelNotFound):
                await added(ModelLibrary(models, hub.tools()))
            await added(ModelLibrary(models, hub.tools(token="hf_secretsecretsecret")))
        assert "secretsecret" not in caplog.text

    async def test_is_never_sent_without_encryption(self, models: Path) -> None:
        tools = DownloadTools(lambda: Hub("http://models.example.org", "hf_x"))
        with pytest.raises(HubTokenUnprotected):
            await added(ModelLibrary(models, tools))

    async def test_an_address_that_is_none(self, models: Path) -> None:
        tools = DownloadTools(lambda: Hub("ftp://models.example.org"))
        with pytest.raises(HubAddressUnusable):
            await ModelLibrary(models, tools).download("small", lambda done, total: None)


def cached(cache: Path, repository: str, files: dict[str, bytes], *, commit: str = "ab" * 20) -> Path:
    """Keep a repository as the hub's own tools do; returns its snapshot."""
    home = cache / f"models--{repository.replace('/', '--')}"
    snapshot = home / "snapshots" / commit
    for folder in (snapshot, home / "blobs", home / "refs"):
        folder.mkdir(parents=True, exist_ok=True)
    (home / "refs" / "main").write_text(commit)
    for name, data in files.items():
        blob = home / "blobs" / hashlib.sha256(data).hexdigest()
        blob.write_bytes(data)
        (snapshot / name).symlink_to(Path("../../blobs") / blob.name)
    return snapshot


class TestTheCache:
    @pytest.fixture
    def cache(self, tmp_path: Path) -> Path:
        return tmp_path / "hub"

    async def test_a_model_in_it_is_added_without_a_network(self, models: Path, cache: Path) -> None:
        snapshot = cached(cache, PLACE, FILES)
        library = ModelLibrary(models, DownloadTools(lambda: pytest.fail("asked the hub")), hub_cache=cache)
        (found,) = library.found()
        assert (found.name, found.state) == (PLACE, ModelState.FOUND)
        assert await added(library) == "whisper-id"
        located = await library.locate("whisper-id")
        assert {file.name: file.read_bytes() for file in located.folder.iterdir()} == MODEL_FILES
        assert library.found() == ()
        await library.delete("whisper-id")
        assert (snapshot / "model.bin").read_bytes() == FILES["model.bin"]

    async def test_one_that_was_fetched_by_its_commit_is_found(self, models: Path, cache: Path) -> None:
        snapshot = cached(cache, PLACE, FILES)
        (snapshot.parent.parent / "refs" / "main").unlink()
        library = ModelLibrary(models, DownloadTools(lambda: pytest.fail("asked the hub")), hub_cache=cache)
        assert [found.name for found in library.found()] == [PLACE]
        await added(library)

    async def test_one_without_a_tokenizer_gets_openais(self, models: Path, cache: Path) -> None:
        """Files of the cache are called by their hashes, so that the ending doesn't tell what is in them."""
        bundled = next((one for one in bundled_models() if one.model.english_only), None)
        if bundled is None:
            pytest.skip("no model is installed")
        words = bundled.pieces["vocabulary.txt"][0].read_text(encoding="utf-8").split("\n")[:-1]
        files = {
            **model_files(tokens=ENGLISH),
            "vocabulary.json": json.dumps(words).encode(),
            "config.json": b"{}",
        }
        del files["tokenizer.json"]
        cached(cache, PLACE, files)
        await added(ModelLibrary(models, hub_cache=cache))

    async def test_a_damaged_one_is_refused(self, models: Path, cache: Path) -> None:
        snapshot = cached(cache, PLACE, FILES)
        blob = (snapshot / "model.bin").resolve()
        blob.write_bytes(FILES["model.bin"].replace(b"\1\2\3\4", b"\5\6\7\x08"))
        with pytest.raises(OwnModelUnusable, match=r"model\.bin"):
            await added(ModelLibrary(models, hub_cache=cache))

    @pytest.mark.parametrize("what", ["a link out", "Transformers", "cut", "no reference"])
    async def test_what_cannot_be_used_is_not_offered(
        self, models: Path, cache: Path, tmp_path: Path, what: str
    ) -> None:
        snapshot = cached(cache, PLACE, FILES)
        if what == "no reference":
            (snapshot.parent.parent / "refs" / "main").write_text("../../../etc")
        elif what == "Transformers":
            (snapshot / "model.bin").rename(snapshot / "model.safetensors")
        else:
            (snapshot / "config.json").unlink()
            if what == "a link out":
                (tmp_path / "secret").write_bytes(b"{}")
                (snapshot / "config.json").symlink_to(tmp_path / "secret")
        assert ModelLibrary(models, hub_cache=cache).found() == ()

    async def test_a_model_of_the_catalogue_is_used_where_it_is(self, models: Path, cache: Path) -> None:
        catalogue = made_up_model("small", model_files())
        cached(cache, catalogue.repository, model_files(), commit=catalogue.revision)
        library = ModelLibrary(models, models=(catalogue,), bundled=(), hub_cache=cache)
        assert library.status()[0].state is ModelState.CACHED
        located = await library.locate("small")
        assert {file.name: file.read_bytes() for file in located.folder.iterdir()} == model_files()
        assert library.found() == ()
        with pytest.raises(ModelIsInCache):
            await library.delete("small")

    async def test_one_of_the_catalogue_may_be_of_another_commit(self, models: Path, cache: Path) -> None:
        catalogue = made_up_model("small", model_files())
        cached(cache, catalogue.repository, {**model_files(), "config.json": b"{}"}, commit="cd" * 20)
        library = ModelLibrary(models, models=(catalogue,), bundled=(), hub_cache=cache)
        assert library.status()[0].state is ModelState.MISSING
        cached(cache, catalogue.repository, model_files())
        assert library.status()[0].state is ModelState.CACHED
        await library.locate("small")

    async def test_a_damaged_one_of_the_catalogue_is_downloaded(self, models: Path, cache: Path) -> None:
        catalogue = made_up_model("small", model_files())
        snapshot = cached(cache, catalogue.repository, model_files(), commit=catalogue.revision)
        (snapshot / "model.bin").resolve().write_bytes(b"x" * len(model_files()["model.bin"]))
        async with ModelHub({catalogue: model_files()}).running() as hub:
            library = ModelLibrary(models, hub.tools(), models=(catalogue,), bundled=(), hub_cache=cache)
            await library.download("small", lambda done, total: None)
            assert library.status()[0].state is ModelState.DOWNLOADED
            await library.locate("small")

    async def test_without_one_nothing_is_found(self, models: Path, tmp_path: Path) -> None:
        assert ModelLibrary(models, hub_cache=tmp_path / "nowhere").found() == ()
