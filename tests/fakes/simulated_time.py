"""A clock that goes on only while somebody waits by it."""


class SimulatedTime:
    """`clock` and `pause` for whoever takes them; notes every pause."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.pauses: list[float] = []

    def clock(self) -> float:
        return self.now

    async def pause(self, seconds: float) -> None:
        self.pauses.append(seconds)
        self.now += seconds
