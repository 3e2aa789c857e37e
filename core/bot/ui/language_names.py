"""Languages as people name them to the bot."""

from core.domain.languages import NATIVE_NAMES, language_code, language_codes, language_name
from core.i18n import Translator


def title_of(code: str, tr: Translator) -> str:
    """What a language is called: its native name where the table has one, else its name in the reader's language."""
    return NATIVE_NAMES.get(code) or tr(language_name(code))


def code_of(text: str, tr: Translator) -> str:
    """The code of a language that somebody names by its code or in any of three ways; empty for none."""
    wanted = text.strip().casefold()
    own = next((code for code, title in NATIVE_NAMES.items() if title.casefold() == wanted), "")
    return own or language_code(text) or _translated(tr).get(wanted, "")


def _translated(tr: Translator) -> dict[str, str]:
    return {tr(language_name(code)).casefold(): code for code in language_codes()}
