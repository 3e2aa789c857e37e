"""Keeps what a running job reports."""

from core.domain import Segment


class Watcher:
    """A report to look at afterwards."""

    def __init__(self) -> None:
        self.durations: list[float] = []
        self.fractions: list[float] = []
        self.segments: list[Segment] = []
        self.named: list[tuple[Segment, ...]] = []

    def duration(self, seconds: float) -> None:
        self.durations.append(seconds)

    def progress(self, fraction: float) -> None:
        self.fractions.append(fraction)

    def segment(self, segment: Segment) -> None:
        self.segments.append(segment)

    def speakers_known(self, segments: tuple[Segment, ...]) -> None:
        self.named.append(segments)
