"""The environment variables `NOTULA_<SETTING>`, each read by itself, so that a wrong one spoils no other."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass

from core.config.settings import Settings
from core.domain.provider_settings import becomes_zero

PREFIX = "NOTULA_"

_OTHERS = re.compile(r"NOTULA_(CONFIG_DIR|DATA_DIR|CACHE_DIR|LOG_DIR|[A-Z0-9_]+_KEY(_FILE)?)")
"""Variables of ours that are no settings: folders, and keys with the files that hold them."""

_OF_KUBERNETES = re.compile(
    r"([A-Z0-9_]+_)?(SERVICE_HOST|SERVICE_PORT(_[A-Z0-9_]+)?|PORT_\d+_(TCP|UDP|SCTP)(_[A-Z]+)?)"
)
"""What Kubernetes sets in each container, with our prefix where a service is called `notula`.

https://kubernetes.io/docs/concepts/services-networking/service/#environment-variables
"""


@dataclass(frozen=True, slots=True)
class Variable:
    """A variable as it is written, and what it holds."""

    name: str
    value: object


@dataclass(frozen=True, slots=True)
class Variables:
    """`of_settings` are by setting. `unreadable` hold no JSON where they should; `unknown` belong to nothing."""

    of_settings: dict[str, Variable]
    unknown: tuple[str, ...]
    empty: dict[str, str]
    """The names of variables without a value, by setting."""
    contradictory: dict[str, str]
    """Names that are there twice, in capital and in small letters, with different values, by setting."""


def read_variables(environment: Mapping[str, str]) -> Variables:
    """All variables with our prefix, in capital or small letters. Values are not checked yet."""
    found: dict[str, Variable] = {}
    empty: dict[str, str] = {}
    contradictory: dict[str, str] = {}
    unknown: list[str] = []
    for name, text in sorted(environment.items()):
        if not name.upper().startswith(PREFIX):
            continue
        setting = name[len(PREFIX) :].lower()
        if setting not in Settings.model_fields:
            if text.strip() and not _is_no_setting(name.upper(), text):
                unknown.append(name)
        elif not text.strip():
            empty[setting] = name
        else:
            value = _decoded(setting, text)
            if setting in found and found[setting].value != value:
                contradictory[setting] = name
            found[setting] = Variable(name, value)
    return Variables(found, tuple(unknown), empty, contradictory)


def _is_no_setting(name: str, text: str) -> bool:
    if _OTHERS.fullmatch(name) or _OF_KUBERNETES.fullmatch(name[len(PREFIX) :]):
        return True
    return name.endswith("PORT") and text.startswith(("tcp://", "udp://", "sctp://"))  # Kubernetes, too.


def _decoded(setting: str, text: str) -> object:
    """Tables are written in JSON. What is none stays a text, which no table is made from."""
    if Settings.model_fields[setting].default_factory is not dict:
        return text.strip()
    try:
        return json.loads(text, object_pairs_hook=_each_once, parse_float=_number)
    except (ValueError, RecursionError):
        return text


def _number(text: str) -> object:
    return text if becomes_zero(text) else float(text)


def _each_once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    values = dict(pairs)
    if len(values) < len(pairs):
        raise ValueError("a name that is there twice")
    return values
