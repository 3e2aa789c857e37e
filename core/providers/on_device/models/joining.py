"""Makes the whole files of a model that came with Notula in parts.

A model of 145 MB is joined once and then read from the disk by each engine: handed over in memory it would keep those
145 MB in every engine for as long as it runs (measured).
"""

import errno
import hashlib
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO, cast

from filelock import FileLock, Timeout

from core.domain import TranslatableText, mark
from core.domain.errors import BundledModelDamaged, ModelDoesNotFit, ModelNotWritten
from core.domain.write_failure import write_failure
from core.providers.on_device.models.bundled import BundledModel
from core.providers.on_device.models.catalogue import PinnedFile
from core.providers.on_device.models.download import does_not_fit
from core.providers.on_device.models.own.links import remove_folder
from core.system.private_files import FILE_MODE, make_folder, open_for_owner

_BLOCK_BYTES = 1024 * 1024
_LONGEST_WAIT_S = 300.0
"""For another process that joins the same model; from a slow disk to a slow disk that takes a minute."""

_SPARE_BYTES = 50 * 1024 * 1024
_BUSY = mark("another Notula is doing that and doesn't finish. Quit it, then try again.")


def join_model(
    bundled: BundledModel, folder: Path, is_sound: Callable[[], bool], free_space: Callable[[Path], int]
) -> None:
    """Put the model together as `folder`; one that is there and not sound is replaced.

    The files are collected beside it and appear all at once, so that what a killed process leaves is never taken for
    a model; the next call clears it away. Several processes may call this at once: one works, and the others find the
    model that it has made. Blocking: about a second for 145 MB.
    Raises `BundledModelDamaged`, `ModelDoesNotFit` or `ModelNotWritten`.
    """
    model = bundled.model
    try:
        make_folder(folder.parent)
        with FileLock(folder.with_name(f".{folder.name}.joining.lock"), timeout=_LONGEST_WAIT_S, mode=FILE_MODE):
            if not is_sound():
                _join(bundled, folder, free_space)
    except Timeout as error:
        raise ModelNotWritten(model=model.name, reason=TranslatableText(_BUSY)) from error
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise does_not_fit(model) from error
        raise ModelNotWritten(model=model.name, reason=write_failure(error)) from error


def check_pieces(bundled: BundledModel) -> None:
    """Hash the pieces of a model, and write nothing. Blocking. Raises `BundledModelDamaged`."""
    for file in bundled.model.files:
        for _ in _checked_blocks(bundled, file):
            pass


def _join(bundled: BundledModel, folder: Path, free_space: Callable[[Path], int]) -> None:
    staging = folder.with_name(f".{folder.name}.joining")
    remove_folder(staging)
    if folder.is_symlink() or folder.is_file():
        folder.unlink()
    remove_folder(folder)
    if free_space(folder.parent) < bundled.model.size_bytes + _SPARE_BYTES:
        raise does_not_fit(bundled.model)
    try:
        make_folder(staging)
        for file in bundled.model.files:
            _join_file(bundled, file, staging / file.name)
        staging.replace(folder)
    except (OSError, ModelDoesNotFit, BundledModelDamaged):
        shutil.rmtree(staging, ignore_errors=True)
        raise
    remove_folder(folder.with_name(f"{folder.name}.partial"))  # A download that broke off, and isn't needed any more.


def _join_file(bundled: BundledModel, file: PinnedFile, target: Path) -> None:
    with cast(BinaryIO, open(target, "xb", opener=open_for_owner)) as joined:
        for block in _checked_blocks(bundled, file):
            joined.write(block)


def _checked_blocks(bundled: BundledModel, file: PinnedFile) -> Iterator[bytes]:
    """What the pieces of a file hold, one after the other. Raises `BundledModelDamaged`, at the end of a wrong one."""
    digest, size_bytes = hashlib.sha256(), 0
    for piece in bundled.pieces[file.name]:
        for block in _blocks_of(piece, bundled, file):
            size_bytes += len(block)
            if size_bytes > file.size_bytes:
                break
            digest.update(block)
            yield block
    if size_bytes != file.size_bytes or digest.hexdigest() != file.sha256:
        raise BundledModelDamaged(model=bundled.model.name, file=file.name)


def _blocks_of(piece: Path, bundled: BundledModel, file: PinnedFile) -> Iterator[bytes]:
    try:
        with piece.open("rb") as opened:
            while block := opened.read(_BLOCK_BYTES):
                yield block
    except OSError as error:
        raise BundledModelDamaged(model=bundled.model.name, file=file.name) from error
