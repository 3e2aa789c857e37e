import json
import os
import struct
from pathlib import Path

import pytest

from core.domain.errors import ModelNeedsConversion, OwnModelUnusable
from core.providers.on_device.models.bundled import bundled_model_folder
from core.providers.on_device.models.own.inspection import inspect_model
from tests.fakes.whisper_model import ENGLISH, MULTILINGUAL, model_files, weights, write_model

TOKENIZER = json.loads(model_files()["tokenizer.json"])


def refused(folder: Path, files: dict[str, bytes] | None = None) -> str:
    """Why this folder, or one with these files, is no model."""
    if files is not None:
        write_model(folder, files)
    with pytest.raises(OwnModelUnusable) as caught:
        inspect_model("HERE", folder)
    told = str(caught.value)
    assert told.startswith("HERE can't be used as a model: ")
    return told


class TestAModel:
    def test_for_many_languages(self, tmp_path: Path) -> None:
        facts = inspect_model("HERE", write_model(tmp_path / "m"))
        assert not facts.english_only
        assert {"id", "jv", "su", "en"} <= set(facts.languages)
        assert facts.mels == 80
        assert set(facts.files) == {"model.bin", "config.json", "tokenizer.json", "vocabulary.json"}

    def test_for_english(self, tmp_path: Path) -> None:
        facts = inspect_model("HERE", write_model(tmp_path / "m", model_files(tokens=ENGLISH)))
        assert facts.english_only
        assert facts.languages == ("en",)
        assert not facts.translates

    def test_for_two_languages(self, tmp_path: Path) -> None:
        facts = inspect_model("HERE", write_model(tmp_path / "m", model_files(languages=("id", "su"))))
        assert facts.languages == ("id", "su")

    def test_languages_are_called_as_everywhere(self, tmp_path: Path) -> None:
        facts = inspect_model("HERE", write_model(tmp_path / "m", model_files(languages=("jw", "xx", "iw"))))
        assert facts.languages == ("he", "jv")

    def test_with_128_bands(self, tmp_path: Path) -> None:
        facts = inspect_model("HERE", write_model(tmp_path / "m", model_files(mels=128)))
        assert facts.mels == 128
        assert "preprocessor_config.json" in facts.files

    def test_that_is_real(self) -> None:
        folder = bundled_model_folder()
        if folder is None:
            pytest.skip("no model is installed")
        facts = inspect_model("HERE", folder)
        assert facts.english_only
        assert facts.mels == 80

    def test_with_other_files_beside_it_has_only_its_own(self, tmp_path: Path) -> None:
        folder = write_model(tmp_path / "m", {**model_files(), "run_me.py": b"1/0", "training_args.bin": b"\x80\x02"})
        assert "run_me.py" not in inspect_model("HERE", folder).files


class TestWhatIsMissing:
    def test_the_folder(self, tmp_path: Path) -> None:
        assert "no such folder" in refused(tmp_path / "nowhere")

    @pytest.mark.parametrize("name", ["model.bin", "config.json", "tokenizer.json", "vocabulary.json"])
    def test_a_file(self, tmp_path: Path, name: str) -> None:
        files = model_files()
        del files[name]
        assert f"lacks {name}" in refused(tmp_path / "m", files)

    def test_the_file_that_says_how_many_bands(self, tmp_path: Path) -> None:
        files = model_files(mels=128)
        del files["preprocessor_config.json"]
        assert "128 bands" in refused(tmp_path / "m", files)


class TestAnotherProgramsModel:
    @pytest.mark.parametrize(
        ("name", "data", "kind"),
        [
            ("model.safetensors", b"", "safetensors"),
            ("pytorch_model.bin", b"PK\3\4", "PyTorch"),
            ("pytorch_model-00001-of-00002.bin", b"", "PyTorch"),
            ("ggml-small.bin", b"lmgg", "ggml"),
            ("model.bin", b"lmgg" + bytes(100), "ggml"),
            ("model.bin", b"PK\3\4" + bytes(100), "PyTorch"),
            ("model.bin", b"\x80\x02}q\x00" + bytes(100), "PyTorch"),
            ("model.bin", struct.pack("<Q", 20) + b'{"__metadata__": {}}', "safetensors"),
        ],
    )
    def test_is_told_how_to_convert(self, tmp_path: Path, name: str, data: bytes, kind: str) -> None:
        folder = write_model(
            tmp_path / "m", {**{k: v for k, v in model_files().items() if k != "model.bin"}, name: data}
        )
        with pytest.raises(ModelNeedsConversion, match="ct2-transformers-converter --model") as caught:
            inspect_model("HERE", folder)
        assert kind in str(caught.value)

    def test_may_be_a_single_file(self, tmp_path: Path) -> None:
        file = tmp_path / "ggml-base.bin"
        file.write_bytes(b"lmgg" + bytes(50))
        with pytest.raises(ModelNeedsConversion):
            inspect_model("HERE", file)


