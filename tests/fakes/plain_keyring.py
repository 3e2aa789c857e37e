"""A backend for `keyring` such as a package may install: it keeps no secret, and is chosen where asked for."""

from typing import ClassVar

from keyring.backend import KeyringBackend


class PlainKeyring(KeyringBackend):
    """Keeps passwords where everybody can see them."""

    priority = -1.0  # type: ignore[assignment]
    entries: ClassVar[dict[tuple[str, str], str]] = {}

    def get_password(self, service: str, username: str) -> str | None:
        return self.entries.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.entries[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        del self.entries[service, username]
