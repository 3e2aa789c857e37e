"""Places in a line as the document counts them and as the text field does.

To Qt characters beyond the first plane are two, and a field shows spaces, and characters that can't be seen, which the
document leaves out: `core.domain.visible.one_line` of a line is the text of its segment.
"""

from bisect import bisect_left

from core.domain.visible import one_line


def place_in_qt(line: str, place: int) -> int:
    """A place in the document's text, in the line that the field shows for it."""
    if one_line(line) != line:
        place = bisect_left(range(len(line)), place, key=lambda at: _place_in_document(line, at))
    return place + sum(character > "\uffff" for character in line[:place])


def place_in_python(line: str, place: int) -> int:
    """A place in the line of a field, in the document's text; between the halves of a character it is before it."""
    if not line.isascii():
        place = len(line.encode("utf-16-le", "surrogatepass")[: 2 * place].decode("utf-16-le", "ignore"))
    return place if one_line(line) == line else _place_in_document(line, place)


def _place_in_document(line: str, at: int) -> int:
    """How much of the document's text stands before this place of the line."""
    before = one_line(line[:at])
    # What follows a space, however many there are, follows the one that the document has.
    is_behind_space = len(one_line(line[:at] + "x")) > len(before) + 1
    return len(before) + (is_behind_space and bool(one_line(line[at:])))
