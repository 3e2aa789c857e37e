"""The Whisper models that Notula knows, as data: where their files are, how large they are and what they must hash to.

All are conversions for CTranslate2 under the MIT licence. Each repository is pinned to a revision and each file to
its SHA-256, so what is downloaded today is what was looked at when this list was written; the hub is not asked what
a file should be. The hashes are public and agree in several independent projects that pin the same revisions.
"""

from dataclasses import dataclass

from core.domain.language_table import WHISPER_LANGUAGES
from core.domain.model import ModelKind


@dataclass(frozen=True, slots=True)
class HubPlace:
    """Where the hub keeps a file: the repository, its revision, and the file's path in it."""

    repository: str
    revision: str
    path: str


@dataclass(frozen=True, slots=True)
class PinnedFile:
    """One file of a model, with the SHA-256 in lower-case hexadecimal that it must have.

    A file of a model that isn't in the catalogue may have `git_sha1` in its place, the hub's name for a small file's
    content. `place` is where the hub keeps it, None where that is the model's repository, under the same name.
    """

    name: str
    size_bytes: int
    sha256: str
    place: HubPlace | None = None
    git_sha1: str = ""


@dataclass(frozen=True, slots=True)
class CatalogueModel:
    """A model: `name` is what settings and options call it, `repository` and `revision` where the hub keeps it.

    `translates` is whether it writes English for speech in another language.
    """

    name: str
    repository: str
    revision: str
    english_only: bool
    files: tuple[PinnedFile, ...]
    translates: bool = False
    kind: ModelKind = ModelKind.SPEECH

    @property
    def size_bytes(self) -> int:
        """What all files take on the disk and on the line."""
        return sum(file.size_bytes for file in self.files)

    def place_of(self, file: PinnedFile) -> HubPlace:
        """Where the hub keeps one of the files."""
        return file.place or HubPlace(self.repository, self.revision, file.name)

    @property
    def languages(self) -> frozenset[str]:
        """The codes of those it knows."""
        if self.english_only:
            return frozenset({"en"})
        return WHISPER_LANGUAGES | ({"yue"} if self.name.startswith("large-v3") else set())

    @property
    def memory_bytes(self) -> int:
        """What an engine takes at most, about: the files have two bytes for a weight, int8 has one, and some stays."""
        if self.kind is ModelKind.VOICES:
            return _VOICES_BYTES
        return ENGINE_BYTES + self.size_bytes * 3 // 4


ENGINE_BYTES = 500_000_000
"""For a chunk of 90 s beside the model. Engines with tiny.en and base took 310 and 390 MB in all at most (measured);
larger models keep more of each window."""

_VOICES_BYTES = 400_000_000
"""320 MB at most over an hour, faster-whisper's libraries included (measured)."""

OFFERED_MODEL = "base"
"""The one that is offered where no multilingual model is here."""

BUNDLED_MODEL = "tiny.en"
"""The one that a setting names where nobody has chosen another: the smallest of those installed with Notula."""

_ENGLISH = (
    PinnedFile("tokenizer.json", 2_128_466, "929c5252409436dce1b38a75d1abbcb5e132d170d8e324e4e04ed915fa2d22df"),
    PinnedFile("vocabulary.txt", 422_309, "ff77588746d3a2595d32ab5b69ffd7b95ce2441ac57533cb66fc3eb575a115cf"),
)
_MULTILINGUAL = (
    PinnedFile("tokenizer.json", 2_203_239, "fb7b63191e9bb045082c79fd742a3106a12c99513ab30df4a0d47fa6cb6fd0ab"),
    PinnedFile("vocabulary.txt", 459_861, "34ce3fe1c5041027b3f8d42912270993f986dbc4bb34cf27f951e34a1e453913"),
)
_LARGE = (
    PinnedFile("preprocessor_config.json", 340, "7ccc62c6f2765af1f3b46c00c9b5894426835a05021c8b9c01eecb6dfb542711"),
    PinnedFile("vocabulary.json", 1_068_114, "c69260f2ab26d659b7c398f9a2b2b48ed0df16c3b47d7326782fd9cba71690c1"),
)


def _english(name: str, revision: str, config: PinnedFile, weights: PinnedFile) -> CatalogueModel:
    return CatalogueModel(name, f"Systran/faster-whisper-{name}", revision, True, (config, weights, *_ENGLISH))


def _multilingual(name: str, revision: str, config: PinnedFile, weights: PinnedFile) -> CatalogueModel:
    return CatalogueModel(
        name, f"Systran/faster-whisper-{name}", revision, False, (config, weights, *_MULTILINGUAL), True
    )


