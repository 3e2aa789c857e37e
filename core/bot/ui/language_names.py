"""Names of languages in commands and buttons."""

from core.domain.languages import NATIVE_NAMES, language_code, language_codes, language_name, similar_language
from core.i18n import Translator


def title_of(code: str, tr: Translator) -> str:
    """The name of a language: its native name where the table has one, else its name in the reader's language."""
    return NATIVE_NAMES.get(code) or tr(language_name(code))


def code_of(text: str, tr: Translator) -> str:
    """The code of a language, given as its code or by its native, English or translated name; empty for none."""
    return language_code(text) or _translated(tr).get(text.strip().casefold(), "")


def did_you_mean(text: str, tr: Translator) -> str:
    """Asks whether the language that is like `text` is meant; empty where there is none."""
    code = similar_language(text)
    return tr("Did you mean {name} ({code})?", name=tr(language_name(code)), code=code) if code else ""


def _translated(tr: Translator) -> dict[str, str]:
    return {tr(language_name(code)).casefold(): code for code in language_codes()}
