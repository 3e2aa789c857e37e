import pytest
from babel import Locale
from babel.core import get_global
from babel.localedata import locale_identifiers

from core.domain import TranscriptionOptions
from core.domain.language_table import WHISPER_LANGUAGES
from core.domain.languages import (
    COMMON_LANGUAGES,
    NATIVE_NAMES,
    language_code,
    language_codes,
    language_name,
    similar_language,
)


@pytest.mark.parametrize(
    ("code", "spellings"),
    [
        (
            "en",
            "en|EN|eng|ENG|en-US|en_GB|en_US.UTF-8|eng-Latn|English|english| ENGLISH |American English|Inggris"
            "|US English|en-GB-oxendict|en-US-u-hc-h12|en-US-posix|en-US-x-ours",
        ),
        ("id", "id|ID|in|ind|id-ID|id_ID|Indonesian|INDONESIAN|Bahasa Indonesia|bahasa  indonesia|Indonesia"),
        ("zh", "zh|zho|chi|cmn|zh-Hans|zh-Hant-TW|zh_CN|Chinese|Mandarin|中文|普通话|Chinese (Simplified)|Tionghoa"),
        ("pt", "pt|por|pt-BR|pt_PT|Portuguese|português|Portugues|Brazilian Portuguese|Portuguese (Brazil)"),
        ("no", "no|nb|nob|nor|nb-NO|Norwegian|Bokmål|norsk"),
        ("he", "he|iw|heb|Hebrew|עברית"),
        ("th", "th|ไทย|ภาษาไทย|tha"),
        ("ro", "ro|română|limba română|mo"),
        ("hr", "hr|hrvatski|hrvatski jezik"),
        ("ca", "ca|ca-ES-valencia|ca@valencia"),
        ("de", "de-1996|de-CH-1901|de|ger|deu|de-AT|German|Deutsch|DEUTSCH|German language|bahasa Jerman"),
        ("fr", "fr|fre|fra|fr-CA|French|français|francais|Canadian French"),
        ("nl", "nl|dut|nld|Dutch|Flemish|Nederlands"),
        ("es", "es|spa|es-419|Spanish|español|ESPAÑOL|espanol|Castilian"),
        ("ja", "ja|jpn|ja-JP|Japanese|日本語"),
        ("ru", "ru|rus|Russian|Русский|русский|русский язык"),
        ("jv", "jv|jw|jav|Javanese|Basa Jawa"),
        ("tl", "tl|fil|tgl|Tagalog|Filipino"),
        ("ms", "ms|may|msa|zsm|Malay|Bahasa Melayu"),
        ("yue", "yue|zh-yue|Cantonese|粵語"),
        ("vi", "vi|Tiếng Việt|tieng viet"),
    ],
)
def test_a_language_is_known_however_it_is_written(code: str, spellings: str) -> None:
    assert {spelling: language_code(spelling) for spelling in spellings.split("|")} == dict.fromkeys(
        spellings.split("|"), code
    )


@pytest.mark.parametrize(
    "given",
    [
        "",
        " ",
        "klingon",
        "xx",
        "e",
        "english please",
        "en us",
        "en-",
        "en-klingon",
        "no-problem",
        "in-x",
        "C",
        "und",
        "auto",
        "x" * 999,
    ],
)
def test_what_is_no_language_has_no_code(given: str) -> None:
    assert language_code(given) == ""


@pytest.mark.parametrize(
    ("given", "meant"),
    [("indonesain", "id"), ("Englsh", "en"), ("Deutch", "de"), ("chineese", "zh"), ("xx", ""), ("klingon", "")],
)
def test_a_slip_is_told_from_nonsense(given: str, meant: str) -> None:
    assert similar_language(given) == meant


def test_every_code_has_a_name_that_leads_back_to_it() -> None:
    codes = language_codes()
    assert len(codes) == len(set(codes)) > 180
    assert all(language_code(code) == language_code(language_name(code)) == code for code in codes)
    assert (language_name("id"), language_name("my"), language_name("es")) == ("Indonesian", "Burmese", "Spanish")
    assert set(codes) > WHISPER_LANGUAGES
    assert len(WHISPER_LANGUAGES) == 99


def test_a_code_of_nothing_has_no_name() -> None:
    with pytest.raises(KeyError):
        language_name("xx")


def test_the_tables_agree_about_names_and_codes() -> None:
    assert {code: language_name(code) for code in COMMON_LANGUAGES} == COMMON_LANGUAGES
    assert set(NATIVE_NAMES) <= set(COMMON_LANGUAGES)
    assert all(language_code(name) == code for code, name in NATIVE_NAMES.items())


def test_the_table_says_what_the_unicode_consortium_says() -> None:
    """All codes that mean one of ours in the CLDR, and each language's English, Indonesian and own name."""
    aliases = {alias: code for alias, code in get_global("language_aliases").items() if code in language_codes()}
    others = {"fat", "tw", "twi"}  # Twi has a code of its own.
    assert {alias: language_code(alias) for alias in aliases if alias not in others} == {
        alias: code for alias, code in aliases.items() if alias not in others
    }
    shared = {"isiNdebele", "Twi", "Akan (Gaana)"}  # Names of two languages.
    for code in language_codes():
        names = {Locale(other).languages.get(code) for other in ("en", "id")}
        if code in locale_identifiers():
            names.add(Locale(code).get_display_name())
        assert {language_code(name) for name in names - shared if name} <= {code}, code


def test_options_of_older_journals_get_the_code_that_is_kept() -> None:
    assert TranscriptionOptions(language="eng").language == "en"
    assert TranscriptionOptions(language="multi").language == "multi"
