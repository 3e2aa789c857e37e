"""Shows spoken languages in the interface language."""

from core.domain.languages import UNDETERMINED
from core.domain.languages import language_name as english_name
from core.i18n import Translator


def language_name(tr: Translator, code: str) -> str:
    """A language's name in the interface language, in English where it isn't a common one; else its code.

    Where nobody has told which it is, that is said.
    """
    if code == UNDETERMINED:
        return tr("Unknown language")
    try:
        name = english_name(code)
    except KeyError:
        return code
    return tr(name)
