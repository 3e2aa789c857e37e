"""What keys are called: in a profile, in the keyring, in the environment."""

import re
from dataclasses import dataclass
from typing import Self

from core.domain.errors import KeyNameUnknown
from core.domain.key_variable import key_variable

DEFAULT_PROFILE = "default"

_PROFILE = re.compile(r"[a-z0-9][a-z0-9_-]{0,31}")
_NAME = re.compile(r"[a-z0-9][a-z0-9._:-]{0,63}")


@dataclass(frozen=True, slots=True)
class KeyId:
    """Whose keys, such as `groq`, `my-server` or `telegram`, in which set of keys, such as `work`.

    Raises `KeyNameUnknown` for anything but small letters, digits and a few signs. The default profile sorts first.
    """

    name: str
    profile: str = DEFAULT_PROFILE

    def __post_init__(self) -> None:
        if not _NAME.fullmatch(self.name):
            raise KeyNameUnknown(name=self.name)
        if not _PROFILE.fullmatch(self.profile):
            raise KeyNameUnknown(name=self.profile)

    def __lt__(self, other: "KeyId") -> bool:
        return self._order < other._order

    @property
    def _order(self) -> tuple[bool, str, str]:
        return (self.profile != DEFAULT_PROFILE, self.profile, self.name)

    @property
    def entry(self) -> str:
        """The entry's name in the keyring."""
        return f"{self.profile}/{self.name}"

    @classmethod
    def of_entry(cls, entry: str) -> Self:
        """The other way round. Raises `KeyNameUnknown`."""
        profile, _, name = entry.partition("/")
        return cls(name, profile)

    @property
    def variable(self) -> str:
        """The environment variable that wins over the keyring: NOTULA_MY_SERVER_KEY. Names no profile."""
        return key_variable(self.name)
