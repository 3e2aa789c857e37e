"""A keyring in memory: strict about what it is given, and as slow, locked or broken as a test wants."""

import threading
from pathlib import Path

from keyring.errors import PasswordDeleteError

from tests.patience import PATIENCE_S

WINDOWS_LIMIT_CHARACTERS = 1280


class MemoryBackend:
    """Answers as `keyring`'s backends do. Set `failure` to have every call raise it."""

    def __init__(self, longest_characters: int = WINDOWS_LIMIT_CHARACTERS) -> None:
        self.entries: dict[tuple[str, str], str] = {}
        self.calls: list[str] = []
        self.failure: BaseException | None = None
        self._longest_characters = longest_characters

    def get_password(self, service: str, username: str) -> str | None:
        self._called(f"get {username}")
        return self.entries.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self._called(f"set {username}")
        assert password, "a backend may take an empty password for none"
        assert len(password) <= self._longest_characters, "the stub received bad data"
        self.entries[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        self._called(f"delete {username}")
        if (service, username) not in self.entries:
            raise PasswordDeleteError(username)
        del self.entries[service, username]

    def _called(self, call: str) -> None:
        assert threading.current_thread() is not threading.main_thread(), "a keyring may hang: never on the loop"
        self.calls.append(call)
        if self.failure is not None:
            raise self.failure


class HangingBackend(MemoryBackend):
    """Doesn't answer before `answers` is set, as a keyring that waits for its password."""

    def __init__(self) -> None:
        super().__init__()
        self.answers = threading.Event()
        self.asked = 0

    def _called(self, call: str) -> None:
        self.asked += 1
        assert self.answers.wait(timeout=PATIENCE_S)
        super()._called(call)


class FileBackend(MemoryBackend):
    """Keeps a plain file, as those of keyrings.alt do."""

    def __init__(self, file: Path) -> None:
        super().__init__()
        self.file_path = str(file)

    def set_password(self, service: str, username: str, password: str) -> None:
        super().set_password(service, username, password)
        with Path(self.file_path).open("a", encoding="utf-8") as opened:
            opened.write(f"{service} {username} {password}\n")
