"""Finds that a device has delivered less sound than time has passed: what the system lost before it came to us."""

LEAST_LOST_S = 0.5
"""Less may be a device that delivers late."""

PATIENCE_S = 2.0
"""What is late comes within this time, else it is lost."""

DRIFT = 0.0005
"""How much a device's clock may go slower than the computer's; quartzes are ten times as good."""


class LostSound:
    """One run of a device, from its start to its stop. All times are of one clock, in seconds."""

    def __init__(self, begun_at: float) -> None:
        self._begun_at = begun_at
        self._looked_at = begun_at
        self._usual_s: float | None = None
        """How much what is delivered is behind the clock while nothing is lost; None before anything came."""
        self._late_since: float | None = None

    def follow(self, delivered_s: float, now: float) -> float:
        """How much was lost since this was called the last time. `delivered_s` counts from the start of the device."""
        passed_s, self._looked_at = now - self._looked_at, now
        behind_s = now - self._begun_at - delivered_s
        if self._usual_s is None:
            self._usual_s = behind_s if delivered_s else None
            return 0.0
        self._usual_s = min(behind_s, self._usual_s + DRIFT * passed_s)
        if behind_s - self._usual_s < LEAST_LOST_S:
            self._late_since = None
            return 0.0
        if self._late_since is None:
            self._late_since = now
        if now - self._late_since < PATIENCE_S:
            return 0.0
        lost_s, self._usual_s, self._late_since = behind_s - self._usual_s, behind_s, None
        return lost_s
