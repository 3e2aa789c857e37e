"""Which colours a picture has."""

from PySide6.QtGui import QImage


def colours_in(image: QImage) -> set[str]:
    """All of them, as #rrggbb. Asking Qt for one point after the other takes seconds for a window."""
    if image.isNull():
        return set()
    converted = image.convertToFormat(QImage.Format.Format_ARGB32)  # Kept, as its bits live no longer than it does.
    points = memoryview(converted.constBits()).cast("I")
    return {f"#{point & 0xFFFFFF:06x}" for point in set(points)}
