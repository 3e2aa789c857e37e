"""Names that no setting has: which setting may be meant, and whether leaving the name out could open something."""

import re
from collections.abc import Iterator
from difflib import SequenceMatcher

from core.config.declarations import RESTRICTING
from core.config.settings import Settings

_ALIKE = 0.72
"""From this ratio of `difflib` on, a name counts as another one mistyped (`provider`, `montly_budget`)."""

_WORDS_ALIKE = 0.83
"""The same for a single word, of which there is less to go by (`bugdet`; but not `server` for `service`)."""

_SHORTEST_MISTYPED = 5
"""Letters. Shorter words are like too many others."""

_NAMES = {"bot": "bot_enabled", "engine": "providers"}
"""Synonyms of settings that are matched against the whole name only."""

_INTENTIONS = {
    **dict.fromkeys(("cost", "spend", "spending", "spent"), "monthly_budget"),
    "quota": "user_minutes_per_day",
    **dict.fromkeys(("offline", "cloud", "ondevice", "online"), "providers"),
    **dict.fromkeys(("allow", "allowed", "allowlist", "whitelist", "users"), "bot_audience"),
    **dict.fromkeys(("deny", "denied", "denylist", "blacklist", "block", "blocked", "blocklist"), "bot_audience"),
    "networks": "webhook_networks",
}
"""Words for a restriction, and the settings that restrict here; plurals included."""

_VAGUE_INTENTIONS = {
    **dict.fromkeys(("local", "private"), "providers"),
    **dict.fromkeys(("limit", "max", "maximum"), "user_requests_per_minute"),
    "admin": "bot_audience",
}
"""The same, unless the name is that of a thing which Notula has no say in."""

_THINGS = frozenset(
    {"memory", "mem", "ram", "cpu", "cpus", "gpu", "disk", "swap", "pids", "nofile", "threads", "volume", "mount"}
    | {"ip", "ips", "ipv4", "ipv6", "host", "hostname", "domain", "port", "network", "email", "mail", "name"}
    | {"path", "dir", "directory", "folder", "home", "root", "log", "logs", "timezone", "tz"}
)
"""Variables that container set-ups use for themselves, such as `NOTULA_MEMORY_LIMIT` or `NOTULA_ADMIN_EMAIL`."""

_EVERYDAY = frozenset({"cache", "server", "file", "keyring", "network", "error", "report"})
"""Words in the names of restricting settings that are too generic to identify one of them."""

_FOLDERS = ("config_dir", "data_dir", "cache_dir", "log_dir")
"""What `NOTULA_CONFIG_DIR` and so on are called without their beginning."""


def intended_setting(name: str) -> str | None:
    """The setting, or variable of a folder, that is probably meant by a name; None where none is like it."""
    nearest = max((*Settings.model_fields, *_FOLDERS), key=lambda known: _likeness(name, known))
    return nearest if _likeness(name, nearest) >= _ALIKE else None


def intended_restricting_setting(name: str) -> str | None:
    """The restricting setting that may be meant by a name; None where that can't be."""
    name = _plain(name)
    nearest = max(RESTRICTING, key=lambda known: _likeness(name, known))
    if name in _NAMES:
        return _NAMES[name]
    if _likeness(name, nearest) >= _ALIKE and intended_setting(name) in RESTRICTING:
        return nearest
    words = [_singular(word) for word in re.split(r"[^a-z0-9]+", name.replace("on_device", "ondevice"))]
    for word in words:
        if word in _BY_WORD:
            return _BY_WORD[word]
    if not _THINGS.intersection(re.split(r"[^a-z0-9]+", name)):
        for word in words:
            if word in _VAGUE_INTENTIONS:
                return _VAGUE_INTENTIONS[word]
    for word in words:
        known = max(_BY_WORD, key=lambda one: _likeness(word, one))
        if len(word) >= _SHORTEST_MISTYPED and word not in _COMMON and _likeness(word, known) >= _WORDS_ALIKE:
            return _BY_WORD[known]
    return None


def restricting_settings_in(value: object, path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], str]]:
    """The names in a table that isn't known, however deep, by which restricting settings may be meant, with these.

    `bot.owner` and `user.requests_per_minute` are meant as well as `bot_owner`. `path` is the table's own.
    """
    if isinstance(value, list):
        for part in value:
            yield from restricting_settings_in(part, path)
    elif isinstance(value, dict):
        for name, part in value.items():
            inner = (*path, name)
            joined = list(_endings(inner))
            exact = next((known for known in joined if known in RESTRICTING), None)
            meant = (
                exact or intended_restricting_setting(name) or next(filter(None, map(_intended_joined, joined)), None)
            )
            if meant is not None:
                yield inner, meant
            else:
                yield from restricting_settings_in(part, inner)


def _endings(path: tuple[str, ...]) -> Iterator[str]:
    """`a.b.c` as `b_c` and `a_b_c`."""
    for start in range(len(path) - 2, -1, -1):
        yield _plain("_".join(path[start:]))


def _intended_joined(name: str) -> str | None:
    nearest = intended_setting(name)
    return nearest if nearest in RESTRICTING else None


def _plain(name: str) -> str:
    """Words in small letters with _ between them: `cloudEnabled` and `Cloud-Enabled` are `cloud_enabled`."""
    apart = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name)
    return re.sub(r"[^a-z0-9]+", "_", apart.lower()).strip("_")


def _likeness(one: str, other: str) -> float:
    return SequenceMatcher(None, one.lower(), other, autojunk=False).ratio()


def _singular(word: str) -> str:
    return word if word in _INTENTIONS else word.removesuffix("s")


def _words(name: str) -> Iterator[str]:
    return (_singular(word) for word in name.split("_") if len(word) >= _SHORTEST_MISTYPED)


_COMMON = _EVERYDAY.union(*(_words(name) for name in set(Settings.model_fields) - set(RESTRICTING)))
"""Words in the names of both restricting and other settings, so that they identify neither."""

_BY_WORD = {word: name for name in reversed(RESTRICTING) for word in _words(name) if word not in _COMMON} | _INTENTIONS
"""What is meant by a whole word."""
