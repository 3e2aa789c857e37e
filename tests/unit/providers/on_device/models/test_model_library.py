import asyncio
import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from core.domain import ModelState
from core.domain.errors import (
    ModelCorrupt,
    ModelDoesNotFit,
    ModelDownloadFailed,
    ModelIsBundled,
    ModelMissing,
    ModelUnknown,
)
from core.providers import ModelLibrary
from core.providers.on_device.models.bundled import bundled_models
from core.providers.on_device.models.catalogue import BUNDLED_MODEL, CATALOGUE
from core.providers.on_device.models.download import DownloadTools
from core.providers.on_device.models.hub import Hub
from tests.fakes.model_hub import ModelHub, Request, Trouble, made_up_model
from tests.patience import PATIENCE_S

FILES = {"config.json": b'{"made": "up"}', "model.bin": bytes(range(256)) * 20_000}
MODEL = made_up_model("small", FILES)
PLENTY = 10**12


@pytest.fixture
async def hub() -> AsyncIterator[ModelHub]:
    async with ModelHub({MODEL: FILES}).running() as running:
        yield running


@pytest.fixture
def library(hub: ModelHub, tmp_path: Path) -> ModelLibrary:
    return ModelLibrary(tmp_path / "models", hub.tools(), models=(MODEL,))


def ignore(done: int, total: int) -> None:
    """Progress that nobody looks at."""


def state_of(library: ModelLibrary) -> ModelState:
    return library.status()[0].state


class TestTheCatalogue:
    def test_pins_every_file(self) -> None:
        for model in CATALOGUE:
            assert re.fullmatch(r"[\w-]+/[\w.-]+", model.repository)
            assert re.fullmatch(r"[0-9a-f]{40}", model.revision)
            names = [file.name for file in model.files]
            assert len(set(names)) == len(names)
            assert {"config.json", "model.bin", "tokenizer.json"} <= set(names)
            assert all(re.fullmatch(r"[0-9a-f]{64}", file.sha256) and file.size_bytes > 0 for file in model.files)

    def test_names_fit_the_setting(self) -> None:
        assert all(re.fullmatch(r"[A-Za-z0-9._-]{1,64}", model.name) for model in CATALOGUE)
        assert len({model.name for model in CATALOGUE}) == len(CATALOGUE)

    def test_english_only_models_are_the_ones_called_en(self) -> None:
        assert all(model.english_only == model.name.endswith(".en") for model in CATALOGUE)


class TestTheBundledModel:
    async def test_is_there_and_sound(self, tmp_path: Path) -> None:
        library = ModelLibrary(tmp_path)
        found = await library.locate(BUNDLED_MODEL)
        assert found.english_only
        assert (found.folder / "model.bin").is_file()
        installed = {bundled.model.name for bundled in bundled_models()}
        assert BUNDLED_MODEL in installed
        assert all((status.state is ModelState.BUNDLED) == (status.name in installed) for status in library.status())

    async def test_cannot_be_deleted(self, tmp_path: Path) -> None:
        with pytest.raises(ModelIsBundled):
            await ModelLibrary(tmp_path).delete(BUNDLED_MODEL)

    async def test_can_be_downloaded_where_its_package_is_missing(self, tmp_path: Path) -> None:
        library = ModelLibrary(tmp_path, bundled=())
        with pytest.raises(ModelMissing):
            await library.locate(BUNDLED_MODEL)


