"""What a decode reports is told with the transcript."""

from dataclasses import replace

import pytest

from core.media import DecodeReport
from core.pipeline.recording_notices import HAS_CUTS, HAS_OTHER_SPEED, IS_LEFT_OUT, notices_on

WHOLE = DecodeReport(60.0, 100, 0, False, False, 1000)


@pytest.mark.parametrize(
    ("field", "template"),
    [("has_left_out", IS_LEFT_OUT), ("has_other_speed", HAS_OTHER_SPEED), ("has_cuts", HAS_CUTS)],
)
def test_what_was_left_out_or_read_otherwise_is_told(field: str, template: str) -> None:
    assert notices_on(WHOLE, has_sound=True, has_text=True) == ()
    told = notices_on(replace(WHOLE, **{field: True}), has_sound=True, has_text=True)
    assert [notice.template for notice in told] == [template]
