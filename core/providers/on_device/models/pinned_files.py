"""Whether files are what the catalogue says, with as little hashing as will do."""

from collections.abc import Mapping
from pathlib import Path

from core.domain.errors import ModelCorrupt
from core.providers.on_device.models.catalogue import CatalogueModel
from core.providers.on_device.models.download import sha256_of


class PinnedFiles:
    """Remembers what was found right or wrong; a file is hashed again only when its size or time has changed.

    All calls block.
    """

    def __init__(self) -> None:
        self._verified: dict[tuple[Path, str], tuple[tuple[int, int], bool]] = {}

    def verify(self, model: CatalogueModel, files: Mapping[str, Path]) -> None:
        """Raise `ModelCorrupt` where a file, by its name in the model, is not what it must be."""
        for file in model.files:
            path = files[file.name]
            try:
                found = path.stat()
                seen = (found.st_size, found.st_mtime_ns)
                known = self._verified.get((path, file.sha256))
                if known is not None and known[0] == seen:
                    is_sound = known[1]
                else:
                    is_sound = found.st_size == file.size_bytes and sha256_of(path) == file.sha256
            except OSError as error:
                raise ModelCorrupt(model=model.name, file=file.name) from error
            self._verified[path, file.sha256] = (seen, is_sound)
            if not is_sound:
                raise ModelCorrupt(model=model.name, file=file.name)

    def verify_folder(self, model: CatalogueModel, folder: Path) -> None:
        """The same for files that have their own names and lie in one folder."""
        self.verify(model, {file.name: folder / file.name for file in model.files})

    def is_sound(self, model: CatalogueModel, folder: Path) -> bool:
        """Whether `verify_folder` raises nothing."""
        try:
            self.verify_folder(model, folder)
        except ModelCorrupt:
            return False
        return True
