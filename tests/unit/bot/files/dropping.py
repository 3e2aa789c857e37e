"""Each field of a piece of JSON in turn."""

import json
from collections.abc import Iterator
from typing import Any

Path = tuple[str | int, ...]


def fields(value: Any, path: Path = ()) -> Iterator[Path]:
    """Where there is one, however deep."""
    if isinstance(value, dict):
        for name, inner in value.items():
            yield (*path, name)
            yield from fields(inner, (*path, name))
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from fields(inner, (*path, index))


def without(value: Any, path: Path) -> Any:
    """A copy that lacks this field."""
    other = json.loads(json.dumps(value))  # Where a part is in it twice, the copies are apart.
    drop(other, path)
    return other


def with_instead(value: Any, path: Path, instead: object) -> Any:
    """A copy whose field is another one."""
    other = json.loads(json.dumps(value))  # Where a part is in it twice, the copies are apart.
    _holder(other, path)[path[-1]] = instead
    return other


def drop(value: Any, path: Path) -> None:
    """Take this field away, if it is there."""
    holder = _holder(value, path)
    if isinstance(holder, dict):
        holder.pop(path[-1], None)


def _holder(value: Any, path: Path) -> Any:
    for part in path[:-1]:
        value = value[part] if isinstance(value, dict | list) else None
    return value
