import json
import os
from pathlib import Path

import pytest

from core.domain import ModelState
from core.domain.errors import (
    ModelNameTaken,
    ModelNameUnusable,
    ModelNotWritten,
    ModelUnknown,
    OwnModelLost,
    OwnModelUnusable,
)
from core.providers import ModelLibrary
from core.providers.on_device.models.bundled import bundled_models
from core.providers.on_device.models.catalogue import CATALOGUE
from core.providers.on_device.models.download import sha256_of
from core.system.private_files import make_folder
from tests.fakes.whisper_model import ENGLISH, MULTILINGUAL, model_files, weights, write_model

PINNED = {model.name: model for model in CATALOGUE}


@pytest.fixture
def models(tmp_path: Path) -> Path:
    return tmp_path / "models"


@pytest.fixture
def library(models: Path) -> ModelLibrary:
    return ModelLibrary(models)


@pytest.fixture
def mine(tmp_path: Path) -> Path:
    return write_model(tmp_path / "mine" / "whisper indonesia")


async def added(library: ModelLibrary, folder: Path, name: str = "") -> str:
    return await library.add(str(folder), name, lambda done, total: None)


def state_of(library: ModelLibrary, name: str) -> ModelState:
    return next(status.state for status in library.status() if status.name == name)


class TestAdding:
    async def test_names_it_as_its_folder(self, library: ModelLibrary, mine: Path) -> None:
        assert await added(library, mine) == "whisper-indonesia"
        assert state_of(library, "whisper-indonesia") is ModelState.OWN

    async def test_accents_are_left_off_the_name(self, library: ModelLibrary, tmp_path: Path) -> None:
        assert await added(library, write_model(tmp_path / "Mödèl för Bahasa")) == "Model-for-Bahasa"

    async def test_a_second_one_gets_a_number(self, library: ModelLibrary, mine: Path, tmp_path: Path) -> None:
        await added(library, mine)
        assert await added(library, write_model(tmp_path / "Whisper-Indonesia")) == "Whisper-Indonesia-2"

    @pytest.mark.parametrize("name", ["base", "BASE", "tiny.en", "voices", "auto", "taken", "Taken"])
    async def test_no_other_has_its_name(self, library: ModelLibrary, mine: Path, name: str) -> None:
        await added(library, mine, "taken")
        with pytest.raises(ModelNameTaken):
            await added(library, mine, name)

    @pytest.mark.parametrize("name", ["../up", ".hidden", "-option", "a/b", "a b", "é", "x" * 65, "a\0"])
    async def test_its_name_fits_the_setting(self, library: ModelLibrary, mine: Path, name: str) -> None:
        with pytest.raises(ModelNameUnusable):
            await added(library, mine, name)

    async def test_a_folder_called_as_a_model_of_the_catalogue_gets_a_number(
        self, library: ModelLibrary, tmp_path: Path
    ) -> None:
        assert await added(library, write_model(tmp_path / "base")) == "base-2"

    async def test_is_seen_by_another_process(self, library: ModelLibrary, models: Path, mine: Path) -> None:
        other = ModelLibrary(models)
        name = await added(library, mine)
        await other.refresh()
        assert state_of(other, name) is ModelState.OWN
        await other.delete(name)
        await library.refresh()
        assert library.own_models == ()

    @pytest.mark.parametrize(
        "place", ["", "~nobody-here/m", "~/m", "a\0b", "x" * 5000, "a/" * 3000, "/dev/null", "..", "a/b"]
    )
    async def test_what_is_no_folder_is_refused(
        self, models: Path, place: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.chdir(tmp_path)
        (tmp_path / "a" / "b").mkdir(parents=True)
        with pytest.raises(OwnModelUnusable):
            await ModelLibrary(models).add(place, "", lambda done, total: None)

    async def test_into_a_folder_that_takes_nothing(self, tmp_path: Path, mine: Path) -> None:
        (tmp_path / "file").write_bytes(b"")
        with pytest.raises(ModelNotWritten):
            await added(ModelLibrary(tmp_path / "file"), mine)


class TestLocating:
    async def test_gives_a_folder_with_its_files_alone(self, library: ModelLibrary, mine: Path) -> None:
        (mine / "diary.txt").write_text("secret")
        found = await library.locate(await added(library, mine))
        assert {file.name: file.resolve() for file in found.folder.iterdir()} == {
            name: mine / name for name in model_files()
        }
        assert found.translates
        assert found.version

    async def test_an_english_one(self, library: ModelLibrary, tmp_path: Path) -> None:
        found = await library.locate(await added(library, write_model(tmp_path / "en", model_files(tokens=ENGLISH))))
        assert found.english_only

    async def test_mends_links_that_were_changed(self, library: ModelLibrary, mine: Path, tmp_path: Path) -> None:
        name = await added(library, mine)
        folder = (await library.locate(name)).folder
        (folder / "config.json").unlink()
        (folder / "config.json").symlink_to(tmp_path)
        assert ((await library.locate(name)).folder / "config.json").resolve() == mine / "config.json"

    async def test_where_its_files_are_gone(self, library: ModelLibrary, mine: Path) -> None:
        name = await added(library, mine)
        mine.rename(mine.with_name("moved"))
        assert state_of(library, name) is ModelState.LOST
        with pytest.raises(OwnModelLost, match="whisper indonesia"):
            await library.locate(name)
        mine.with_name("moved").rename(mine)
        await library.locate(name)

    async def test_where_a_file_has_become_a_link(self, library: ModelLibrary, mine: Path, tmp_path: Path) -> None:
        name = await added(library, mine)
        (tmp_path / "secret").write_bytes((mine / "config.json").read_bytes())
        (mine / "config.json").unlink()
        (mine / "config.json").symlink_to(tmp_path / "secret")
        with pytest.raises(OwnModelUnusable, match="leads out of the folder"):
            await library.locate(name)

    async def test_one_with_an_incomplete_config_gets_a_complete_one(
        self, library: ModelLibrary, tmp_path: Path
    ) -> None:
        mine = write_model(tmp_path / "old", {**model_files(), "config.json": b"{}"})
        name = await added(library, mine)
        for _ in range(2):
            folder = (await library.locate(name)).folder
            assert json.loads((folder / "config.json").read_text())["alignment_heads"]
            (folder / "config.json").write_text("{}")
        assert (mine / "config.json").read_bytes() == b"{}"

    @pytest.mark.parametrize("tokens", [ENGLISH, MULTILINGUAL])
    async def test_one_without_a_tokenizer_gets_openais(
        self, library: ModelLibrary, tmp_path: Path, tokens: int
    ) -> None:
        name = "tiny.en" if tokens == ENGLISH else "base"
        pieces = next((bundled.pieces for bundled in bundled_models() if bundled.model.name == name), None)
        if pieces is None:
            pytest.skip(f"the packages of {name} aren't installed")
        files = model_files(tokens=tokens)
        del files["tokenizer.json"], files["vocabulary.json"]
        (vocabulary,) = pieces["vocabulary.txt"]
        files["vocabulary.txt"] = vocabulary.read_bytes().replace(b"\nthe\n", b"\nother\n")
        with pytest.raises(OwnModelUnusable, match=r"lacks tokenizer\.json"):
            await added(library, write_model(tmp_path / "other", files))
        files["vocabulary.txt"] = vocabulary.read_bytes()
        added_as = await added(library, write_model(tmp_path / "bare", files))
        located = await library.locate(added_as)
        (pinned,) = (file for file in PINNED[name].files if file.name == "tokenizer.json")
        assert sha256_of(located.folder / "tokenizer.json") == pinned.sha256
        assert located.english_only == (tokens == ENGLISH)


class TestAChange:
    async def test_is_a_new_version_and_is_told(self, library: ModelLibrary, models: Path, mine: Path) -> None:
        name = await added(library, mine)
        before = (await library.locate(name)).version
        assert library.notices == ()
        (mine / "model.bin").write_bytes(weights().replace(b"\1\2\3\4", b"\5\6\7\x08"))
        await library.refresh()
        assert library.own_models[0].content != before
        assert (await library.locate(name)).version == library.own_models[0].content
        (told,) = library.notices
        assert name in str(told)
        again = ModelLibrary(models)
        assert len(again.notices) == 1
        assert [status.is_changed for status in again.status() if status.name == name] == [True]

    async def test_of_its_times_alone_is_none(self, library: ModelLibrary, mine: Path) -> None:
        name = await added(library, mine)
        before = (await library.locate(name)).version
        os.utime(mine / "model.bin", (1, 1))
        await library.refresh()
        assert (await library.locate(name)).version == before
        assert library.notices == ()

    async def test_to_something_else_is_refused(self, library: ModelLibrary, mine: Path) -> None:
        name = await added(library, mine)
        (mine / "model.bin").write_bytes(weights()[:-1])
        await library.refresh()
        with pytest.raises(OwnModelUnusable, match="cut off"):
            await library.locate(name)


class TestRemoving:
    async def test_never_deletes_the_folder(self, library: ModelLibrary, models: Path, mine: Path) -> None:
        name = await added(library, mine)
        await library.locate(name)
        await library.delete(name)
        assert set(model_files()) == {file.name for file in mine.iterdir()}
        assert not [file for file in models.rglob("*") if not file.is_dir()]
        with pytest.raises(ModelUnknown):
            await library.locate(name)

    async def test_of_one_whose_files_are_gone(self, library: ModelLibrary, mine: Path) -> None:
        name = await added(library, mine)
        mine.rename(mine.with_name("moved"))
        await library.delete(name)
        assert library.own_models == ()


class TestRecords:
    @pytest.mark.parametrize(
        "damage",
        [
            b"",
            b"[]",
            b"{}",
            b"[" * 50_000,
            b'{"version": 2}',
            b'{"version": 1, "name": "mine", "files": 3, "languages": []}',
            b'{"version": 1, "name": "mine", "files": [], "languages": [], "extra": 1}',
        ],
    )
    async def test_one_that_cannot_be_read_is_left_out(self, models: Path, damage: bytes) -> None:
        make_folder(models / "own" / "records")
        (models / "own" / "records" / "mine.json").write_bytes(damage)
        assert ModelLibrary(models).own_models == ()

    @pytest.mark.parametrize(
        ("key", "value"),
        [("name", "../x"), ("name", "other"), ("languages", [1]), ("english_only", "no"), ("files", [])],
    )
    async def test_one_with_another_value_is_left_out(
        self, library: ModelLibrary, models: Path, mine: Path, key: str, value: object
    ) -> None:
        await added(library, mine, "mine")
        file = models / "own" / "records" / "mine.json"
        file.write_text(json.dumps({**json.loads(file.read_text()), key: value}))
        assert ModelLibrary(models).own_models == ()

    async def test_one_never_names_a_file_elsewhere(self, library: ModelLibrary, models: Path, mine: Path) -> None:
        await added(library, mine, "mine")
        file = models / "own" / "records" / "mine.json"
        record = json.loads(file.read_text())
        record["files"][0]["name"] = "../../escape"
        file.write_text(json.dumps(record))
        assert ModelLibrary(models).own_models == ()
