"""Keeps an error in an overridden method of Qt's from ending the process on Python 3.11.

Shiboken, in all versions that run on Python 3.11 (6.8 to 6.11.3), puts the method's name before the message of an
error that leaves an override, as `paintEvent` or `data`. It takes what `PyErr_Fetch` returns for an exception, which
is only its message where C code has raised it, as with `int("x")`, `[][1]` or a deleted object, and writes through it:
a segmentation fault instead of a crash report. Where Python code has caught an error, it is an exception
(https://docs.python.org/3.11/c-api/exceptions.html#c.PyErr_NormalizeException); since Python 3.12 it always is.
"""

import functools
import sys
from collections.abc import Callable
from types import FunctionType
from typing import Any

IS_NEEDED = sys.version_info < (3, 12)


def normalize_override_errors() -> None:
    """Have all classes derived from Qt's from now on, in this process, normalize the errors of their overrides.

    To be called before they are defined. A second call does nothing.
    """
    from shiboken6 import Shiboken

    if IS_NEEDED and "__init_subclass__" not in vars(Shiboken.Object):
        setattr(Shiboken.Object, "__init_subclass__", classmethod(_normalize_overrides))  # noqa: B010


def overrides(kind: type) -> dict[str, FunctionType]:
    """The methods that this class itself defines and that a class of Qt's above it has, too."""
    of_qt = [base for base in kind.__mro__[1:] if base.__module__.partition(".")[0] == "PySide6"]
    return {
        name: value
        for name, value in vars(kind).items()
        if isinstance(value, FunctionType) and not name.startswith("__") and any(name in vars(base) for base in of_qt)
    }


def _normalize_overrides(kind: type) -> None:
    for name, method in overrides(kind).items():
        setattr(kind, name, _normalizing(method))


def _normalizing(method: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(method)
    def normalizing(*arguments: Any, **named: Any) -> Any:
        try:
            return method(*arguments, **named)
        except BaseException:  # Being caught is what normalizes it.
            raise

    return normalizing
