"""What the declaration of a setting says beyond its type: whether it restricts, and which values are allowed."""

from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError
from pydantic.fields import FieldInfo

from core.config.settings import Settings
from core.domain import TranslatableText, mark
from core.domain.errors import SettingRefused
from core.domain.languages import language_in_sentence, similar_language
from core.domain.window_page import WindowPage


def restricts(name: str) -> bool:
    """Whether a default in place of what was meant could allow more than the owner wants.

    A declaration that doesn't say so counts as one that restricts.
    """
    return extra_of(Settings.model_fields[name]).get("restricts") is not False


def rule_of(name: str, value: object = None) -> TranslatableText:
    """Which values are allowed, as a part of a sentence; for some with what this one may have been meant to be."""
    similar = similar_language(value) if name == "language" and isinstance(value, str) else ""
    if similar:
        return TranslatableText(
            mark("{rule}; {name} ({code}) may be meant"),
            {"rule": rule_of(name), "name": language_in_sentence(similar), "code": similar},
        )
    field = Settings.model_fields[name]
    extra = extra_of(field)
    if isinstance(extra.get("rule"), str):
        return TranslatableText(extra["rule"])
    if isinstance(extra.get("choices"), dict):
        several = isinstance(field.default, tuple)
        template = mark("any of {choices}") if several else mark("one of {choices}")
        return TranslatableText(template, {"choices": ", ".join(extra["choices"])})
    if field.annotation is bool:
        return TranslatableText(mark("true or false"))
    if field.annotation in (int, float):
        return _rule_of_number(field)
    return TranslatableText(mark("a text"))


def not_allowed(name: str, value: object) -> TranslatableText:
    """What is said of a value that a setting can't have."""
    return SettingRefused(name, rule_of(name, value)).message


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


def wrong_entries(name: str, value: object) -> tuple[str, ...]:
    """The entries of a table that aren't allowed, where each of its entries counts by itself; else none."""
    if not extra_of(Settings.model_fields[name]).get("by_entry") or not isinstance(value, dict):
        return ()
    return tuple(key for key, one in value.items() if _is_wrong(name, key, one))


def _is_wrong(name: str, key: str, value: object) -> bool:
    """Names of settings are wrong as entries, too: they have come into the table by mistake."""
    return key in Settings.model_fields or wrong_part(name, {key: value}) is not None


def is_blank_list(name: str, value: object) -> bool:
    """Whether a text without anything stands where the file should have a list that restricts: no list is meant."""
    return restricts(name) and isinstance(Settings.model_fields[name].default, tuple) and value == ""


def extra_of(field: FieldInfo) -> dict[str, Any]:
    """What a declaration says that pydantic doesn't know of."""
    return field.json_schema_extra if isinstance(field.json_schema_extra, dict) else {}


def page_of_help(name: str) -> WindowPage | None:
    """The place in the window that the help of a setting names, None where it names none."""
    page = extra_of(Settings.model_fields[name]).get("page")
    return WindowPage(page) if page is not None else None


@dataclass(frozen=True, slots=True)
class Bounds:
    """`low` and `high` are allowed themselves; with `above`, every number greater than that one is."""

    low: float
    high: float
    above: float | None


def bounds_of(field: FieldInfo) -> Bounds:
    """Between which numbers a setting is."""
    low, high, above = 0.0, float("inf"), None
    for bound in field.metadata:
        low = getattr(bound, "ge", low)
        above = getattr(bound, "gt", above)
        high = getattr(bound, "le", high)
    return Bounds(low, high, above)


def _rule_of_number(field: FieldInfo) -> TranslatableText:
    bounds = bounds_of(field)
    high = f"{bounds.high:.16g}"
    if bounds.above is not None:
        return TranslatableText(
            mark("a number above {low}, {high} at most"), {"low": f"{bounds.above:g}", "high": high}
        )
    values = {"low": f"{bounds.low:g}", "high": high}
    if field.annotation is int:
        return TranslatableText(mark("a whole number from {low} to {high}"), values)
    return TranslatableText(mark("a number from {low} to {high}"), values)


RESTRICTING = tuple(name for name in Settings.model_fields if restricts(name))
