"""A mapping whose values are made when they are first asked for."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TypeVar

Value = TypeVar("Value")


class MadeOnDemand(Mapping[str, Value]):
    """Knows all its names from the beginning."""

    def __init__(self, names: Iterable[str], make: Callable[[str], Value]) -> None:
        """`make` is called once for a name."""
        self._names = dict.fromkeys(names)
        self._make = make
        self.made: dict[str, Value] = {}
        """What has been asked for until now."""

    def __getitem__(self, name: str) -> Value:
        if name not in self._names:
            raise KeyError(name)
        if name not in self.made:
            self.made[name] = self._make(name)
        return self.made[name]

    def __contains__(self, name: object) -> bool:
        return name in self._names

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)
