"""How loud a recording is over its length, in a bounded number of levels."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.domain.waveform import WaveformOverview
from core.media.decoded import LOUDNESS_FRAME_S, SILENCE_DB
from core.media.waveform_meter import MOST_LEVELS, WaveformMeter

LOUD_DB, QUIET_DB = 3, 60


def heard(*blocks: bytes) -> WaveformOverview:
    meter = WaveformMeter()
    for block in blocks:
        meter.add(block)
    assert meter.overview is not None
    return meter.overview


def test_a_short_recording_is_kept_frame_by_frame() -> None:
    assert heard(b"\x05\x06", b"\x07") == WaveformOverview(LOUDNESS_FRAME_S, b"\x05\x06\x07")


def test_nothing_heard_is_nothing_to_draw() -> None:
    assert WaveformMeter().overview is None


@given(st.lists(st.integers(0, 5000), min_size=1, max_size=12), st.data())
def test_each_level_is_the_loudest_of_its_time_however_it_comes(lengths: list[int], data: st.DataObject) -> None:
    total = sum(lengths)
    loud_at = data.draw(st.integers(0, max(0, total - 1)))
    frames = bytes(LOUD_DB if place == loud_at else QUIET_DB for place in range(total))
    blocks, begin = [], 0
    for length in lengths:
        blocks.append(frames[begin : begin + length])
        begin += length
    meter = WaveformMeter()
    for block in blocks:
        meter.add(block)
    overview = meter.overview
    if not total:
        assert overview is None
        return
    assert overview is not None
    assert len(overview.levels) <= MOST_LEVELS
    step = round(overview.level_s / LOUDNESS_FRAME_S)
    assert overview.levels == bytes(min(frames[begin : begin + step]) for begin in range(0, total, step))


def test_a_day_of_silence_takes_no_more_levels_than_an_hour() -> None:
    meter = WaveformMeter()
    meter.add(bytes([LOUD_DB]))
    meter.add_silence(24 * 3600 * 50)
    overview = meter.overview
    assert overview is not None
    assert overview.levels[0] == LOUD_DB
    assert set(overview.levels[1:]) == {SILENCE_DB}
    assert MOST_LEVELS / 2 <= len(overview.levels) <= MOST_LEVELS


def test_an_overview_is_read_back_from_json() -> None:
    overview = WaveformOverview(0.64, bytes(range(97)))
    assert WaveformOverview.from_dict(json.loads(json.dumps(overview.to_dict()))) == overview


@pytest.mark.parametrize(
    "broken",
    [
        {"level_s": 0, "levels": ""},
        {"level_s": float("nan"), "levels": ""},
        {"level_s": 1, "levels": "?"},
        {"level_s": 1, "levels": "é"},
    ],
)
def test_what_is_no_overview_is_refused(broken: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"level|base64|ASCII"):
        WaveformOverview.from_dict(broken)
