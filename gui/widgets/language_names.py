"""Shows spoken languages in the interface language."""

from core.domain.languages import COMMON_LANGUAGES
from core.i18n import Translator


def language_name(tr: Translator, code: str) -> str:
    """A language's name in the interface language, or its code where it isn't a common one."""
    return tr(COMMON_LANGUAGES[code]) if code in COMMON_LANGUAGES else code
