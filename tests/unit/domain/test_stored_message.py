"""Sentences that are stored are known again however they were worded then."""

import ast
import json
import re
from collections.abc import Iterator
from pathlib import Path

from core.domain import TranslatableText
from core.domain.errors.pages import page_of
from core.domain.notice_pages import SPEAKERS_IN_PARTS
from core.domain.stored_message import REWORDED, described_message, message_of
from core.domain.window_page import WindowPage
from core.i18n import Translator
from tests.conftest import REPOSITORY

LISTED = Path(__file__).with_name("stored_sentences.txt")
"""One a line: all that are stored with transcripts and jobs, those of earlier versions, too. None is ever taken out."""

_STORED = ("core/domain/no_speech.py", "core/domain/notice_pages.py", "core/pipeline/*.py")


def stored_today() -> Iterator[str]:
    """What is marked as a sentence where notices of transcripts and notes of jobs are made."""
    for pattern in _STORED:
        for file in REPOSITORY.glob(pattern):
            for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "mark":
                    (sentence,) = node.args
                    assert isinstance(sentence, ast.Constant)
                    yield str(sentence.value)


def listed() -> list[str]:
    return LISTED.read_text(encoding="utf-8").splitlines()


def placeholders(template: str) -> set[str]:
    return set(re.findall(r"{(\w+)}", template))


def test_all_sentences_that_are_stored_are_listed() -> None:
    assert sorted(set(stored_today()) - set(listed())) == []


def test_a_sentence_that_is_worded_anew_is_known_in_its_earlier_wording() -> None:
    today = set(stored_today())
    assert [sentence for sentence in listed() if sentence not in today and sentence not in REWORDED] == []
    assert set(REWORDED.values()) <= today
    assert all(placeholders(before) == placeholders(now) for before, now in REWORDED.items())


def test_one_in_an_earlier_wording_is_translated_and_leads_to_its_place() -> None:
    (before,) = (one for one, now in REWORDED.items() if now == SPEAKERS_IN_PARTS)
    stored = json.dumps(
        described_message(TranslatableText("{reason} So it is.", {"reason": TranslatableText(before, {"parts": 3})}))
    )
    read = message_of(json.loads(stored))
    assert page_of(read) is WindowPage.MODELS
    told = Translator("id").message(read)
    assert "rekaman" in told.lower()
    assert "This recording" not in told
