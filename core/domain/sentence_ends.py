"""Where sentences and clauses end, in all scripts, told by their marks."""

import re
from collections.abc import Iterator

_CLOSING_MARKS = r"\"'\u201d\u2019\u00bb\u203a)\]}\u300d\u300f\uff09"
_CLOSING_AT_ONCE = r"\u201d\u2019\u300d\u300f\uff09"
"""Straight marks close only where a space follows: they may open what follows at once as well."""

_SENTENCE_MARKS = r".!?\u2026\u061f\u06d4\u0964\u0965\u0589\u1362"
_SENTENCE_MARKS_AT_ONCE = r"\u3002\uff01\uff0e\uff1f\uff61\u0f0d\u104b\u17d4"
_CLAUSE_MARKS = r",;:\u2013\u2014\u060c\u061b"
_CLAUSE_MARKS_AT_ONCE = r"\u3001\uff0c\uff1b\uff1a\uff64\u104a"
"""What is said next follows the latter at once, without a space."""


def _at_end(marks: str) -> re.Pattern[str]:
    return re.compile(f"[{marks}][{_CLOSING_MARKS}]*$")


def _within(marks: str, at_once: str) -> re.Pattern[str]:
    """Runs of marks, with what closes after them.

    Each run is tried from its beginning alone, so that thousands of full stops take no longer than as many letters.
    """
    either = f"[{marks}{at_once}]"
    return re.compile(
        rf"(?<!{either}){either}++(?:[{_CLOSING_MARKS}]*+(?=\s|$)|(?<=[{at_once}])(?!\d)[{_CLOSING_AT_ONCE}]*+)"
    )


_SENTENCE = _at_end(_SENTENCE_MARKS + _SENTENCE_MARKS_AT_ONCE)
_CLAUSE = _at_end(_CLAUSE_MARKS + _CLAUSE_MARKS_AT_ONCE)
_SENTENCE_WITHIN = re.compile(rf"(?=\n)|{_within(_SENTENCE_MARKS, _SENTENCE_MARKS_AT_ONCE).pattern}")
_CLAUSE_WITHIN = _within(_CLAUSE_MARKS, _CLAUSE_MARKS_AT_ONCE)

_BEFORE_END = 24
_AFTER_END = 12
"""How many characters before and after its marks tell whether a sentence ends."""

_BEFORE = r"(?:^|[\s(\[\"'\u201c\u2018\u201e\u00ab\u00bf\u00a1])"
_ABBREVIATION = re.compile(
    _BEFORE + r"(?:[A-HJ-Za-z]|(?:[A-Za-z]\.)+[A-Za-z]|Mr|Mrs|Ms|Dr|Dra|Prof|St|Sr|Jr|vs|Gen|Col|Lt|Sgt|Capt|Sen|Gov|"
    r"Rev|Hon|Mt|bzw|ca|evtl|ggf|Hr|Fr|Sra|Srta|Av|Mme|Mlle|Bpk|Sdr|Yth|Jl)\.$"
)
"""Of titles and initials, which a name follows."""

_BEFORE_NUMBER = re.compile(_BEFORE + r"(?:No|Nr|N[\u00ba\u00b0]|Vol|Fig|Abb|Art|Tel|Str|Kap|p|pp|S)\.$", re.IGNORECASE)
_ORDINAL = re.compile(_BEFORE + r"\d{1,2}\.$")


def sentence_ends(text: str) -> Iterator[int]:
    """The places in a text after which a new sentence begins, if there is more; the end of a line is one, too.

    White space around them belongs to neither sentence.
    """
    for found in _SENTENCE_WITHIN.finditer(text):
        end = found.end()
        before, following = text[max(0, found.start() - _BEFORE_END) : end], text[end : end + _AFTER_END]
        if found.start() == end or ends_sentence(before, following):
            yield end


def clause_ends(text: str) -> Iterator[int]:
    """The places in a text after which a clause begins, behind a comma or the like."""
    return (found.end() for found in _CLAUSE_WITHIN.finditer(text))


def ends_sentence(text: str, following: str = "") -> bool:
    """Whether a text that goes on with `following`, empty where that isn't known, ends with a sentence.

    Abbreviations, ordinal numbers (`3. Mai`) and what goes on with a small letter don't.
    """
    text = text.rstrip()
    if not _SENTENCE.search(text) or is_abbreviated(text, following) or (following.strip() and _ORDINAL.search(text)):
        return False
    return not next((character for character in following if character.isalnum()), "").islower()


def ends_clause(text: str) -> bool:
    """Whether a text ends with a comma or the like."""
    return _CLAUSE.search(text.rstrip()) is not None


def is_abbreviated(text: str, following: str = "") -> bool:
    """Whether a text ends with an abbreviation that belongs to what follows."""
    if _ABBREVIATION.search(text):
        return True
    return following.lstrip()[:1].isdigit() and _BEFORE_NUMBER.search(text) is not None
