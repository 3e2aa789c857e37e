# ruff: noqa: RUF001
"""The search in an opened text finds what the history's search found."""

import pytest

from gui.widgets.reader.text_folding import FoldedText


@pytest.mark.parametrize(
    ("text", "wanted", "found"),
    [
        ("今天天气很好我们去公园", "今天 公园", ["今天", "公园"]),
        ("オフィスでｶﾞｲﾄﾞを読む", "ガイド", ["ｶﾞｲﾄﾞ"]),
        ("สวัสดีครับ ดุ", "ดี", ["ดี"]),
        ("오늘은 날씨가 좋다", "씨가 날", ["날", "씨가"]),
        ("我的iPhone手机", "手机 iphone", ["iPhone", "手机"]),
        ("हिन्दी हिन्दू", "हिन्दी", ["हिन्दी"]),
        ("Un café, 😀 CAFE\u0301 au lait", "cafe", ["café", "CAFE\u0301"]),
        ("iPhones are iPhone手机", "iphone 手", ["iPhone", "手"]),
        ("ＭａｃＢｏｏｋ", "macbook", ["ＭａｃＢｏｏｋ"]),
        ("Straße, STRASSE", "strasse", ["Straße", "STRASSE"]),
        ("Işık ışık", "ışık", ["Işık", "ışık"]),
        ("Η Αθήνα, Łódź", "ΑΘΗΝΑ lodz", ["Αθήνα", "Łódź"]),
    ],
)
def test_words_are_marked_in_every_script(text: str, wanted: str, found: list[str]) -> None:
    folded = FoldedText(text)
    units = text.encode("utf-16-le")
    places = folded.phrase(wanted) or folded.words(wanted)
    assert [units[2 * start : 2 * end].decode("utf-16-le") for start, end in places] == found
