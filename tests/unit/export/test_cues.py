# ruff: noqa: RUF001
"""Cues of any text in any script at any times can be read, and hold all that was said."""

import itertools

import pysubs2
import pytest
import srt
import webvtt
from hypothesis import given, settings
from hypothesis import strategies as st

from core.domain import ContentHash, HistoryEntry, Segment, StoredTranscript, Transcript, TranscriptId, Word
from core.domain.graphemes import columns, graphemes
from core.export import PRESETS, STANDARD, SubtitleRules, render
from core.export.clean import one_line
from core.export.subtitles.cues import Cue, cues
from tests.property_examples import share_of_examples

CHINESE = (
    "今天天气很好我们一起去公园散步吧然后再去那家新开的咖啡店喝一杯咖啡聊聊最近的工作和生活"
    "晚上如果有时间的话可以去看一场电影或者在家里做一顿好吃的晚饭"
)
JAPANESE = (
    "それでは会議を始めたいと思います。まず最初に前回の議事録を確認してください。次に来月の予算について話し合います。"
)
THAI = "สวัสดีครับวันนี้เราจะมาพูดถึงเรื่องการประชุมประจำเดือนและแผนงานสำหรับปีหน้าซึ่งมีหลายเรื่องที่ต้องตัดสินใจร่วมกัน"
LAO = "ສະບາຍດີມື້ນີ້ພວກເຮົາຈະມາເວົ້າກ່ຽວກັບການປະຊຸມປະຈຳເດືອນແລະແຜນງານສຳລັບປີໜ້າ"
KHMER = "សួស្តីថ្ងៃនេះយើងនឹងនិយាយអំពីការប្រជុំប្រចាំខែនិងផែនការសម្រាប់ឆ្នាំក្រោយ"
BURMESE = "မင်္ဂလာပါဒီနေ့ကျွန်တော်တို့လစဉ်အစည်းအဝေးနှင့်လာမည့်နှစ်အတွက်အစီအစဉ်များအကြောင်းပြောပါမယ်"
TIBETAN = "བཀྲ་ཤིས་བདེ་ལེགས་ང་ཚོས་དེ་རིང་ཟླ་རེའི་ཚོགས་འདུའི་སྐོར་བཤད་ཀྱི་ཡིན།"
MIXED = "我买了新的iPhone手机，价格是USD1,299.00（约合人民币9000元），还有Apple Watch！"
FAMILY = "👨‍👩‍👧‍👦" * 30 + "🇮🇩" * 20


TEXTS = {
    "chinese": CHINESE,
    "japanese": JAPANESE,
    "thai": THAI,
    "lao": LAO,
    "khmer": KHMER,
    "burmese": BURMESE,
    "tibetan": TIBETAN,
    "mixed": MIXED,
    "emoji": FAMILY,
}


def text_of(cue: Cue) -> str:
    return " ".join(line for voice in cue.voices for line in voice.lines)


def squeezed(text: str) -> str:
    return "".join(text.split())


def lines(cues_: list[Cue]) -> list[str]:
    return [line for cue in cues_ for voice in cue.voices for line in voice.lines]


@pytest.mark.parametrize("rules", PRESETS.values(), ids=PRESETS)
@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_text_without_spaces_covers_all_of_its_time(text: str, rules: SubtitleRules) -> None:
    made = cues([Segment(2.0, 28.0, text)], rules)
    assert squeezed("".join(map(text_of, made))) == squeezed(text)
    assert (made[0].start_ms, made[-1].end_ms) == (2000, 28000)
    for one, following in itertools.pairwise(made):
        assert following.start_ms - one.end_ms == round(1000 * rules.gap_s)
    assert all(cue.end_ms - cue.start_ms <= 1000 * rules.longest_s for cue in made)
    assert all(len(voice.lines) <= rules.lines for cue in made for voice in cue.voices)
    assert all(columns(line) <= rules.line_columns for line in lines(made))
    whole = graphemes(squeezed(text))
    assert [each for line in lines(made) for each in graphemes(squeezed(line))] == whole


@pytest.mark.parametrize("preset", ["standard", "short-lines"])
def test_lines_end_where_the_language_allows_it(preset: str) -> None:
    for text in (CHINESE, JAPANESE, MIXED):
        for line in lines(cues([Segment(0.0, 20.0, text)], PRESETS[preset])):
            assert line[0] not in "、。，！）」ーゃゅょっ%"
            assert line[-1] not in "（「『"
    thai = lines(cues([Segment(0.0, 20.0, THAI)], PRESETS[preset]))
    for line in thai:
        assert line[0] not in "ะาำๅๆฯัิีึืุู็่้๊๋์"
        assert line[-1] not in "เแโใไ"
    said = ("สวัสดีครับ", "ประชุม", "ประจำเดือน", "สำหรับ", "ตัดสินใจ", "ร่วมกัน")
    assert all(any(word in line for line in thai) for word in said), "no word is cut"
    for line in lines(cues([Segment(0.0, 20.0, TIBETAN)], PRESETS[preset])):
        assert line[-1] in "་།"
    mixed = lines(cues([Segment(0.0, 20.0, MIXED)], PRESETS[preset]))
    assert all(any(word in line for line in mixed) for word in ("iPhone", "USD1,299.00", "9000", "Apple", "Watch"))


