"""English sentences into the user's language, from gettext catalogues in `resources/translations`."""

import gettext
import locale
import os
from collections.abc import Mapping
from pathlib import Path

from core.domain import TranslatableText
from core.domain.translatable_text import TranslatableValue
from core.domain.visible import visible

CATALOGUE = "notula"
TRANSLATIONS = Path(__file__).resolve().parent.parent / "resources" / "translations"
SOURCE_LANGUAGE = "en"
"""The sentences in the source are in this one; it has no catalogue."""

_DECIMAL_COMMA = {"id"}
"""The interface languages that write 0,5: https://www.unicode.org/cldr/charts/latest/summary/id.html"""

INTERFACE_LANGUAGES = {"en": "English", "id": "Bahasa Indonesia"}
"""Those that Notula speaks to people, by ISO 639-1 code, each with its own name for itself."""


class Translator:
    """Turns the English of the source into one interface language. Call it: `tr("Open {name}", name=name)`.

    English and unknown languages come back as they are, so a missing catalogue never hides a sentence.
    """

    def __init__(self, language: str = SOURCE_LANGUAGE) -> None:
        self.language = language
        self._catalogue = gettext.translation(CATALOGUE, TRANSLATIONS, [language], fallback=True)

    def __call__(self, template: str, **values: TranslatableValue) -> str:
        """The sentence in this language with its placeholders filled."""
        translated = self._catalogue.gettext(template)
        return translated.format_map(self._shown(values)) if values else translated

    def plural(self, one: str, many: str, count: int, **values: TranslatableValue) -> str:
        """The form that fits `count`, which fills the placeholder `{count}`."""
        return self._catalogue.ngettext(one, many, count).format_map({"count": count, **self._shown(values)})

    def message(self, message: TranslatableText) -> str:
        """A sentence of the core, such as an error's."""
        return self._catalogue.gettext(message.template).format_map(self._shown(message.values))

    def decimal(self, value: float, places: int | None = None) -> str:
        """A number with so many decimal places, or as many as it has, six digits at most."""
        text = f"{value:g}" if places is None else f"{value:.{places}f}"
        return text.replace(".", ",") if self.language in _DECIMAL_COMMA else text

    def _shown(self, values: Mapping[str, TranslatableValue]) -> dict[str, TranslatableValue]:
        """What fills a sentence, in one line and without what misleads the eye: often it is a file's name."""
        return {
            name: self.message(value)
            if isinstance(value, TranslatableText)
            else visible(value)
            if isinstance(value, str)
            else self.decimal(value)
            if isinstance(value, float)
            else value
            for name, value in values.items()
        }


def interface_translator(language: str) -> Translator:
    """For a language as the settings have it: `system`, or one of ours."""
    return Translator(system_language() if language == "system" else language)


def system_language() -> str:
    """The interface language of the system's locale, English where there is no catalogue for it."""
    wanted = os.environ.get("LANGUAGE") or os.environ.get("LC_ALL") or os.environ.get("LC_MESSAGES")
    wanted = wanted or os.environ.get("LANG") or locale.getlocale()[0] or "en"
    code = wanted.split(":")[0].split("_")[0].split(".")[0].lower()
    return code if code in INTERFACE_LANGUAGES else SOURCE_LANGUAGE
