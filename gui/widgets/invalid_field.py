"""The line around a field whose content isn't accepted."""

from PySide6.QtWidgets import QWidget


def mark_invalid(field: QWidget, sentence: str) -> None:
    """Draw the field's line in the colour of what is bad, for the reason in `sentence`; without one, as usual.

    The sentence itself stands beside or below the field. A screen reader reads it with the field.
    """
    field.setAccessibleDescription(sentence)
    is_invalid = bool(sentence)
    if bool(field.property("invalid")) != is_invalid:
        field.setProperty("invalid", is_invalid)
        field.style().unpolish(field)
        field.style().polish(field)
