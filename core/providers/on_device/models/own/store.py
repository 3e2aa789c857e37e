"""The models that a person has added: adding, finding, noticing changes, removing."""

import contextlib
import logging
import re
import time
import unicodedata
from collections.abc import Callable, Collection
from dataclasses import replace
from pathlib import Path

from core.domain import TranslatableText, mark
from core.domain.errors import (
    ModelNameTaken,
    ModelNameUnusable,
    ModelNotDeleted,
    ModelNotWritten,
    ModelUnknown,
    OwnModelLost,
)
from core.domain.write_failure import write_failure
from core.providers.on_device.models.download import sha256_of
from core.providers.on_device.models.own.inspection import CONFIG, ModelFacts, inspect_files
from core.providers.on_device.models.own.links import link_files, remove_folder
from core.providers.on_device.models.own.records import NAME, OwnFile, OwnModel, OwnModelRecords

logger = logging.getLogger(__name__)

CHANGED = mark(
    "The files of the model {model} have changed since it was added. Recordings are transcribed with what is there "
    "now; if that isn't your doing, remove the model."
)
_NO_NAME = "model"
_KEPT_S = 24 * 3600.0


class OwnModelStore:
    """Lives in one folder; `taken` are names that a model of a person's can't have. All calls but `known` block.

    `clock` gives seconds since the epoch.
    """

    def __init__(self, folder: Path, taken: Collection[str], clock: Callable[[], float] = time.time) -> None:
        self._records = OwnModelRecords(folder / "records")
        self._links = folder / "links"
        self._fetched = folder / "fetched"
        self._clock = clock
        self._taken = {name.casefold() for name in taken}
        self.known: dict[str, OwnModel] = self._records.all()
        """Those there were at the last `refresh`, by name."""

    @property
    def notices(self) -> tuple[TranslatableText, ...]:
        """What the owner should know."""
        return tuple(
            TranslatableText(CHANGED, {"model": model.name}) for model in self.known.values() if model.is_changed
        )

    def refresh(self) -> None:
        """See what other processes have added and removed, and whose files have changed.

        Changed files are looked at and hashed anew. A model whose files are gone, or no model any more, stays as it
        was; `locate` tells what is wrong with it.
        """
        found = self._records.all()
        for name, model in found.items():
            if not self._is_as_it_was(model):
                try:
                    found[name] = self._looked_at_again(model)
                except Exception as error:  # noqa: BLE001 - told by `locate`, when somebody uses the model.
                    logger.info("the model %s can't be used now: %s", name, error)
        self.known = found

    @staticmethod
    def is_here(model: OwnModel) -> bool:
        """Whether the files of a model are where they were. Looks at no content."""
        return all(Path(file.path).is_file() for file in model.files)

    def free_name(self, wanted: str) -> str:
        """A name like this one that no model has."""
        bare = "".join(one for one in unicodedata.normalize("NFKD", wanted) if not unicodedata.combining(one))
        plain = re.sub(r"[^A-Za-z0-9._-]+", "-", bare).lstrip("._-")[:56] or _NO_NAME
        taken = self._taken | {name.casefold() for name in self._records.all()}
        numbered = (plain if number == 1 else f"{plain}-{number}" for number in range(1, len(taken) + 3))
        return next(name for name in numbered if name.casefold() not in taken)

    def check_name(self, name: str) -> None:
        """Raises `ModelNameUnusable` or `ModelNameTaken`."""
        if not NAME.fullmatch(name):
            raise ModelNameUnusable(model=name)
        if name.casefold() in self._taken | {known.casefold() for known in self._records.all()}:
            raise ModelNameTaken(model=name)

    def fetched_folder(self, name: str) -> Path:
        """Where the files of a model are that is downloaded."""
        return self._fetched / name

    def staging_folder(self, name: str, commit: str) -> Path:
        """Where a download of a model at a commit collects its files; kept when it breaks off, to go on from there."""
        return self._fetched / f".{name}.{commit}.partial"

    def sweep(self, but: Path) -> None:
        """Delete what downloads have left that broke off more than a day ago, or were killed at their end."""
        known = {self._fetched / name for name in self._records.all()}
        with contextlib.suppress(OSError):
            for folder in set(self._fetched.iterdir()) - known - {but}:
                if self._clock() - folder.stat().st_mtime > _KEPT_S:
                    remove_folder(folder)

    def add(self, name: str, place: str, facts: ModelFacts, *, is_fetched: bool = False) -> OwnModel:
        """Keep a model that was looked at. Hashes all of it. Raises as `check_name`, and `ModelNotWritten`."""
        self.check_name(name)
        try:
            model = _model_of(name, place, facts, is_fetched=is_fetched)
            self._records.write(model)
        except OSError as error:
            raise ModelNotWritten(model=name, reason=write_failure(error)) from error
        self.known = {**self.known, name: model}
        return model

    def remove(self, name: str) -> None:
        """Forget a model; only files that were downloaded for it are deleted.

        Raises `ModelUnknown` and `ModelNotDeleted`.
        """
        model = self._model(name)
        try:
            self._records.remove(name)
            remove_folder(self._links / name)
            if model.is_fetched:
                remove_folder(self._fetched / name)
        except OSError as error:
            raise ModelNotDeleted(model=name, reason=write_failure(error)) from error
        self.known = {known: one for known, one in self.known.items() if known != name}

    def check(self, name: str) -> None:
        """See whether a model could be used as it is now, and write nothing.

        Raises `OwnModelLost`, and what `inspect_files` raises where its files have changed.
        """
        model = self._here(name)
        if not self._is_as_it_was(model):
            _inspected(model)

    def locate(self, name: str) -> tuple[OwnModel, Path]:
        """A model as it is now, and a folder with its files and nothing else.

        Raises `ModelUnknown`, `OwnModelLost`, `ModelNotWritten`, and what `inspect_files` raises where its files have
        changed.
        """
        model = self._here(name)
        if not self._is_as_it_was(model):
            model = self._looked_at_again(model)
            self.known = {**self.known, name: model}
        try:
            return model, self._folder_of(model)
        except OSError as error:
            raise ModelNotWritten(model=name, reason=write_failure(error)) from error

    def _model(self, name: str) -> OwnModel:
        """One that another task or process may just have removed."""
        if name not in self.known:
            raise ModelUnknown(model=name)
        return self.known[name]

    def _here(self, name: str) -> OwnModel:
        model = self._model(name)
        if not self.is_here(model):
            raise OwnModelLost(model=name, place=model.place)
        return model

    def _folder_of(self, model: OwnModel) -> Path:
        """A folder with the files and nothing else."""
        whole = self._fetched / model.name
        if model.is_fetched and not model.config and all(Path(file.path).parent == whole for file in model.files):
            return whole
        written = {CONFIG: model.config} if model.config else {}
        return link_files(self._links / model.name, {file.name: Path(file.path) for file in model.files}, written)

    def _is_as_it_was(self, model: OwnModel) -> bool:
        try:
            return all(_stamp(Path(file.path)) == (file.size_bytes, file.mtime_ns) for file in model.files)
        except OSError:
            return False

    def _looked_at_again(self, model: OwnModel) -> OwnModel:
        facts = _inspected(model)
        again = _model_of(model.name, model.place, facts, is_fetched=model.is_fetched)
        again = replace(again, is_changed=model.is_changed or again.content != model.content)
        with contextlib.suppress(OSError):  # On a drive that may only be read, it is looked at anew each time.
            self._records.write(again)
        return again


def _inspected(model: OwnModel) -> ModelFacts:
    return inspect_files(model.place, {file.name: Path(file.path) for file in model.files})


def _model_of(name: str, place: str, facts: ModelFacts, *, is_fetched: bool) -> OwnModel:
    files = tuple(_own_file(file, path) for file, path in sorted(facts.files.items()))
    return OwnModel(
        name,
        place,
        files,
        facts.english_only,
        facts.languages,
        facts.translates,
        is_fetched=is_fetched,
        config=facts.config,
    )


def _own_file(name: str, path: Path) -> OwnFile:
    size_bytes, mtime_ns = _stamp(path)  # Before it is read: a change meanwhile is noticed the next time.
    return OwnFile(name, str(path), size_bytes, mtime_ns, sha256_of(path))


def _stamp(path: Path) -> tuple[int, int]:
    """Of the file itself: what has become a link since isn't followed to wherever it leads."""
    found = path.lstat()
    return found.st_size, found.st_mtime_ns
