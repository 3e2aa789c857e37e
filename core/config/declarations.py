"""What the declaration of a setting says beyond its type: whether it restricts, and which values are allowed."""

from typing import Any

from pydantic import ValidationError
from pydantic.fields import FieldInfo

from core.config.settings import Settings
from core.domain import Message, mark


def restricts(name: str) -> bool:
    """Whether a default in place of what was meant could allow more than the owner wants.

    A declaration that doesn't say so counts as one that restricts.
    """
    return extra_of(Settings.model_fields[name]).get("restricts") is not False


def rule_of(name: str) -> Message:
    """Which values are allowed, as a part of a sentence."""
    field = Settings.model_fields[name]
    extra = extra_of(field)
    if isinstance(extra.get("rule"), str):
        return Message(extra["rule"])
    if isinstance(extra.get("choices"), dict):
        several = isinstance(field.default, tuple)
        template = mark("any of {choices}") if several else mark("one of {choices}")
        return Message(template, {"choices": ", ".join(extra["choices"])})
    if field.annotation is bool:
        return Message(mark("true or false"))
    if field.annotation in (int, float):
        return _bounds(field)
    return Message(mark("a text"))


def wrong_part(name: str, value: object) -> str | None:
    """None for a value that is allowed, else the dotted name of the part that isn't, such as `services.home.model`."""
    try:
        Settings.model_validate({name: value})
    except ValidationError as error:
        parts = [str(part) for part in error.errors(include_input=False)[0]["loc"]]
        return ".".join(parts) if name == "services" else name
    except (RecursionError, OverflowError):
        return name
    return None


def extra_of(field: FieldInfo) -> dict[str, Any]:
    """What a declaration says that pydantic doesn't know of."""
    return field.json_schema_extra if isinstance(field.json_schema_extra, dict) else {}


def _bounds(field: FieldInfo) -> Message:
    low: float | None = None
    above: float | None = None
    high = 0.0
    for bound in field.metadata:
        low = getattr(bound, "ge", low)
        above = getattr(bound, "gt", above)
        high = getattr(bound, "le", high)
    if above is not None:
        return Message(mark("a number above {low}, {high} at most"), {"low": f"{above:g}", "high": f"{high:.15g}"})
    bounds = {"low": f"{low:g}", "high": f"{high:.16g}"}
    if field.annotation is int:
        return Message(mark("a whole number from {low} to {high}"), bounds)
    return Message(mark("a number from {low} to {high}"), bounds)


RESTRICTING = tuple(name for name in Settings.model_fields if restricts(name))
