"""What services say is wrong with a recording or a request, where the HTTP status alone doesn't tell.

OpenAI and Groq have few error codes for it and mostly only a sentence, as have Deepgram and servers of one's own:
https://platform.openai.com/docs/guides/error-codes https://console.groq.com/docs/errors
https://developers.deepgram.com/docs/errors
"""

import re
from dataclasses import dataclass

from core.domain.errors import (
    LanguageRefused,
    ModelRefused,
    ProviderError,
    RecordingEmptyForProvider,
    RecordingFormatRefused,
    RecordingRefused,
    RecordingRefusedWithReason,
    RecordingTooLongForProvider,
    RecordingTooShortForProvider,
    RecordingUnreadableForProvider,
)
from core.domain.languages import language_in_sentence

_LENGTH = r"(?:audio|recording|file|clip|sound|speech|duration|length|input|media)"

_RECORDING: tuple[tuple[re.Pattern[str], type[RecordingRefused]], ...] = tuple(
    (re.compile(words, re.IGNORECASE), error)
    for words, error in (
        (
            rf"audio_too_short|{_LENGTH}\b[^.]{{0,60}}\btoo short"
            r"|minimum (?:audio |recording |media )?(?:length|duration)"
            rf"|{_LENGTH}\b[^.]{{0,60}}(?:shorter|less) than (?:the )?(?:minimum|\d)",
            RecordingTooShortForProvider,
        ),
        (
            rf"audio_too_long|{_LENGTH}\b[^.]{{0,60}}\btoo long"
            r"|maximum (?:audio |recording |media )?(?:length|duration)"
            r"|(?:audio|recording|clip|media)\b[^.]{0,30}(?:duration|length)\b[^.]{0,40}"
            r"(?:longer than|exceed|greater than|over the)"
            r"|exceeds? the (?:maximum |max )?(?:audio )?(?:duration|length)"
            r"|(?:duration|length) of (?:the |this |your )?(?:audio|recording|clip|media)\b[^.]{0,30}exceed",
            RecordingTooLongForProvider,
        ),
        (
            r"empty_(?:file|audio)"
            r"|(?:file|audio|body|upload|payload|recording|media)\b[^.]{0,30} (?:is|was|appears to be) empty"
            r"|empty (?:audio|file|body|upload|recording|request)|zero[- ](?:length|byte)|0 bytes"
            r"|(?:contains?|has|with|found) no audio|no audio (?:data|track|stream|content|found)",
            RecordingEmptyForProvider,
        ),
        (
            r"unsupported_(?:audio_|file_|media_)?(?:format|type)|invalid_(?:file|audio)_format"
            r"|(?:un|not )supported (?:audio |file |media |sample |input )?(?:format|type|codec|encoding|container)"
            r"|(?:format|type|codec|encoding)\b[^.]{0,40}(?:not (?:supported|recogni[sz]ed|allowed)|(?:un|in)supported)"
            r"|(?:invalid|unrecogni[sz]ed|unknown) (?:file|audio|media) (?:format|type)"
            r"|must be one of the following types|unsupported media",
            RecordingFormatRefused,
        ),
        (
            r"corrupt|damaged|malformed audio"
            r"|(?:could ?n.t|could not|can.t|cannot|unable to|fail(?:ed|ure|s)? to|error) (?:be )?"
            r"(?:decod|process|read|load|open|pars)\w*[^.]{0,30}(?:audio|file|media|recording|input)"
            r"|(?:audio|file|media|recording)\b[^.]{0,40}(?:could ?n.t|could not|can.t|cannot|failed to) be "
            r"(?:decoded|processed|read|loaded|opened|parsed)"
            r"|(?:in|not a )valid (?:audio|media|sound|input)|valid media file|invalid data found",
            RecordingUnreadableForProvider,
        ),
    )
)
"""The first that matches the code or the sentence counts."""

_LANGUAGE = re.compile(
    r"(?:unsupported|invalid|unknown)_language|language_not_supported"
    r"|\blanguage\b[^.]{0,60}(?:not (?:currently |yet )?(?:supported|available|valid|recogni[sz]ed|found)|unsupported"
    r"|invalid|unknown|must be|doesn.t exist)"
    r"|(?:unsupported|not supported|invalid|unknown|no such|unrecogni[sz]ed)\b[^.]{0,40}\blanguage",
    re.IGNORECASE,
)
"""Deepgram has one sentence for a language that a model doesn't know and for a model that there isn't."""

_UNKNOWN_MODEL = re.compile(
    r"no such model|(?:invalid|unknown|unsupported) model"
    r"|model\b[^.]{0,80}(?:not found|not exist|not supported|unknown)",
    re.IGNORECASE,
)


_DECIMAL_POINT = re.compile(r"(?<=\d)\.(?=\d)")
"""Elsewhere a point ends a sentence, beyond which nothing is looked for."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """A response that says no: its error code, the request's part that it names, and its sentence, all perhaps empty.

    `told` is that sentence without secrets, as people may see it.
    """

    code: str
    part: str
    reason: str
    told: str = ""


def refusal_error(refusal: Refusal, *, provider: str, model: str, language: str | None) -> ProviderError:
    """The error for a recording that was refused. `model` and `language` are what was requested."""
    said = _DECIMAL_POINT.sub(",", f"{refusal.code} {refusal.reason}")
    if language and (refusal.part == "language" or _LANGUAGE.search(said)):
        return LanguageRefused(provider=provider, model=model, language=language_in_sentence(language))
    if model and (refusal.part == "model" or _UNKNOWN_MODEL.search(said)):
        return ModelRefused(provider=provider, model=model)
    for words, error in _RECORDING:
        if words.search(said):
            return error(provider=provider)
    if refusal.told:
        return RecordingRefusedWithReason(provider=provider, reason=refusal.told)
    return RecordingRefused(provider=provider)
