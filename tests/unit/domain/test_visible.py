"""What can't be seen and yet does something goes nowhere, whichever way a text leaves Notula."""

import json

import pytest

from core.domain import HistoryEntry, Segment, StoredTranscript, Transcript, TranscriptId, TranslatableText
from core.domain.visible import one_line, visible, visible_lines
from core.export import FORMATS, file_name, render
from core.i18n import Translator
from tests.unit.export.reading import text_of
from tests.unit.samples import HASH

BIDIRECTIONAL = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
CONTROLS = "".join(map(chr, (*range(0x20), *range(0x7F, 0xA0)))) + "\u2028\u2029"
UNSEEN = "\u00ad\u200b\u2060\u2061\u2064\u206a\u206f\ufeff\ufff9\ufffb\u3164\U000e0041\U000e007f\ufffe\ufdd0"
HOSTILE = f"a{BIDIRECTIONAL}b{CONTROLS}c{UNSEEN}d\ud800e"
RAW = frozenset(BIDIRECTIONAL + CONTROLS + UNSEEN + "\ud800") - {"\n"}


def test_what_is_not_seen_is_taken_out() -> None:
    assert visible(HOSTILE) == f"ab{' ' * len(CONTROLS)}cd\ufffde"
    assert one_line(HOSTILE) == "ab cd\ufffde"
    assert visible_lines("a\r\nb\x85c\n") == "a\nb c\n"


@pytest.mark.parametrize(
    "text",
    [
        "می\u200cخواهم",  # noqa: RUF001
        "क्\u200dष",
        "👩\u200d👩\u200d👧",
        "❤\ufe0f",
        "🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f",
        "葛\U000e0100城市",
        "\u0600١٢٣",  # noqa: RUF001
        "שלום, עולם",
        "ᠠ\u180e",
        "zażółć gęślą",
        "ไทย한국어日本語",
    ],
)
def test_what_languages_are_written_with_stays(text: str) -> None:
    assert visible(text) == visible_lines(text) == text


@pytest.mark.parametrize("format_name", FORMATS)
def test_no_export_has_it(format_name: str) -> None:
    transcript = Transcript((Segment(0.0, 1.0, HOSTILE, speaker=HOSTILE),), HOSTILE, 1.0, HOSTILE, HOSTILE)
    entry = HistoryEntry(TranscriptId(1), HOSTILE, HOSTILE, 0.0, 1.0, "en", "on-device", "tiny.en")
    written = text_of(render(StoredTranscript(entry, HASH, transcript), format_name), format_name)
    assert RAW.isdisjoint(written)
    assert "cd" in written
    assert RAW.isdisjoint(file_name(HOSTILE, format_name))
    if format_name == "json":
        assert json.loads(written)["segments"][0]["text"].startswith("ab")


def test_no_sentence_has_it() -> None:
    tr = Translator("id")
    message = TranslatableText("{name} is empty.", {"name": HOSTILE})
    sentences = (str(message), tr.message(message), tr("Hello {name}!", name=HOSTILE))
    sentences += (tr.plural("{count} {name}", "{count} {name}", 2, name=HOSTILE),)
    for sentence in sentences:
        assert (RAW | {"\n"}).isdisjoint(sentence)
        assert "cd" in sentence