CATALOGUE: tuple[CatalogueModel, ...] = (
    _english(
        "tiny.en",
        "0d3d19a32d3338f10357c0889762bd8d64bbdeba",
        PinnedFile("config.json", 2_317, "14b1b421a90349bc551b881461426b561a874049cb9e4c4864f2ca384f6a7cc5"),
        PinnedFile("model.bin", 75_537_502, "1a5afae06a4db91c975c9a9d78be5cc110ee4ea022ad57d55492e4550e936b2a"),
    ),
    _multilingual(
        "tiny",
        "d90ca5fe260221311c53c58e660288d3deb8d356",
        PinnedFile("config.json", 2_249, "a73a28cdfe1c43ccc7202fa333d1f89c202477271407ae9a7f19afa52039cac8"),
        PinnedFile("model.bin", 75_538_270, "dcb76c6586fc06cbdac6dd21f14cfd129cc4cdd9dce19bf4ffa62e59cbe6e6d1"),
    ),
    _english(
        "base.en",
        "3d3d5dee26484f91867d81cb899cfcf72b96be6c",
        PinnedFile("config.json", 2_227, "f3bc3821e9fc76a27bae538e11ae5b677dcdd352b4600429ce7951d398569aeb"),
        PinnedFile("model.bin", 145_216_508, "2a166925539a16005f14ff328359f9b9adb9dc4fb631bb3b227526862e93e2ef"),
    ),
    _multilingual(
        "base",
        "ebe41f70d5b6dfa9166e2c581c45c9c0cfc57b66",
        PinnedFile("config.json", 2_309, "56a6d8110d311f19c8f0471e562832c7527f146b567275bfca59fcf7c184da9a"),
        PinnedFile("model.bin", 145_217_532, "d01c3014881c9c6f3133c182f3d2887eb6ca1c789a7538c5c007196857a0a6a9"),
    ),
    _english(
        "small.en",
        "d1d751a5f8271d482d14ca55d9e2deeebbae577f",
        PinnedFile("config.json", 2_657, "666a9605530ac1f61fa8177f3702b4dacec9966749e42610839fcc32661d5fae"),
        PinnedFile("model.bin", 483_545_366, "62b2a45b05ee59acb4a5341b33ee35e041395d378d418a18acfe4c9e768ee37a"),
    ),
    _multilingual(
        "small",
        "536b0662742c02347bc0e980a01041f333bce120",
        PinnedFile("config.json", 2_370, "b55496ac7940a7ae47d2c01eab40edfd8701feec1229d9cce3b40014383fb828"),
        PinnedFile("model.bin", 483_546_902, "3e305921506d8872816023e4c273e75d2419fb89b24da97b4fe7bce14170d671"),
    ),
    _english(
        "medium.en",
        "a29b04bd15381511a9af671baec01072039215e3",
        PinnedFile("config.json", 2_643, "4a1848ebabe7938d9797c15a2e8e4ce1d36e6fd4a43d096ae5955257c67c7962"),
        PinnedFile("model.bin", 1_527_904_330, "11b220779aea4c6f3ce9d2549c8a95ea869ed84066864b999531ef53e594fe5b"),
    ),
    _multilingual(
        "medium",
        "08e178d48790749d25932bbc082711ddcfdfbc4f",
        PinnedFile("config.json", 2_257, "3622a2ddc41ec0e0fd4e68c13c6830f03b90c38d89aaad184de02c8c642cf807"),
        PinnedFile("model.bin", 1_527_906_378, "9b45e1009dcc4ab601eff815b61d80e60ce3fd8c74c1a14f4a282258286b51ae"),
    ),
    CatalogueModel(
        "large-v3-turbo",  # trained anew without translations (https://github.com/openai/whisper/discussions/2363)
        "mobiuslabsgmbh/faster-whisper-large-v3-turbo",
        "0a363e9161cbc7ed1431c9597a8ceaf0c4f78fcf",
        False,
        (
            PinnedFile("config.json", 2_263, "b0253ea6c0d3bea6b1e19e91a02acfd3b53f4467362efcb5a3e6b16c9b3a9b7e"),
            PinnedFile("model.bin", 1_617_884_929, "e76620f83d5f5b69efd3d87e3dc180c1bd21df9fbebacfd4335e5e1efcc018da"),
            PinnedFile("tokenizer.json", 2_710_337, "297b13372ac43916285644fb9687add3cc62ee2a1adb60da3dc25cc94c1871fd"),
            *_LARGE,
        ),
    ),
    CatalogueModel(
        "large-v3",
        "Systran/faster-whisper-large-v3",
        "edaa852ec7e145841d8ffdb056a99866b5f0a478",
        False,
        (
            PinnedFile("config.json", 2_394, "a9306624f5ec14270a014b647e5c316b6e03a662c369758d1b90697a7b0655b9"),
            PinnedFile("model.bin", 3_087_284_237, "69f74147e3334731bc3a76048724833325d2ec74642fb52620eda87352e3d4f1"),
            PinnedFile("tokenizer.json", 2_480_617, "6d8cbd7cd0d8d5815e478dac67b85a26bbe77c1f5e0c6d76d1ce2abc0e5f21ca"),
            *_LARGE,
        ),
        translates=True,
    ),
)
