"""Shows spoken languages in the interface language."""

from core.domain.languages import language_codes
from core.domain.languages import language_name as english_name
from core.i18n import Translator


def language_name(tr: Translator, code: str) -> str:
    """A language's name in the interface language, in English where it isn't a common one; else its code."""
    return tr(english_name(code)) if code in language_codes() else code
