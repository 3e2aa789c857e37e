"""Which colours a picture has."""

from PySide6.QtGui import QImage


def colours_in(image: QImage) -> set[str]:
    """All of them, as #rrggbb. Asking Qt for one point after the other takes seconds for a window."""
    if image.isNull():
        return set()
    points = memoryview(image.convertToFormat(QImage.Format.Format_ARGB32).constBits()).cast("I")
    return {f"#{point & 0xFFFFFF:06x}" for point in set(points)}
