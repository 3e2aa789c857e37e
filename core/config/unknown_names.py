"""Names that no setting has: which setting may be meant, and whether leaving the name out could open something."""

import re
from collections.abc import Iterable
from difflib import SequenceMatcher

from core.config.declarations import RESTRICTING
from core.config.settings import Settings

_ALIKE = 0.72
"""From this ratio of `difflib` on, a name counts as another one mistyped (`provider`, `montly_budget`)."""

_SHORTEST_WORD = 5
"""Words of fewer letters, such as `user` and `bot`, say too little of what is meant."""

_INTENTIONS = {
    **dict.fromkeys(("offline", "local", "private", "provider"), "providers"),
    **dict.fromkeys(("limit", "limits", "max", "maximum"), "user_requests_per_minute"),
    **dict.fromkeys(
        ("allow", "allowed", "deny", "denied", "block", "blocked", "users", "admin", "admins"), "bot_audience"
    ),
}
"""Words by which somebody means to restrict something, and what does that here."""

_FOLDERS = ("config_dir", "data_dir", "cache_dir", "log_dir")
"""What `NOTULA_CONFIG_DIR` and so on are called without their beginning."""


def setting_meant(name: str) -> str | None:
    """The setting, or variable of a folder, that is probably meant by a name; None where none is like it."""
    nearest = max((*Settings.model_fields, *_FOLDERS), key=lambda known: _likeness(name, known))
    return nearest if _likeness(name, nearest) >= _ALIKE else None


def restricting_setting_meant(name: str) -> str | None:
    """The restricting setting that may be meant by a name; None where that can't be."""
    name = name.lower().replace("-", "_")
    nearest = max(RESTRICTING, key=lambda known: _likeness(name, known))
    if _likeness(name, nearest) >= _ALIKE and setting_meant(name) in RESTRICTING:
        return nearest
    for word in re.split(r"[^a-z]+", name):
        if word in _INTENTIONS:
            return _INTENTIONS[word]
        if len(word) < _SHORTEST_WORD or word in _COMMON_WORDS:
            continue
        for known in RESTRICTING:
            if any(_likeness(word, other) >= _ALIKE for other in _telling_words(known)):
                return known
    return None


def _likeness(one: str, other: str) -> float:
    return SequenceMatcher(None, one.lower(), other, autojunk=False).ratio()


def _telling_words(known: str) -> Iterable[str]:
    """The words of a restricting setting that no other setting has."""
    return (word for word in _words(known) if word not in _COMMON_WORDS)


def _words(name: str) -> tuple[str, ...]:
    return tuple(word for word in re.split(r"[^a-z]+", name) if len(word) >= _SHORTEST_WORD)


_COMMON_WORDS = frozenset(word for name in set(Settings.model_fields) - set(RESTRICTING) for word in _words(name))