class TestDamage:
    def test_weights_that_are_cut_off_anywhere(self, tmp_path: Path) -> None:
        folder = write_model(tmp_path / "m")
        whole = weights()
        for length in range(len(whole)):
            (folder / "model.bin").write_bytes(whole[:length])
            assert "model.bin" in refused(folder)
        (folder / "model.bin").write_bytes(whole + b"more")
        assert "cut off or damaged" in refused(folder)

    @pytest.mark.parametrize(
        "data",
        [
            b"",
            bytes(1000),
            b"\xff" * 1000,
            weights(spec="TransformerSpec"),
            weights(version=3),
            weights(mels=40),
            weights(mels=2**31),
            weights()[:27] + struct.pack("<I", 2**32 - 1) + weights()[31:],
        ],
    )
    def test_weights_of_something_else(self, tmp_path: Path, data: bytes) -> None:
        assert "model.bin" in refused(tmp_path / "m", {**model_files(), "model.bin": data})

    def test_weights_of_a_newer_converter(self, tmp_path: Path) -> None:
        assert "newer" in refused(tmp_path / "m", {**model_files(), "model.bin": weights(version=7)})

    def test_weights_that_were_not_fetched(self, tmp_path: Path) -> None:
        pointer = b"version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 1\n"
        assert "git lfs pull" in refused(tmp_path / "m", {**model_files(), "model.bin": pointer})

    @pytest.mark.parametrize("name", ["config.json", "tokenizer.json", "vocabulary.json"])
    @pytest.mark.parametrize(
        "data",
        [
            b"",
            b"[1",
            b"null",
            b"7",
            b'"text"',
            b'{"a": NaN}',
            b"[" * 100_000,
            b"\xff\xfe\x00",
            b'{"lang_ids": Infinity}',
        ],
    )
    def test_json_that_is_none(self, tmp_path: Path, name: str, data: bytes) -> None:
        assert name in refused(tmp_path / "m", {**model_files(), name: data})

    @pytest.mark.parametrize(
        "config",
        [
            {"lang_ids": ["id"]},
            {"lang_ids": {"a": 1}},
            {"suppress_ids": [1.5]},
            {"alignment_heads": [1, 2]},
            {"alignment_heads": [[1, 2, 3]]},
            {"alignment_heads": 7},
            {"alignment_heads": [[1, 0]]},
            {"alignment_heads": [[0, 1]]},
            {"alignment_heads": [[-1, 0]]},
            {"suppress_ids": [MULTILINGUAL]},
            {"suppress_ids_begin": [-2]},
            {"lang_ids": [10**12]},
        ],
    )
    def test_a_config_of_another_shape(self, tmp_path: Path, config: object) -> None:
        assert "config.json" in refused(tmp_path / "m", {**model_files(), "config.json": json.dumps(config).encode()})

    @pytest.mark.parametrize(
        "tokenizer",
        [
            {"added_tokens": []},
            {"model": {}, "added_tokens": 3},
            {"model": {}, "added_tokens": [7]},
            {"model": {}, "added_tokens": [{"id": True, "content": "x"}]},
            {"model": {}, "added_tokens": [{"id": 10**30, "content": "<|id|>"}]},
            {"model": {}, "added_tokens": [{"id": -1, "content": "<|id|>"}]},
            {"model": {}, "added_tokens": [{"id": 5, "content": "<|xx|>"}]},
            {**TOKENIZER, "model": {"type": "BPE"}},
            {**TOKENIZER, "model": {"vocab": {"a": 0, "b": 1}}},
            {**TOKENIZER, "added_tokens": [{"id": 50_258, "content": "<|id|>"}]},
            *(
                {
                    **TOKENIZER,
                    "added_tokens": [one for one in TOKENIZER["added_tokens"] if needed not in one["content"]],
                }
                for needed in ("endoftext", "startoftranscript", "|transcribe", "startofprev", "notimestamps")
            ),
            {**TOKENIZER, "added_tokens": [*TOKENIZER["added_tokens"], {"id": 51_000, "content": "<|notimestamps|>"}]},
        ],
    )
    def test_a_tokenizer_of_another_model(self, tmp_path: Path, tokenizer: object) -> None:
        told = refused(tmp_path / "m", {**model_files(), "tokenizer.json": json.dumps(tokenizer).encode()})
        assert "tokenizer.json" in told

    def test_a_vocabulary_of_another_model(self, tmp_path: Path) -> None:
        words = json.dumps(["a"] * (MULTILINGUAL + 1)).encode()
        assert "another model" in refused(tmp_path / "m", {**model_files(), "vocabulary.json": words})

    @pytest.mark.parametrize("kept", [10, 50_001, MULTILINGUAL - 400])
    def test_a_vocabulary_that_is_cut_off(self, tmp_path: Path, kept: int) -> None:
        """The engine loads it, and fails in the middle of a recording."""
        words = json.dumps(json.loads(model_files()["vocabulary.json"])[:kept]).encode()
        told = refused(tmp_path / "m", {**model_files(), "vocabulary.json": words})
        assert "its vocabulary lacks tokens" in told

    def test_a_vocabulary_without_the_tokens_that_the_engine_asks_for(self, tmp_path: Path) -> None:
        words = model_files()["vocabulary.json"].replace(b"<|startoftranscript|>", b"<|start|>")
        assert "its vocabulary lacks tokens" in refused(tmp_path / "m", {**model_files(), "vocabulary.json": words})

    @pytest.mark.parametrize("told", [b"40", b"null", b'"80"', b"1e400"])
    def test_bands_that_differ(self, tmp_path: Path, told: bytes) -> None:
        config = b'{"feature_size": ' + told + b"}"
        assert "80 bands" in refused(tmp_path / "m", {**model_files(), "preprocessor_config.json": config})

    @pytest.mark.parametrize(
        "told", [{"hop_length": 0}, {"n_fft": "x"}, {"chunk_length": 10**9}, {"sampling_rate": 8000}]
    )
    def test_sound_that_is_taken_apart_otherwise(self, tmp_path: Path, told: object) -> None:
        config = json.dumps(told).encode()
        assert "preprocessor_config.json" in refused(
            tmp_path / "m", {**model_files(), "preprocessor_config.json": config}
        )


