"""Spoken languages: the one table of their codes and names; those of the interface are in core/i18n.py.

Known are the languages of Whisper, by their English names, as services built on it answer. The names are those of
https://github.com/openai/whisper/blob/main/whisper/tokenizer.py, with its other names for some.
"""

from core.domain.translatable_text import mark

_NAMES = """
af afrikaans|am amharic|ar arabic|as assamese|az azerbaijani|ba bashkir|be belarusian|bg bulgarian|bn bengali
bo tibetan|br breton|bs bosnian|ca catalan|cs czech|cy welsh|da danish|de german|el greek|en english|es spanish
et estonian|eu basque|fa persian|fi finnish|fo faroese|fr french|gl galician|gu gujarati|ha hausa|haw hawaiian
he hebrew|hi hindi|hr croatian|ht haitian creole|hu hungarian|hy armenian|id indonesian|is icelandic|it italian
ja japanese|jv javanese|ka georgian|kk kazakh|km khmer|kn kannada|ko korean|la latin|lb luxembourgish|ln lingala
lo lao|lt lithuanian|lv latvian|mg malagasy|mi maori|mk macedonian|ml malayalam|mn mongolian|mr marathi|ms malay
mt maltese|my burmese|ne nepali|nl dutch|nn nynorsk|no norwegian|oc occitan|pa punjabi|pl polish|ps pashto
pt portuguese|ro romanian|ru russian|sa sanskrit|sd sindhi|si sinhala|sk slovak|sl slovenian|sn shona|so somali
sq albanian|sr serbian|su sundanese|sv swedish|sw swahili|ta tamil|te telugu|tg tajik|th thai|tk turkmen|tl tagalog
tr turkish|tt tatar|uk ukrainian|ur urdu|uz uzbek|vi vietnamese|yi yiddish|yo yoruba|yue cantonese|zh chinese
my myanmar|ca valencian|nl flemish|ht haitian|lb letzeburgesch|ps pushto|pa panjabi|ro moldavian|ro moldovan
si sinhalese|es castilian|zh mandarin|tl filipino
jv jw|he iw|id in
"""
"""The last line are codes that ISO 639-1 has withdrawn; Whisper writes one of them."""

_CODES = {
    name: code
    for code, _, name in (entry.partition(" ") for line in _NAMES.split("\n") for entry in line.split("|") if entry)
}
_NAMES_BY_CODE = {code: name for name, code in reversed(_CODES.items())}
"""Of several names the first, which is the usual one."""


COMMON_LANGUAGES = {
    "en": mark("English"),
    "id": mark("Indonesian"),
    "ms": mark("Malay"),
    "jv": mark("Javanese"),
    "su": mark("Sundanese"),
    "zh": mark("Chinese"),
    "es": mark("Spanish"),
    "hi": mark("Hindi"),
    "ar": mark("Arabic"),
    "pt": mark("Portuguese"),
    "bn": mark("Bengali"),
    "ru": mark("Russian"),
    "ja": mark("Japanese"),
    "de": mark("German"),
    "fr": mark("French"),
    "ko": mark("Korean"),
    "it": mark("Italian"),
    "tr": mark("Turkish"),
    "vi": mark("Vietnamese"),
    "th": mark("Thai"),
    "pl": mark("Polish"),
    "uk": mark("Ukrainian"),
    "nl": mark("Dutch"),
    "tl": mark("Tagalog"),
    "ur": mark("Urdu"),
    "fa": mark("Persian"),
    "sv": mark("Swedish"),
    "fi": mark("Finnish"),
    "no": mark("Norwegian"),
    "da": mark("Danish"),
    "cs": mark("Czech"),
    "el": mark("Greek"),
    "he": mark("Hebrew"),
    "hu": mark("Hungarian"),
    "ro": mark("Romanian"),
}
"""Those that a person chooses from a list: what Whisper has heard most of, and Indonesia's. By ISO 639-1 code, with the
name that `language_name` gives, marked for translation. All others can be written in settings and messages."""

NATIVE_NAMES = {
    "id": "Indonesia",
    "en": "English",
    "ar": "العربية",
    "zh": "中文",
    "nl": "Nederlands",
    "fr": "Français",
    "de": "Deutsch",
    "hi": "हिन्दी",
    "ja": "日本語",
    "ko": "한국어",
    "ms": "Melayu",
    "pt": "Português",
    "ru": "Русский",
    "es": "Español",
    "tr": "Türkçe",
}
"""What some of them are called in themselves, by ISO 639-1 code: Indonesian and English first."""


def language_code(name: str) -> str:
    """The ISO 639-1 code of a language that is called by its name or code, in any case; empty for an unknown one.

    A region after the code (`pt-BR`) is left off.
    """
    plain = name.strip().casefold()
    if plain in _CODES:
        return _CODES[plain]
    code = plain.replace("_", "-").partition("-")[0]
    return code if code in _NAMES_BY_CODE else ""


def language_name(code: str) -> str:
    """The English name of a language, such as `Indonesian`. Raises KeyError for what is no code of these."""
    return _NAMES_BY_CODE[code].title()


def language_codes() -> tuple[str, ...]:
    """All codes that there are names for, by name."""
    return tuple(sorted(_NAMES_BY_CODE, key=_NAMES_BY_CODE.__getitem__))
