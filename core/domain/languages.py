"""Spoken languages: the one table of their codes and names; those of the interface are in core/i18n.py.

However a person, a settings file or a service writes a language (`eng`, `en-US`, `EN`, `English`, `Bahasa Indonesia`,
`Deutsch`, `in`), `language_code` gives the one code that is kept.
"""

import re
import unicodedata
from difflib import get_close_matches
from functools import cache

from core.domain.language_table import LANGUAGES, VARIETIES
from core.domain.translatable_text import TranslatableText, TranslatableValue, mark

UNDETERMINED = "und"
"""The code where nobody has told the language (ISO 639-2)."""

COMMON_LANGUAGES = {
    "en": mark("English"),
    "id": mark("Indonesian"),
    "ms": mark("Malay"),
    "jv": mark("Javanese"),
    "su": mark("Sundanese"),
    "zh": mark("Chinese"),
    "es": mark("Spanish"),
    "hi": mark("Hindi"),
    "ar": mark("Arabic"),
    "pt": mark("Portuguese"),
    "bn": mark("Bengali"),
    "ru": mark("Russian"),
    "ja": mark("Japanese"),
    "de": mark("German"),
    "fr": mark("French"),
    "ko": mark("Korean"),
    "it": mark("Italian"),
    "tr": mark("Turkish"),
    "vi": mark("Vietnamese"),
    "th": mark("Thai"),
    "pl": mark("Polish"),
    "uk": mark("Ukrainian"),
    "nl": mark("Dutch"),
    "tl": mark("Tagalog"),
    "ur": mark("Urdu"),
    "fa": mark("Persian"),
    "sv": mark("Swedish"),
    "fi": mark("Finnish"),
    "no": mark("Norwegian"),
    "da": mark("Danish"),
    "cs": mark("Czech"),
    "el": mark("Greek"),
    "he": mark("Hebrew"),
    "hu": mark("Hungarian"),
    "ro": mark("Romanian"),
}
"""Those that a person chooses from a list: what Whisper has heard most of, and Indonesia's. By ISO 639-1 code, with the
name that `language_name` gives, marked for translation. All others can be written in settings and messages."""

NATIVE_NAMES = {
    "id": "Indonesia",
    "en": "English",
    "ar": "العربية",
    "zh": "中文",
    "nl": "Nederlands",
    "fr": "Français",
    "de": "Deutsch",
    "hi": "हिन्दी",
    "ja": "日本語",
    "ko": "한국어",
    "ms": "Melayu",
    "pt": "Português",
    "ru": "Русский",
    "es": "Español",
    "tr": "Türkçe",
}
"""What some of them are called in themselves, by ISO 639-1 code: Indonesian and English first."""

_LOCALE = re.compile(
    r"([a-z]{2,3})(?:-([a-z]{3}))?(?:-[a-z]{4})?"
    r"(?:-(?:[a-z]{2}|[0-9]{3})(?:-[a-z0-9]{5,8})*)?(?:-[0-9][a-z0-9]{3})*"
    r"(?:-[a-z0-9](?:-[a-z0-9]{2,8})+)*(?:[.@][a-z0-9.@-]+)?"
)
"""A language tag (https://www.rfc-editor.org/rfc/rfc5646) with script, region, variants and extensions, or the name of
a POSIX locale. A variant without a region has to begin with a digit: other words behind a code are none of both."""

_IN_BRACKETS = re.compile(r"\s*\([^()]*\)$")
_WORDS_AROUND = re.compile(
    r"^(?:(?:bahasa|basa|limba|jezyk)\s+|ภาษา)|\s+(?:language|язык|мова|език|jezik|језик|jazyk)$"
)
_SIGNS = re.compile("[\u2018\u2019\u02bb\u02bc`]")
_ACCENTS = re.compile("[\u0300-\u036f]")
_LIKE = 0.75
_SHORTEST_NAME = 4
"""What is shorter is like too much."""

_LONGEST = 60


def _read_table() -> tuple[dict[str, str], dict[str, str]]:
    """The code by each code and name as `_plain` writes it, and the shown name by code."""
    codes: dict[str, str] = {}
    shown: dict[str, str] = {}
    for line in LANGUAGES.strip().split("\n"):
        known, _, names = line.partition(" | ")
        code, *others = known.split()
        shown[code] = names.partition(";")[0]
        for name in (code, *others, *names.split("; ")):
            codes[_plain(name)] = code
    return codes, shown


def _plain(name: str) -> str:
    """The name without case, accents and unusual spaces and quotes, so that `espanol` and `Español` are the same."""
    folded = unicodedata.normalize("NFKC", name).casefold().replace("_", "-")
    bare = _ACCENTS.sub("", unicodedata.normalize("NFD", _SIGNS.sub("'", folded)))
    return " ".join(unicodedata.normalize("NFC", bare).split())


_CODES, _NAMES_BY_CODE = _read_table()


def language_code(name: str) -> str:
    """The code of a language that is called by its code or name, in any case; empty for an unknown one.

    Codes are ISO 639-1 where there is one, else ISO 639-3. Names are English, Indonesian, and those that languages have
    for themselves. A script or region (`zh-Hans`, `pt-BR`, `en_US.UTF-8`) is left off.
    """
    if len(name) > _LONGEST:
        return ""
    plain = _plain(name)
    if plain in _CODES:
        return _CODES[plain]
    tag = _LOCALE.fullmatch(plain)
    if tag is not None:
        return _CODES.get(tag[2] or "", "") or _CODES.get(tag[1], "")
    bare = _WORDS_AROUND.sub("", _IN_BRACKETS.sub("", plain))
    variety, _, language = bare.rpartition(" ")
    if variety and set(variety.split()) <= VARIETIES:
        bare = language
    return _CODES.get(bare, "")


def similar_language(name: str) -> str:
    """The code of the language that may have been meant by what is none; empty where nothing is like it."""
    plain = _plain(name[:_LONGEST])
    if len(plain) < _SHORTEST_NAME:
        return ""
    names = [known for known in _CODES if len(known) >= _SHORTEST_NAME]
    return next((_CODES[found] for found in get_close_matches(plain, names, n=1, cutoff=_LIKE)), "")


def language_name(code: str) -> str:
    """The English name of a language, such as `Indonesian`. Raises KeyError for what is no code of these."""
    return _NAMES_BY_CODE[code]


def language_in_sentence(code: str) -> TranslatableValue:
    """The language as a part of a sentence for people; the code itself where it is none of these."""
    return TranslatableText(_NAMES_BY_CODE[code]) if code in _NAMES_BY_CODE else code


@cache
def language_codes() -> tuple[str, ...]:
    """All codes that there are names for, by name."""
    return tuple(sorted(_NAMES_BY_CODE, key=_NAMES_BY_CODE.__getitem__))
