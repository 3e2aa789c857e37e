import pytest

from core.domain.languages import COMMON_LANGUAGES, NATIVE_NAMES, language_code, language_codes, language_name


@pytest.mark.parametrize(
    ("given", "code"),
    [("en", "en"), ("English", "en"), (" INDONESIAN ", "id"), ("in", "id"), ("pt-BR", "pt"), ("zh_TW", "zh")],
)
def test_a_language_is_known_by_its_code_and_its_name(given: str, code: str) -> None:
    assert language_code(given) == code


@pytest.mark.parametrize("given", ["", " ", "klingon", "xx", "e", "english please"])
def test_what_is_no_language_has_no_code(given: str) -> None:
    assert language_code(given) == ""


def test_every_code_has_a_name_that_leads_back_to_it() -> None:
    codes = language_codes()
    assert len(codes) == len(set(codes)) > 90
    assert all(language_code(language_name(code)) == code for code in codes)
    assert (language_name("id"), language_name("my"), language_name("es")) == ("Indonesian", "Burmese", "Spanish")


def test_a_code_of_nothing_has_no_name() -> None:
    with pytest.raises(KeyError):
        language_name("xx")


def test_the_tables_agree_about_names_and_codes() -> None:
    assert {code: language_name(code) for code in COMMON_LANGUAGES} == COMMON_LANGUAGES
    assert set(NATIVE_NAMES) <= set(COMMON_LANGUAGES)
