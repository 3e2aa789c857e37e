"""Times in the time zone of this computer, as the window and the lists show them."""

from datetime import UTC, datetime, timedelta

from core.export.clean import seconds


def local_time(since_epoch_s: float) -> datetime:
    """Seconds since the epoch as local time with its offset, to the second; in UTC where no calendar reaches."""
    moment = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=int(seconds(since_epoch_s)))
    try:
        return moment.astimezone()
    except (OverflowError, OSError, ValueError):
        return moment
