"""The codes by which Whisper calls languages, where they aren't those that are kept."""

_WHISPER_CODES = {"jv": "jw"}
"""https://github.com/openai/whisper/blob/main/whisper/tokenizer.py has a code that ISO 639-1 withdrew in 2001."""


def whisper_code(language: str) -> str:
    """The language as Whisper calls it."""
    return _WHISPER_CODES.get(language, language)
