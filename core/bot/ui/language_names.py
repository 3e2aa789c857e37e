"""Names of languages in commands and buttons."""

from core.domain.languages import NATIVE_NAMES, language_code, language_codes, language_name
from core.i18n import Translator


def title_of(code: str, tr: Translator) -> str:
    """The name of a language: its native name where the table has one, else its name in the reader's language."""
    return NATIVE_NAMES.get(code) or tr(language_name(code))


def code_of(text: str, tr: Translator) -> str:
    """The code of a language, given as its code or by its native, English or translated name; empty for none."""
    name = text.strip().casefold()
    own = next((code for code, title in NATIVE_NAMES.items() if title.casefold() == name), "")
    return own or language_code(text) or _translated(tr).get(name, "")


def _translated(tr: Translator) -> dict[str, str]:
    return {tr(language_name(code)).casefold(): code for code in language_codes()}
