"""Where a window's words are, by an alignment that leaves no moment out."""

from types import SimpleNamespace
from typing import Any, cast

import pytest

from core.providers.on_device.whisper.aligning_model import AligningModel

END_OF_TEXT = 100


def times_of(*found: tuple[str, float, float], monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Where each of a window's words begins and ends, in turn, where the alignment gives these times."""
    timings = [
        {"word": word, "tokens": [place], "start": start_s, "end": end_s, "probability": 0.9}
        for place, (word, start_s, end_s) in enumerate(found)
    ]
    monkeypatch.setattr(AligningModel, "find_alignment", lambda *_: [timings])
    monkeypatch.setattr(AligningModel, "__init__", lambda _: None)
    model = cast("Any", AligningModel)()
    model._words, model._encoded = {}, None
    segment = {"tokens": list(range(len(found)))}
    model._align(SimpleNamespace(eot=END_OF_TEXT), [segment], 10.0, 3000)
    _, words = model._words[id(segment["tokens"])]
    return [at_s - 10.0 for word in words for at_s in (word.start_s, word.end_s)]


def test_words_are_where_the_alignment_has_them(monkeypatch: pytest.MonkeyPatch) -> None:
    said = [(" So", 0.0, 0.5), (" it", 0.5, 0.8), (" is", 0.8, 1.9)]
    assert times_of(*said, monkeypatch=monkeypatch) == pytest.approx([0.0, 0.5, 0.5, 0.8, 0.8, 1.9])


def test_what_the_model_has_passed_over_belongs_to_none_of_its_words(monkeypatch: pytest.MonkeyPatch) -> None:
    said = [(" So", 0.0, 5.0), (" it", 5.0, 5.3), (" is", 5.3, 12.0), (" so", 12.0, 12.4)]
    assert times_of(*said, monkeypatch=monkeypatch) == pytest.approx([4.5, 5.0, 5.0, 5.3, 5.3, 6.5, 12.0, 12.4])
