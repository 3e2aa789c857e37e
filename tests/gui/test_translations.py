"""Every sentence that a person can see is there in every language, and the window shows it."""

import re
import warnings
from io import BytesIO
from string import Formatter

import pytest
from babel.messages.catalog import Message as Entry
from babel.messages.mofile import write_mo

from core.config import Settings
from core.domain import NotulaError
from core.translate import Translator
from resources.translations.refresh import LANGUAGES, catalogue, mo_file, sentences

pytestmark = pytest.mark.parametrize("language", LANGUAGES)

SAME = {
    "{megabytes} MB",
    "Bengali",
    "Folder: {name}",
    "Hindi",
    "Log",
    "Markdown",
    "Model",
    "Model {model}",
    "Notula {version}",
}
SAME |= {"Port {port}", "Python", "Tagalog", "Thai", "Urdu"}
"""What is written alike in Indonesian."""


def translated(language: str) -> dict[str, Entry]:
    return {key(entry): entry for entry in catalogue(language) if entry.id}


def key(entry: Entry) -> str:
    return entry.id if isinstance(entry.id, str) else entry.id[0]


def forms(entry: Entry) -> tuple[str, ...]:
    return (entry.string,) if isinstance(entry.string, str) else tuple(entry.string)


def placeholders(template: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(template) if name is not None}


def test_no_sentence_of_the_sources_is_missing_or_left_over(language: str) -> None:
    wanted = {key(entry) for entry in sentences() if entry.id}
    assert len(wanted) > 250
    assert wanted == set(translated(language)), "run: python -m resources.translations.refresh"


def test_no_translation_is_empty_or_unsure(language: str) -> None:
    for sentence, entry in translated(language).items():
        assert all(form.strip() for form in forms(entry)), sentence
        assert not entry.fuzzy, sentence


def test_placeholders_are_those_of_the_sentence(language: str) -> None:
    for sentence, entry in translated(language).items():
        wanted = placeholders(sentence)
        assert all(placeholders(form) == wanted for form in forms(entry)), sentence


def test_a_translation_ends_as_the_sentence_does(language: str) -> None:
    """A label stays a label, a sentence a sentence, and what goes on goes on."""
    end = re.compile(r"(?: …|[.?:!])?$")
    for sentence, entry in translated(language).items():
        for form in forms(entry):
            assert end.search(form).group() == end.search(sentence).group(), sentence


def test_only_names_are_alike(language: str) -> None:
    alike = {sentence for sentence, entry in translated(language).items() if sentence in forms(entry)}
    assert alike == SAME


def test_people_are_addressed_formally(language: str) -> None:
    for sentence, entry in translated(language).items():
        for form in forms(entry):
            assert not re.search(r"\b(kamu|kau|anda)\b", form), sentence


def test_what_is_read_is_what_was_written(language: str) -> None:
    compiled = BytesIO()
    write_mo(compiled, catalogue(language))
    assert mo_file(language).read_bytes() == compiled.getvalue(), "run: python -m resources.translations.refresh"


def test_every_setting_and_every_error_is_translated(language: str) -> None:
    """They are not written as calls of `tr` where they are shown."""
    known = translated(language)
    for name, field in Settings.model_fields.items():
        assert field.title in known, name
        assert field.description in known, name
    waiting = [NotulaError]
    while waiting:
        error = waiting.pop()
        waiting += error.__subclasses__()
        assert error.sentence in known, error


def test_counts_have_the_form_that_fits(language: str) -> None:
    tr = Translator(language)
    for count in (0, 1, 2, 21):
        assert tr.plural("{count} transcript", "{count} transcripts", count) == f"{count} transkrip"


def test_reading_the_sources_warns_of_nothing(language: str) -> None:
    """An empty sentence would come back as the catalogue's header."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert sentences()
    assert Translator(language)("") != ""