class TestLocating:
    async def test_an_unknown_name(self, library: ModelLibrary) -> None:
        with pytest.raises(ModelUnknown, match="no model called huge"):
            await library.locate("huge")

    async def test_a_missing_model(self, library: ModelLibrary) -> None:
        with pytest.raises(ModelMissing):
            await library.locate("small")

    @pytest.mark.parametrize("name", FILES)
    async def test_a_changed_file_is_found_out(self, library: ModelLibrary, tmp_path: Path, name: str) -> None:
        await library.download("small", ignore)
        await library.locate("small")
        file = tmp_path / "models" / "small" / name
        file.write_bytes(b"x" * len(FILES[name]))
        with pytest.raises(ModelCorrupt, match=re.escape(name)):
            await library.locate("small")

    async def test_a_lost_file_is_found_out(self, library: ModelLibrary, tmp_path: Path) -> None:
        await library.download("small", ignore)
        (tmp_path / "models" / "small" / "config.json").unlink()
        with pytest.raises(ModelCorrupt):
            await library.locate("small")

    async def test_a_second_look_does_not_hash_again(
        self, library: ModelLibrary, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        await library.download("small", ignore)
        await library.locate("small")
        hashing = "core.providers.on_device.models.pinned_files.sha256_of"
        monkeypatch.setattr(hashing, lambda path: pytest.fail("hashed again"))
        await library.locate("small")


class TestDownloading:
    async def test_makes_the_model_usable(self, library: ModelLibrary) -> None:
        await library.download("small", ignore)
        assert state_of(library) is ModelState.DOWNLOADED
        found = await library.locate("small")
        assert {file.name: file.read_bytes() for file in found.folder.iterdir()} == FILES

    async def test_tells_how_far_it_is(self, library: ModelLibrary) -> None:
        seen: list[tuple[int, int]] = []
        await library.download("small", lambda done, total: seen.append((done, total)))
        assert [done for done, _ in seen] == sorted(done for done, _ in seen)
        assert len(seen) > 3
        assert seen[-1] == (MODEL.size_bytes, MODEL.size_bytes)

    async def test_of_a_model_that_is_here_asks_for_nothing(self, library: ModelLibrary, hub: ModelHub) -> None:
        await library.download("small", ignore)
        hub.requests.clear()
        await library.download("small", ignore)
        assert not hub.requests

    async def test_asked_for_twice_at_once_runs_once(self, library: ModelLibrary, hub: ModelHub) -> None:
        async with asyncio.TaskGroup() as group:
            for _ in range(2):
                group.create_task(library.download("small", ignore))
        assert len(hub.requests) == len(FILES)

    async def test_cancelled_goes_on_later_where_it_was(
        self, library: ModelLibrary, hub: ModelHub, tmp_path: Path
    ) -> None:
        trouble = hub.troubles["model.bin"] = Trouble(pause_after=3 * 1024 * 1024)
        part = tmp_path / "models" / "small.partial" / "model.bin.part"
        some_is_here = asyncio.Event()
        task = asyncio.create_task(
            library.download("small", lambda done, _: some_is_here.set() if done > 1024 * 1024 else None)
        )
        async with asyncio.timeout(PATIENCE_S):
            await trouble.paused.wait()
            await some_is_here.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert state_of(library) is ModelState.MISSING
        kept = part.stat().st_size
        hub.requests.clear()
        await library.download("small", ignore)
        assert hub.requests == [Request("model.bin", kept)]
        await library.locate("small")

    async def test_broken_off_goes_on_later_where_it_was(self, library: ModelLibrary, hub: ModelHub) -> None:
        hub.troubles["model.bin"] = Trouble(cut_after=2 * 1024 * 1024)
        with pytest.raises(ModelDownloadFailed):
            await library.download("small", ignore)
        await library.download("small", ignore)
        assert hub.requests[-1] == Request("model.bin", 2 * 1024 * 1024)
        await library.locate("small")

    async def test_starts_again_where_the_server_does_not_know_ranges(
        self, library: ModelLibrary, hub: ModelHub
    ) -> None:
        hub.troubles["model.bin"] = Trouble(times=2, cut_after=2 * 1024 * 1024, ignore_range=True)
        for _ in range(2):
            with pytest.raises(ModelDownloadFailed):
                await library.download("small", ignore)
        hub.troubles["model.bin"] = Trouble(ignore_range=True)
        await library.download("small", ignore)
        await library.locate("small")

    async def test_refuses_wrong_bytes_and_starts_afresh(self, library: ModelLibrary, hub: ModelHub) -> None:
        hub.troubles["model.bin"] = Trouble(wrong_bytes=True)
        with pytest.raises(ModelDownloadFailed):
            await library.download("small", ignore)
        assert state_of(library) is ModelState.MISSING
        await library.download("small", ignore)
        assert hub.requests[-1] == Request("model.bin", None)

    async def test_refuses_more_than_there_should_be(self, library: ModelLibrary, hub: ModelHub) -> None:
        hub.troubles["config.json"] = Trouble(too_long=True)
        with pytest.raises(ModelDownloadFailed):
            await library.download("small", ignore)
        await library.download("small", ignore)

    @pytest.mark.parametrize("status", [403, 404, 416, 500, 503])
    async def test_fails_where_the_hub_refuses(self, library: ModelLibrary, hub: ModelHub, status: int) -> None:
        hub.troubles["config.json"] = Trouble(status=status, retry_after="7")
        with pytest.raises(ModelDownloadFailed) as caught:
            await library.download("small", ignore)
        assert caught.value.transient
        assert caught.value.retry_after_s == 7

    async def test_fails_where_nobody_answers(self, tmp_path: Path, unused_tcp_port: int) -> None:
        library = ModelLibrary(
            tmp_path, DownloadTools(lambda: Hub(f"http://127.0.0.1:{unused_tcp_port}")), models=(MODEL,)
        )
        with pytest.raises(ModelDownloadFailed):
            await library.download("small", ignore)

    async def test_does_not_start_without_room(self, hub: ModelHub, tmp_path: Path) -> None:
        library = ModelLibrary(tmp_path, hub.tools(room=MODEL.size_bytes), models=(MODEL,))
        with pytest.raises(ModelDoesNotFit, match="needs 6 MB"):
            await library.download("small", ignore)
        assert not hub.requests

    async def test_stops_where_the_disk_fills_up(
        self, library: ModelLibrary, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def full(*_: object) -> None:
            raise OSError(28, "No space left on device")

        monkeypatch.setattr(Path, "replace", full)
        with pytest.raises(ModelDoesNotFit):
            await library.download("small", ignore)


class TestDeleting:
    async def test_takes_the_files_away(self, library: ModelLibrary, tmp_path: Path) -> None:
        await library.download("small", ignore)
        await library.delete("small")
        assert state_of(library) is ModelState.MISSING
        assert not list((tmp_path / "models").iterdir())

    async def test_takes_a_broken_download_away(self, library: ModelLibrary, hub: ModelHub, tmp_path: Path) -> None:
        hub.troubles["model.bin"] = Trouble(cut_after=1024)
        with pytest.raises(ModelDownloadFailed):
            await library.download("small", ignore)
        await library.delete("small")
        assert not list((tmp_path / "models").iterdir())

    async def test_and_downloading_again_works(self, library: ModelLibrary) -> None:
        await library.download("small", ignore)
        await library.delete("small")
        await library.download("small", ignore)
        await library.locate("small")
