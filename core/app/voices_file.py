"""The file with the voices that a person has had remembered: no part of the database, its cache and its copies."""

import base64
import binascii
import json
import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from core.domain.errors import VoicesFileUnusable
from core.system.private_files import open_for_owner
from core.voices import RememberedVoice, VoicePrint

_VERSION = 1


@dataclass(frozen=True, slots=True)
class VoicesFile:
    """Read and written as a whole each time, as several Notulas may use it. All methods block.

    They raise `VoicesFileUnusable`.
    """

    path: Path

    def read(self) -> tuple[RememberedVoice, ...]:
        """The voices by name; none where there is no file."""
        try:
            # Broken off between its two steps, a write has left the file under both other names.
            is_halfway = self._old.exists() and not self.path.exists()
            with open(self._new if is_halfway else self.path, opener=open_for_owner, encoding="utf-8") as file:
                return tuple(sorted(map(_voice, json.load(file)["voices"]), key=lambda voice: voice.name.casefold()))
        except FileNotFoundError:
            return ()
        except (OSError, ValueError, KeyError, TypeError, RecursionError) as error:
            raise VoicesFileUnusable(path=str(self.path)) from error

    def write(self, voices: Iterable[RememberedVoice]) -> None:
        """Have these be all that are remembered."""
        told = [_described(voice) for voice in voices]
        if not told:
            self.delete()
            return
        try:
            with open(self._new, "w", opener=open_for_owner, encoding="utf-8") as file:
                json.dump({"version": _VERSION, "voices": told}, file, ensure_ascii=False)
                file.flush()
                os.fsync(file.fileno())
            self._set_aside()
            self._new.replace(self.path)
            _erase(self._old)
        except OSError as error:
            raise VoicesFileUnusable(path=str(self.path)) from error

    def delete(self) -> None:
        """Forget all of them, also where the file can't be read."""
        try:
            _erase(self._new)
            self._set_aside()
            _erase(self._old)
        except OSError as error:
            raise VoicesFileUnusable(path=str(self.path)) from error

    @property
    def _new(self) -> Path:
        return self.path.with_suffix(".new")

    @property
    def _old(self) -> Path:
        return self.path.with_suffix(".old")

    def _set_aside(self) -> None:
        """Give the file another name, under which it is erased: Windows neither replaces nor deletes an open file."""
        if self.path.exists():
            _erase(self._old)
            self.path.replace(self._old)


def _erase(file: Path) -> None:
    """Write zeros over what the file holds, if there is one, and delete it.

    Else its place on the drive would keep what was forgotten, for as long as nothing else is written there.
    """
    try:
        with open(file, "r+b", opener=open_for_owner) as held:
            held.write(bytes(os.fstat(held.fileno()).st_size))
            held.flush()
            os.fsync(held.fileno())
    except FileNotFoundError:
        return
    file.unlink()


def _described(voice: RememberedVoice) -> dict[str, Any]:
    return {
        "name": voice.name,
        "model": voice.voice.model_sha256,
        "speech_s": voice.voice.speech_s,
        "remembered_at": voice.remembered_at,
        "print": base64.b64encode(voice.voice.vector).decode(),
    }


def _voice(told: dict[str, Any]) -> RememberedVoice:
    try:
        vector = base64.b64decode(told["print"], validate=True)
    except binascii.Error as error:
        raise ValueError("no print") from error
    if not vector or len(vector) % 4:
        raise ValueError("no print")
    made = VoicePrint(vector, float(told["speech_s"]), str(told["model"]))
    return RememberedVoice(str(told["name"]), made, float(told["remembered_at"]))
