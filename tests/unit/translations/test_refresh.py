"""`python -m resources.translations.refresh` writes the catalogues that people then fill in."""

from pathlib import Path

import pytest
from babel.messages.catalog import Catalog

from resources.translations import refresh as tool


@pytest.fixture(autouse=True)
def _small(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(tool, "HERE", tmp_path)
    monkeypatch.setattr(tool, "sentences", lambda: sources)
    sources = Catalog(project="Notula", charset="utf-8")
    sources.add("Quit")
    sources.add(("{count} thing", "{count} things"))


def test_a_new_language_begins_with_an_empty_catalogue() -> None:
    missing = tool.refresh("de")

    assert len(missing) == 2
    assert tool.mo_file("de").exists()
    assert {entry.id for entry in tool.catalogue("de") if entry.id} == {"Quit", ("{count} thing", "{count} things")}
    assert tool.catalogue("de").num_plurals == 2


def test_what_was_translated_stays_and_isnt_missing() -> None:
    tool.refresh("de")
    file = tool.po_file("de")
    file.write_text(
        file.read_text("utf-8").replace('msgid "Quit"\nmsgstr ""', 'msgid "Quit"\nmsgstr "Beenden"'), "utf-8"
    )

    missing = tool.refresh("de")

    assert len(missing) == 1
    assert tool.catalogue("de")["Quit"].string == "Beenden"
