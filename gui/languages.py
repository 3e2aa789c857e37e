"""Spoken languages by name. Any other code that a model knows can be written in the settings file."""

from core.domain import mark
from core.i18n import Translator

LANGUAGES = {
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
"""ISO 639-1 codes of the languages that Whisper has heard most of, and of Indonesia."""


def language_name(tr: Translator, code: str) -> str:
    """A language's name in the interface language, or its code where it has none here."""
    return tr(LANGUAGES[code]) if code in LANGUAGES else code