class TestHostileFolders:
    def test_a_huge_file_is_not_read(self, tmp_path: Path) -> None:
        folder = write_model(tmp_path / "m")
        for name in ("config.json", "tokenizer.json", "vocabulary.json"):
            kept = (folder / name).read_bytes()
            with (folder / name).open("r+b") as opened:
                opened.truncate(10**11)  # A hole: it takes no room.
            assert "larger than" in refused(folder)
            (folder / name).write_bytes(kept)

    @pytest.mark.parametrize("name", ["model.bin", "config.json", "vocabulary.json"])
    def test_a_link_out_of_the_folder_is_refused(self, tmp_path: Path, name: str) -> None:
        secret = tmp_path / "secret"
        secret.write_bytes(b"{}")
        folder = write_model(tmp_path / "m")
        (folder / name).unlink()
        (folder / name).symlink_to(secret)
        assert "leads out of the folder" in refused(folder)

    def test_a_link_within_the_folder_is_followed(self, tmp_path: Path) -> None:
        folder = write_model(tmp_path / "m")
        (folder / "config.json").rename(folder / "other.json")
        (folder / "config.json").symlink_to("other.json")
        assert inspect_model("HERE", folder).files["config.json"] == folder / "other.json"

    def test_a_link_to_nowhere_or_to_itself(self, tmp_path: Path) -> None:
        folder = write_model(tmp_path / "m")
        for target in ("gone", "config.json"):
            (folder / "config.json").unlink()
            (folder / "config.json").symlink_to(target)
            refused(folder)

    def test_what_is_no_file_is_never_opened(self, tmp_path: Path) -> None:
        folder = write_model(tmp_path / "m")
        (folder / "config.json").unlink()
        os.mkfifo(folder / "config.json")
        assert "no ordinary file" in refused(folder)
        (folder / "config.json").unlink()
        (folder / "config.json").mkdir()
        assert "no ordinary file" in refused(folder)

    def test_the_folder_may_be_a_link_itself(self, tmp_path: Path) -> None:
        (tmp_path / "link").symlink_to(write_model(tmp_path / "m"))
        inspect_model("HERE", tmp_path / "link")


class TestAnIncompleteConfig:
    def test_is_completed(self, tmp_path: Path) -> None:
        facts = inspect_model("HERE", write_model(tmp_path / "m", {**model_files(), "config.json": b'{"other": 1}'}))
        config = json.loads(facts.config)
        assert config["other"] == 1
        assert config["alignment_heads"] == [[0, 0]]
        assert len(config["lang_ids"]) == len(facts.languages)

    def test_that_is_complete_stays(self, tmp_path: Path) -> None:
        assert inspect_model("HERE", write_model(tmp_path / "m")).config == ""