def test_japanese_of_the_server_is_cut_between_phrases() -> None:
    made = cues([Segment(0.0, 24.0, JAPANESE)])
    phrases = {
        "それでは",
        "会議を",
        "思います。",
        "まず",
        "最初に",
        "前回の",
        "議事録を",
        "確認してください。",
        "来月の",
    }
    for phrase in phrases:
        assert any(phrase in line for line in lines(made)), phrase


PUNCTUATED = (
    *(CHINESE, JAPANESE, MIXED),
    "「えっ、本当ですか？」と彼は言った。「そうです。」ちょっと待ってください……スーパーマーケットへ行きましょう。",
    "他说：“你好！”然后（笑着）问：“你叫什么名字？”我回答：《红楼梦》里的人物——贾宝玉……百分之50%。",
)


@pytest.mark.parametrize("line_columns", [10, 12, 16, 24, 42, 80])
@pytest.mark.parametrize("count", [1, 2, 3])
def test_no_line_begins_or_ends_with_a_forbidden_mark_however_narrow(line_columns: int, count: int) -> None:
    for text in PUNCTUATED:
        for line in lines(cues([Segment(0.0, 20.0, text)], SubtitleRules(line_columns=line_columns, lines=count))):
            assert len(line) == 1 or line[0] not in "、。，！？」）”》ーゃゅょっッ%…", line
            assert line[-1] not in "（「『“《", line


def test_lines_end_at_no_abbreviation_and_at_the_joints_of_an_address() -> None:
    text = "Yesterday I met Mr. Smith and Dr. Jones near the house of Mrs. Miller, i.e. 3.14 km from No. 5, at 6 p.m."
    for line_columns in range(32, 60):
        for line in lines(cues([Segment(0.0, 12.0, text)], SubtitleRules(line_columns=line_columns))):
            assert not line.endswith(("Mr.", "Dr.", "Mrs.", "i.e.", "No.")), line
    address = "See https://www.example.org/a/very/long/path/with-many-parts/index.html?query=1&b=2#frag for more."
    made = lines(cues([Segment(0.0, 12.0, address)], SubtitleRules(line_columns=30)))
    assert "".join(made).replace(" ", "") == address.replace(" ", "")
    assert all(line[-1] in "-/.?&=" for line in made), made


def test_words_without_their_punctuation_give_their_times() -> None:
    said = (Word(0.0, 0.5, "Hello"), Word(0.5, 1.0, "world"), Word(3.4, 3.8, "twenty"), Word(3.8, 4.2, "minutes"))
    made = cues([Segment(0.0, 4.2, "Hello, world: 20 minutes!", said)])
    assert [(text_of(cue), cue.start_ms) for cue in made] == [("Hello, world:", 0), ("20 minutes!", 3400)]
    made = cues([Segment(0.0, 4.2, "Hello, world: twenty minutes!", said)])
    assert [(text_of(cue), cue.start_ms) for cue in made] == [("Hello, world:", 0), ("twenty minutes!", 3400)]


def test_words_of_characters_give_their_times() -> None:
    said = tuple(Word(2.0 * place, 2.0 * place + 1.5, each) for place, each in enumerate("今天天气很好我们"))
    made = cues([Segment(0.0, 15.5, "今天天气很好我们", said)])
    for cue in made:
        place = "今天天气很好我们".index(text_of(cue))
        assert cue.start_ms == said[place].start_s * 1000
    assert made[-1].end_ms == 15_500


OVERLAP = [
    Segment(0.0, 6.0, "I think that we should start with the budget first.", speaker="A"),
    Segment(0.0, 5.0, "No, wait, please let me finish what I was saying.", speaker="B"),
    Segment(5.5, 9.0, "All right then, go on.", speaker="A"),
    Segment(5.6, 8.0, "Thank you very much.", speaker="B"),
    Segment(10.0, 14.0, "So the second point is about the house.", speaker="B"),
]


def stored(segments: list[Segment]) -> StoredTranscript:
    entry = HistoryEntry(TranscriptId(1), "talk.wav", "talk.wav", 0.0, 1.0, "en", "p", "m")
    return StoredTranscript(entry, ContentHash("c"), Transcript(tuple(segments), "en", 1.0, "p", "m"))


