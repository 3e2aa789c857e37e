"""The page of all keys says what the registry says."""

from gui.pages.keys_page import FILE, markdown
from tests.unit.documentation.pages import fail_with


def test_the_page_of_keys_is_that_of_the_registry() -> None:
    is_same = FILE.read_text(encoding="utf-8") == markdown()
    fail_with([] if is_same else ["docs/keys.md isn't what the registry says. Run `python -m gui.pages.keys_page`."])
