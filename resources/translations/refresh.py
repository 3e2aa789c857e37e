"""Brings the catalogues up to date with the sources: `python -m resources.translations.refresh`.

Sentences come from every call of `tr`, `mark` and `plural` in the folders that SOURCES names. What is new gets an empty
translation and a test fails until somebody has written one; what no source says any more is dropped. A language of
`INTERFACE_LANGUAGES` that has no catalogue yet gets one.
"""

from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from core.i18n import INTERFACE_LANGUAGES, SOURCE_LANGUAGE

HERE = Path(__file__).resolve().parent
SOURCES = ("core", "gui")
KEYWORDS = {"tr": None, "_tr": None, "mark": None, "plural": (1, 2)}
TRANSLATED_LANGUAGES = tuple(code for code in INTERFACE_LANGUAGES if code != SOURCE_LANGUAGE)

_WIDTH = 110


def sentences() -> Catalog:
    """Every sentence of the sources, untranslated, and without its places: those change with every edit."""
    found = Catalog(project="Notula", charset="utf-8")
    for folder in SOURCES:
        for _, _, message, _, _ in extract_from_dir(
            HERE.parent.parent / folder, method_map=[("**.py", "python")], keywords=KEYWORDS
        ):
            found.add(message)
    return found


def catalogue(language: str) -> Catalog:
    """A language's translations as they are in its file; empty for a language that has none yet."""
    if not po_file(language).exists():
        return Catalog(locale=language, project="Notula", charset="utf-8")
    with po_file(language).open("rb") as file:
        return read_po(file, locale=language)


def po_file(language: str) -> Path:
    """Where people write a language's translations."""
    return HERE / language / "LC_MESSAGES" / "notula.po"


def mo_file(language: str) -> Path:
    """Where Notula reads them."""
    return po_file(language).with_suffix(".mo")


def refresh(language: str) -> list[str]:
    """Update a language's two files. Returns the sentences that still need a translation."""
    translated = catalogue(language)
    begun = translated.creation_date
    translated.update(sentences(), no_fuzzy_matching=True)
    translated.creation_date = begun  # Otherwise every run would change the files.
    translated.obsolete.clear()
    po_file(language).parent.mkdir(parents=True, exist_ok=True)
    with po_file(language).open("wb") as file:
        write_po(file, translated, width=_WIDTH, sort_output=True, ignore_obsolete=True, include_previous=False)
    with mo_file(language).open("wb") as file:
        write_mo(file, translated)
    return [
        str(message.id) for message in translated if message.id and (message.fuzzy or not _is_whole(message.string))
    ]


def _is_whole(string: str | tuple[str, ...] | list[str]) -> bool:
    return bool(string) if isinstance(string, str) else bool(string) and all(string)


def main() -> None:
    """Refresh all languages and name what is to be done."""
    for language in TRANSLATED_LANGUAGES:
        missing = refresh(language)
        print(f"{language}: {len(missing)} without a translation")  # noqa: T201  A tool's output.
        for sentence in missing:
            print(f"  {sentence}")  # noqa: T201


if __name__ == "__main__":
    main()