def test_two_who_speak_at_once_have_a_line_each() -> None:
    subtitles = list(srt.parse(render(stored(OVERLAP), "srt").decode()))
    assert [subtitle.content for subtitle in subtitles] == [
        "- A: I think that we should\n- B: No, wait, please let me",
        "- B: finish what I was saying.\n- A: start with the budget first.",
        "- A: All right then, go on.\n- B: Thank you very much.",
        "B: So the second point is about the house.",
    ]
    assert [subtitle.start.total_seconds() for subtitle in subtitles] == pytest.approx([0.0, 2.45, 5.5, 10.0], abs=0.1)
    assert (
        "<v A>- All right then, go on.</v>\n<v B>- Thank you very much.</v>" in render(stored(OVERLAP), "vtt").decode()
    )


def test_who_begins_later_is_not_shown_before_they_speak() -> None:
    first = Segment(0.0, 6.0, "Hello, this is the first speaker who talks.", speaker="A")
    made = cues([first, Segment(5.0, 9.0, "And this is the second one.", speaker="B")])
    assert [cue.start_ms for cue in made if any(voice.speaker == "B" for voice in cue.voices)] == [5000]
    assert made[0].end_ms == 5000


@pytest.mark.parametrize("answer_s", [0.0, 0.2, 0.4, 0.8])
@pytest.mark.parametrize("rules", [PRESETS["standard"], PRESETS["broadcast"]], ids=["standard", "broadcast"])
def test_a_short_answer_takes_no_long_text_from_the_screen(rules: SubtitleRules, answer_s: float) -> None:
    text = "And that is why we can't simply wait until next year comes around."
    for at_s in (6.8, 7.0, 8.0, 9.5):
        answer = Segment(at_s, at_s + answer_s, "Hm.", speaker="Ann")
        made = cues([Segment(6.5, 12.0, text, speaker="Bob"), answer], rules)
        shown = [(cue, voice) for cue in made for voice in cue.voices if voice.speaker == "Bob"]
        assert squeezed("".join(line for _, voice in shown for line in voice.lines)) == squeezed(text)
        assert sum(cue.end_ms - cue.start_ms for cue, _ in shown) >= 4500
        assert any(voice.lines == ("Hm.",) for cue in made for voice in cue.voices)


def test_two_who_speak_at_once_on_one_line_follow_each_other() -> None:
    made = cues(OVERLAP, PRESETS["one-line"])
    assert all(len(cue.voices) == 1 for cue in made)
    assert all(cue.end_ms - cue.start_ms >= 1000 for cue in made)


def test_segments_of_no_length_are_joined_and_can_be_read() -> None:
    segments = [Segment(1.0, 1.0, f"Zero length {word}.") for word in ("one", "two", "three")]
    segments += [Segment(5.0, 4.0, "Ends before it starts."), Segment(3.0, 8.0, "Out of order.")]
    made = cues(segments)
    assert [text_of(cue) for cue in made] == [
        "Zero length one. Zero length two. Zero length three.",
        "Out of order.",
        "Ends before it starts.",
    ]
    assert [cue.start_ms for cue in made] == [1000, 3000, 5000]
    assert all(cue.end_ms - cue.start_ms >= 1000 for cue in made)


def test_a_short_answer_stays_until_it_can_be_read() -> None:
    made = cues([Segment(0.0, 0.3, "Yes."), Segment(9.0, 11.0, "And then?")])
    assert [(cue.start_ms, cue.end_ms) for cue in made] == [(0, 1000), (9000, 11000)]


def test_fast_speech_stays_longer_where_a_silence_follows_but_not_through_a_pause() -> None:
    fast = "This was said so fast that nobody could read all of it in time."
    begin = [Segment(0.0, 1.5, fast), Segment(2.3, 4.0, "Next.")]
    made = cues([*begin, Segment(4.0, 5.0, fast), Segment(30.0, 31.0, "Late.")])
    assert (made[0].end_ms, made[-2].end_ms) == (2300, 6000)


@pytest.mark.parametrize("gap_s", [2.0, 3.5, 40.0])
def test_no_cue_goes_over_a_pause(gap_s: float) -> None:
    said = (Word(0.0, 0.5, "Go"), Word(0.5, 1.2, " on"), Word(1.2 + gap_s, 1.6 + gap_s, " now."))
    made = cues([Segment(0.0, 1.6 + gap_s, "Go on now.", said)])
    assert [text_of(cue) for cue in made] == ["Go on", "now."]
    assert made[0].end_ms <= 2200
    assert made[1].start_ms == round(1000 * (1.2 + gap_s))

    phrase = (Word(0.0, 1.0, "私"), Word(1.0 + gap_s, 2.0 + gap_s, "は"))
    assert [text_of(cue) for cue in cues([Segment(0.0, 2.0 + gap_s, "私は", phrase)])] == ["私", "は"]


