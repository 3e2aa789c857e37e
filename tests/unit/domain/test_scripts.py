import pytest

from core.domain import Segment, Transcript
from core.domain.scripts import has_unspaced, is_unspaced, join_prose


@pytest.mark.parametrize(
    ("texts", "joined"),
    [
        (["It was.", " And is. "], "It was. And is."),
        (["今天天气很好。", "我们走吧。"], "今天天气很好。我们走吧。"),
        (["今天天气很好", "我们走吧"], "今天天气很好我们走吧"),
        (["会議を", "", "始めます。"], "会議を始めます。"),
        (["สวัสดี", "ครับ"], "สวัสดีครับ"),
        (["ສະບາຍດີ", "ເຈົ້າ"], "ສະບາຍດີເຈົ້າ"),
        (["我的iPhone", "手机"], "我的iPhone手机"),
        (["一共", "20", "个"], "一共20个"),
        (["你好。", "Hello."], "你好。Hello."),
        (["Hello.", "你好。"], "Hello. 你好。"),
        (["ใช้", "iPhone"], "ใช้ iPhone"),
        (["오늘은", "날씨가 좋다."], "오늘은 날씨가 좋다."),
        (["नमस्ते।", "आप"], "नमस्ते। आप"),
        (["ｶﾀｶﾅ", "ﾃｽﾄ"], "ｶﾀｶﾅﾃｽﾄ"),
        ([], ""),
    ],
)
def test_phrases_are_joined_as_their_script_does(texts: list[str], joined: str) -> None:
    assert join_prose(texts) == joined
    segments = tuple(Segment(0.0, 1.0, text) for text in texts)
    assert Transcript(segments, "en", 1.0, "on-device", "tiny").text == joined


def test_scripts_without_spaces_are_told_by_their_characters() -> None:
    assert all(map(is_unspaced, "天気かナﾅーไทຍខမབ𠮷々。"))
    assert not any(map(is_unspaced, "aé날ж1.हع ฿"))
    assert has_unspaced("iPhone手机")
    assert not has_unspaced("iPhone 날씨")
