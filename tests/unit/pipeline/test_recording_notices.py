"""What a decode reports is told with the transcript."""

from dataclasses import replace

import pytest

from core.media import DecodeReport
from core.pipeline.recording_notices import (
    HAS_CUTS,
    HAS_OTHER_SPEED,
    IS_LEFT_OUT,
    notices_on,
    notices_on_part,
)

WHOLE = DecodeReport(60.0, 100, 0, False, False, 1000)


@pytest.mark.parametrize(
    ("field", "template"),
    [("has_left_out", IS_LEFT_OUT), ("has_other_speed", HAS_OTHER_SPEED), ("has_cuts", HAS_CUTS)],
)
def test_what_was_left_out_or_read_otherwise_is_told(field: str, template: str) -> None:
    assert notices_on(WHOLE, has_sound=True, has_text=True) == ()
    told = notices_on(replace(WHOLE, **{field: True}), has_sound=True, has_text=True)
    assert [notice.template for notice in told] == [template]


@pytest.mark.parametrize(
    ("from_s", "until_s", "told"),
    [
        (None, None, []),
        (95.0, 100.0, ["Only the part from 1:35 to 1:40 is written down."]),
        (None, 119.99, ["Only the part from 0:00 to 1:59 is written down."]),
        (95.0, 120.01, ["Only the part from 1:35 to 2:00 is written down."]),
        (95.0, 99_999.0, ["Only the part from 1:35 to the end is written down."]),
        (95.0, None, ["Only the part from 1:35 to the end is written down."]),
    ],
)
def test_which_part_was_transcribed_is_told_of_a_recording_of_two_minutes(
    from_s: float | None, until_s: float | None, told: list[str]
) -> None:
    assert [str(notice) for notice in notices_on_part(from_s, until_s, 120.0)] == told
