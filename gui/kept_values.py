"""Values of the state file, which a person may have edited or a full disk cut off."""

MOST_PIXELS = 100_000
"""No screen has more in any direction; what is beyond is damage."""


def whole_number(value: object, least: int = 0) -> int | None:
    """A whole number of pixels within bounds, None for anything else; true and false are no numbers here."""
    is_number = isinstance(value, int) and not isinstance(value, bool)
    return value if is_number and least <= value <= MOST_PIXELS else None  # type: ignore[operator, return-value]


def whole_numbers(value: object, least: int = 0) -> tuple[int, ...]:
    """Such numbers, empty where any of them is none."""
    found = tuple(whole_number(one, least) for one in value) if isinstance(value, list) else ()
    return tuple(one for one in found if one is not None) if None not in found else ()


def path_text(value: object) -> str:
    """The path of a file or folder, empty where it can't be one."""
    return value if isinstance(value, str) and "\0" not in value else ""
