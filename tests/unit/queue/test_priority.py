import pytest

from core.domain import Priority, Requester
from core.queue import priority_of

OWNER, ANNA = Requester("desktop"), Requester("telegram", "anna")


@pytest.mark.parametrize(
    ("requester", "described", "expected"),
    [
        (OWNER, {"together": 1}, Priority.INTERACTIVE),
        (OWNER, {"together": 500}, Priority.BACKGROUND),
        (OWNER, {"together": 1, "duration_s": 600.0}, Priority.INTERACTIVE),
        (OWNER, {"together": 1, "duration_s": 3600.0}, Priority.LONG),
        (OWNER, {"together": 1, "size_bytes": 2_000_000_000}, Priority.LONG),
        (OWNER, {"together": 1, "size_bytes": 2_000_000_000, "duration_s": 60.0}, Priority.INTERACTIVE),
        (ANNA, {"together": 1, "duration_s": 20.0}, Priority.SHORT),
        (ANNA, {"together": 1, "duration_s": 3600.0}, Priority.LONG),
        (ANNA, {"together": 1, "size_bytes": 100_000}, Priority.SHORT),
        (ANNA, {"together": 1, "size_bytes": 100_000_000}, Priority.LONG),
        (ANNA, {"together": 1}, Priority.LONG),
        (ANNA, {"together": 500, "duration_s": 20.0}, Priority.BACKGROUND),
    ],
)
def test_a_request_is_as_urgent_as_somebody_waits_for_it(
    requester: Requester, described: dict[str, float], expected: Priority
) -> None:
    assert priority_of(requester, **described) is expected  # type: ignore[arg-type]
