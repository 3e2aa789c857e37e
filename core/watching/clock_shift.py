"""Files whose times all seem changed, because the clocks were."""

from core.store import FileStamp

_CLOCK_STEP_NS = 15 * 60 * 10**9
_CLOCK_ROUNDING_NS = 2 * 10**9
_LARGEST_CLOCK_SHIFT_NS = 26 * 3600 * 10**9
"""FAT keeps local time, to two seconds: with each change of the clocks all of a drive's files seem changed."""


def is_clock_shift(before: FileStamp, now: FileStamp) -> bool:
    """Whether only the time of a file has changed, by as much as clocks are changed by."""
    if before.size_bytes != now.size_bytes:
        return False
    shift_ns = abs(now.modified_ns - before.modified_ns)
    rest_ns = shift_ns % _CLOCK_STEP_NS
    is_step = min(rest_ns, _CLOCK_STEP_NS - rest_ns) <= _CLOCK_ROUNDING_NS
    return is_step and _CLOCK_STEP_NS - _CLOCK_ROUNDING_NS <= shift_ns <= _LARGEST_CLOCK_SHIFT_NS