def test_a_huge_word_and_markup_stay_whole() -> None:
    address = "https://example.org/" + "path/" * 60
    made = cues([Segment(0.0, 20.0, f"See {address} now")])
    assert "".join(squeezed(text_of(cue)) for cue in made) == squeezed(f"See {address} now")
    assert all(len(line) <= 42 for line in lines(made))
    tags = "If a < b & c > d then <b>bold</b> {\\an8}top --> arrow"
    assert " ".join(map(text_of, cues([Segment(0.0, 4.0, tags)]))) == tags
    arabic = "مرحبا بكم في الاجتماع اليوم، سنناقش الخطة (2026) والميزانية. هل من أسئلة؟"
    assert " ".join(map(text_of, cues([Segment(0.0, 6.0, arabic)]))) == arabic


def test_names_of_speakers_count_on_their_line() -> None:
    text = "It was the best of times, it was the worst of times, it was the age of wisdom."
    one = stored([Segment(0.0, 9.0, text, speaker="Madame Defarge")])
    for subtitle in srt.parse(render(one, "srt").decode()):
        assert all(len(line) <= 42 for line in subtitle.content.split("\n"))


def test_impossible_rules_are_refused() -> None:
    for wrong in ({"lines": 0}, {"shortest_s": 8.0}, {"gap_s": 1.0}, {"line_columns": 3}, {"columns_per_second": 0.0}):
        with pytest.raises(ValueError, match="is not within"):
            SubtitleRules(**wrong)  # type: ignore[arg-type]


CLUSTERS = ("ក", "ខ្", "န်", "👨‍👩‍👧‍👦", "🇮🇩", "e\u0301", "한", "ดี", "ກໍ", "ｶﾞ", "…", "<b>", "-->", "&")
ALPHABET = [*"aé ñ.,!?-", *"今天。、「」ー", *"かっカ", *"สวเดกา", *"مر", *CLUSTERS]
letters = st.lists(st.sampled_from(ALPHABET), max_size=60).map("".join)
times = st.floats(0, 60)


@st.composite
def spoken(draw: st.DrawFn) -> Segment:
    start_s = draw(times)
    return Segment(
        start_s, start_s + draw(st.floats(-1, 20)), draw(letters), speaker=draw(st.sampled_from([None, "A", "B"]))
    )


rule_sets = st.builds(
    SubtitleRules,
    line_columns=st.integers(10, 60),
    lines=st.integers(1, 4),
    shortest_s=st.floats(0.3, 2.0),
    longest_s=st.floats(3.0, 10.0),
    columns_per_second=st.floats(5, 60),
    gap_s=st.floats(0, 0.25),
    at_punctuation=st.booleans(),
)


@given(st.lists(spoken(), max_size=8), rule_sets)
def test_any_segments_make_cues_by_the_rules(segments: list[Segment], rules: SubtitleRules) -> None:
    made = cues(segments, rules)
    ordered = sorted(segments, key=lambda segment: round(max(0.0, segment.start_s) * 1000))
    for speaker in (None, "A", "B"):
        said = "".join(squeezed(one_line(each.text)) for each in ordered if each.speaker == speaker)
        shown = "".join(
            squeezed(line)
            for cue in made
            for voice in cue.voices
            if voice.speaker == (speaker or "")
            for line in voice.lines
        )
        assert shown == said
    shortest_ms, longest_ms, gap_ms = (round(1000 * each) for each in (rules.shortest_s, rules.longest_s, rules.gap_s))
    for cue in made:
        assert shortest_ms <= cue.end_ms - cue.start_ms <= longest_ms + 1
        assert sum(len(voice.lines) for voice in cue.voices) <= rules.lines
        for voice in cue.voices:
            assert all(columns(line) <= rules.line_columns or len(graphemes(line)) == 1 for line in voice.lines)
    for one, following in itertools.pairwise(made):
        assert following.start_ms - one.end_ms >= gap_ms


@settings(max_examples=share_of_examples(0.5))
@given(st.lists(spoken(), max_size=6))
def test_any_cues_are_read_by_three_other_programs(segments: list[Segment]) -> None:
    one = stored(segments)
    text, web = render(one, "srt").decode(), render(one, "vtt").decode()
    expected = [(cue.start_ms, cue.end_ms) for cue in cues(segments, STANDARD)]
    assert [(_ms(each.start.total_seconds()), _ms(each.end.total_seconds())) for each in srt.parse(text)] == expected
    assert [(each.start, each.end) for each in pysubs2.SSAFile.from_string(text, format_="srt")] == expected
    captions = webvtt.from_string(web).captions
    assert len(captions) == len(expected)


def _ms(seconds: float) -> int:
    return round(seconds * 1000)
