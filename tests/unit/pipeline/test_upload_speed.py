"""How fast uploads go."""

from core.pipeline.upload_speed import UploadSpeed

MEGABYTE = 1_000_000


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


def test_the_speed_is_that_of_the_last_uploads() -> None:
    clock = Clock()
    upload_speed = UploadSpeed(clock)
    assert upload_speed.bytes_per_s is None
    for seconds in (1.0, 4.0):
        uploaded = upload_speed.watch(4 * MEGABYTE)
        uploaded(0.5)
        clock.now += seconds
        uploaded(1.0)
    assert upload_speed.bytes_per_s == (4 * MEGABYTE + MEGABYTE) / 2


def test_small_uploads_and_halves_tell_nothing() -> None:
    clock = Clock()
    upload_speed = UploadSpeed(clock)
    upload_speed.watch(1000)(1.0)
    upload_speed.watch(MEGABYTE)(0.9)
    assert upload_speed.bytes_per_s is None


def test_a_clock_that_stands_still_is_no_division_by_nothing() -> None:
    upload_speed = UploadSpeed(Clock())
    upload_speed.watch(MEGABYTE)(1.0)
    assert upload_speed.bytes_per_s == 1000 * MEGABYTE
