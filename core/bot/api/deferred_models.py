"""Lazy building of aiogram's pydantic models: each when it is first used, and not all of them at import.

aiogram's import has pydantic build all of its 400 models: two of the three processor seconds and half of the memory of
a bot's start, although a dozen models are ever used.
"""

import logging
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from pydantic import BaseModel

logger = logging.getLogger(__name__)

_TYPES = "aiogram.types"
_REBUILD = "model_rebuild"
"""https://docs.pydantic.dev/latest/concepts/models/#rebuilding-model-schema"""


def import_types() -> None:
    """Import aiogram's types, unless they are imported, and build those that updates are parsed with.

    With a version of aiogram or pydantic that this doesn't work for, all are built, as aiogram does it.
    """
    if _TYPES in sys.modules:
        return
    names: dict[str, Any] = {}
    postponed: list[type[BaseModel]] = []
    build: Callable[..., bool | None] = BaseModel.__dict__[_REBUILD].__func__

    def postpone(model: type[BaseModel], *, _parent_namespace_depth: int = 2, **options: Any) -> bool | None:
        namespace = options.get("_types_namespace")
        if namespace is None or not model.__module__.startswith(_TYPES):
            return build(model, _parent_namespace_depth=_parent_namespace_depth + 1, **options)
        names.update(namespace)
        postponed.append(model)
        return None

    with _replaced(BaseModel, postpone):
        from aiogram import types

    def build_late(model: type[BaseModel], /, **options: Any) -> bool | None:
        """Called by pydantic when a model is first used."""
        options["_types_namespace"] = options.get("_types_namespace") or names
        return build(model, **options)

    from aiogram import methods

    for base in (types.TelegramObject, methods.TelegramMethod, methods.Response):
        type.__setattr__(base, _REBUILD, classmethod(build_late))
    try:
        types.Update.model_rebuild()
        types.Update.model_validate({"update_id": 1})
        methods.Response[types.Message].model_validate({"ok": True})
        methods.SendMessage(chat_id=1, text="")
    except Exception:  # Any error: this relies on internals of two other projects.
        logger.exception("aiogram's models can't be built lazily; all are built now")
        for model in postponed:
            build(model, _types_namespace=names)


@contextmanager
def _replaced(owner: type[BaseModel], method: Callable[..., bool | None]) -> Iterator[None]:
    original = owner.__dict__[_REBUILD]
    type.__setattr__(owner, _REBUILD, classmethod(method))
    try:
        yield
    finally:
        type.__setattr__(owner, _REBUILD, original)
