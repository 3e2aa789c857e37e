"""Languages as people name them to the bot."""

from core.domain.languages import language_code, language_codes, language_name
from core.i18n import Translator

COMMON = {
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
"""Those with a button, by ISO 639-1 code, each with its own name for itself: Indonesian and English first."""


def title_of(code: str, tr: Translator) -> str:
    """What a language is called: by itself if it is a common one, else in the reader's language."""
    return COMMON.get(code) or tr(language_name(code))


def code_of(text: str, tr: Translator) -> str:
    """The code of a language that somebody names by its code or in any of three ways; empty for none."""
    wanted = text.strip().casefold()
    own = next((code for code, title in COMMON.items() if title.casefold() == wanted), "")
    return own or language_code(text) or _translated(tr).get(wanted, "")


def _translated(tr: Translator) -> dict[str, str]:
    return {tr(language_name(code)).casefold(): code for code in language_codes()}
