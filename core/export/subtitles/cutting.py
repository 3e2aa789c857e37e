"""A segment's text cut into parts that fit on the screen, and these into lines."""

from bisect import bisect_left, bisect_right
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from core.export.subtitles.clock import TextClock
from core.export.subtitles.line_breaks import Break, Piece, pieces
from core.export.subtitles.rules import SubtitleRules

PAUSE_S = 2.0
"""No cue goes over a silence that is as long as this."""

_PER_CUE = 10.0
_FULL = 6.0
_TOO_SHORT = 12.0
_BREATH_S = 0.5
_COSTS = {Break.SENTENCE: 0.0, Break.CLAUSE: 1.5, Break.WORD: 4.0, Break.BOUND: 8.0, Break.IN_WORD: 30.0}
_PLAIN_COSTS = _COSTS | {Break.SENTENCE: 4.0, Break.CLAUSE: 4.0}
"""What it costs to end a cue or a line at each kind of place, against one cue more, a full one, one too short to read.

Chosen by the looks of the result; a pause of `_BREATH_S` in the middle of a sentence is as good as its end.
"""


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a text for one cue: its place in the text, and when it is heard, in seconds."""

    start: int
    end: int
    start_s: float
    end_s: float


def cut(
    text: str, clock: TextClock, rules: SubtitleRules, prefix_columns: int = 0, changes_s: Collection[float] = ()
) -> list[Part]:
    """The text in parts that fit into the lines and last no longer than allowed, cut at the best places.

    `prefix_columns` are left free on the first line. What can't be cut may be wider, and its time is cut then. At
    `changes_s`, when others begin to speak, it is cut too, so that they aren't shown too early beside it.
    """
    found = [part for piece in pieces(text, rules.line_columns) for part in _in_time(text, piece, clock, rules)]
    return _Cutting(found, clock, rules, prefix_columns, changes_s).parts() if found else []


def _in_time(text: str, piece: Piece, clock: TextClock, rules: SubtitleRules) -> list[Piece]:
    """A piece of a script without spaces that is said for too long for one cue, or with a pause in it, cut further."""
    is_long = clock.end_s(piece.end) - clock.start_s(piece.start) > rules.longest_s
    if not (is_long or clock.has_pause(piece.start, piece.end, PAUSE_S)):
        return [piece]
    parts = pieces(text[piece.start : piece.end], rules.line_columns, by_words=False)
    return [replace(part, start=part.start + piece.start, end=part.end + piece.start) for part in parts]


def lines_of(text: str, rules: SubtitleRules, prefix_columns: int = 0) -> tuple[str, ...]:
    """The text on as few lines as it needs, of about the same length; at most `rules.lines` where it was cut so."""
    found = pieces(text, rules.line_columns)
    if not found:
        return ()
    room = _Room(found, rules.line_columns, prefix_columns)
    ends = room.ends_of_lines(0, len(found))
    if len(ends) > rules.lines:  # Words are found otherwise in a part of a sentence than in all of it.
        found = pieces(text, rules.line_columns, by_words=False)
        room = _Room(found, rules.line_columns, prefix_columns)
        ends = room.ends_of_lines(0, len(found))
    costs = _COSTS if rules.at_punctuation else _PLAIN_COSTS
    best = _balanced(room, found, len(ends), costs) if len(ends) > 1 else ends
    starts = [0, *best[:-1]]
    return tuple(text[found[first].start : found[last - 1].end] for first, last in zip(starts, best, strict=True))


class _Room:
    """How wide neighbouring pieces are together, with the spaces between them."""

    def __init__(self, found: Sequence[Piece], line_columns: int, prefix_columns: int) -> None:
        self._line_columns = line_columns
        # A long name leaves the line what it can.
        self._prefix = prefix_columns if prefix_columns <= line_columns // 2 else 0
        self._from: list[int] = []
        self._to: list[int] = []
        column = 0
        for place, piece in enumerate(found):
            column += place > 0 and found[place - 1].end < piece.start
            self._from.append(column)
            column += piece.columns
            self._to.append(column)

    def columns(self, first: int, end: int) -> int:
        """Of the pieces from `first` up to `end`."""
        return self._to[end - 1] - self._from[first]

    def fits(self, first: int, end: int, *, is_first_line: bool) -> bool:
        """Whether they fit on a line; one piece always counts as fitting."""
        return end == first + 1 or self.columns(first, end) <= self._width(is_first_line)

    def line_end(self, first: int, *, is_first_line: bool) -> int:
        """How far a line goes that begins with this piece."""
        end = bisect_right(self._to, self._from[first] + self._width(is_first_line))
        return max(first + 1, end)

    def ends_of_lines(self, first: int, end: int) -> list[int]:
        """The ends of as few lines as these pieces need."""
        ends: list[int] = []
        while first < end:
            first = min(end, self.line_end(first, is_first_line=not ends))
            ends.append(first)
        return ends

    def _width(self, is_first_line: bool) -> int:
        return self._line_columns - (self._prefix if is_first_line else 0)


def _balanced(room: _Room, found: Sequence[Piece], count: int, costs: dict[Break, float]) -> list[int]:
    """The ends of so many lines with the best mix of equal lengths and good places to end."""
    ideal = max(1.0, room.columns(0, len(found)) / count)

    def cost(first: int, end: int) -> float:
        ending = 0.0 if end == len(found) else costs[found[end - 1].after]
        return ending + 20.0 * (room.columns(first, end) / ideal - 1.0) ** 2

    reached: dict[int, tuple[float, list[int]]] = {0: (0.0, [])}
    for line in range(count):
        further: dict[int, tuple[float, list[int]]] = {}
        for first, (so_far, ends) in reached.items():
            for end in range(first + 1, len(found) + 1):
                if not room.fits(first, end, is_first_line=line == 0):
                    break
                total = so_far + cost(first, end)
                if end not in further or total < further[end][0]:
                    further[end] = (total, [*ends, end])
        reached = further
    return reached[len(found)][1] if len(found) in reached else room.ends_of_lines(0, len(found))


class _Cutting:
    """The cheapest way to cut the pieces, found from the front (dynamic programming)."""

    def __init__(
        self,
        found: Sequence[Piece],
        clock: TextClock,
        rules: SubtitleRules,
        prefix_columns: int,
        changes_s: Collection[float],
    ) -> None:
        self._pieces = found
        self._rules = rules
        self._room = _Room(found, rules.line_columns, prefix_columns)
        self._capacity = rules.line_columns * rules.lines
        self._is_shared = clock.is_shared
        self._costs = _COSTS if rules.at_punctuation else _PLAIN_COSTS
        self._start_s = [clock.start_s(piece.start) for piece in found]
        self._end_s = [clock.end_s(piece.end) for piece in found]
        self._pause_s = [max(0.0, after - end) for end, after in zip(self._end_s, self._start_s[1:], strict=False)]
        self._changes = {bisect_left(self._start_s, time_s) for time_s in changes_s if self._is_inner(time_s)}

    def parts(self) -> list[Part]:
        count = len(self._pieces)
        if self._ends(0)[-1] == count:  # One cue is always better than two.
            return [self._part(0, count)]
        endings = [self._ending_cost(end) for end in range(count + 1)]
        best: list[tuple[float, int]] = [(0.0, 0)] + [(float("inf"), 0)] * count
        for first in range(count):
            for end in self._ends(first):
                total = best[first][0] + self._cost(first, end) + endings[end]
                if total < best[end][0]:
                    best[end] = (total, first)
        ends: list[int] = []
        end = count
        while end:
            ends.append(end)
            end = best[end][1]
        ends.reverse()
        return [self._part(first, end) for first, end in zip([0, *ends[:-1]], ends, strict=True)]

    def _is_inner(self, time_s: float) -> bool:
        """Whether what is said before and after this time is long enough to be shown alone."""
        shortest_s = self._rules.shortest_s
        return self._start_s[0] + shortest_s <= time_s <= self._end_s[-1] - shortest_s / 2

    def _until_s(self, end: int) -> float:
        """When what comes before this piece is over: where all shares one time, not before the piece begins."""
        return self._start_s[end] if self._is_shared and end < len(self._pieces) else self._end_s[end - 1]

    def _ends(self, first: int) -> range:
        """Where a cue may end that begins with this piece."""
        last = first
        for line in range(self._rules.lines):
            last = self._room.line_end(last, is_first_line=line == 0)
            if last == len(self._pieces):
                break
        end = first + 1
        while (
            end < last
            and end not in self._changes
            and self._pause_s[end - 1] < PAUSE_S
            and self._end_s[end] - self._start_s[first] <= self._rules.longest_s
        ):
            end += 1
        return range(first + 1, end + 1)

    def _cost(self, first: int, end: int) -> float:
        cost = _PER_CUE + _FULL * (self._room.columns(first, end) / self._capacity) ** 2
        if self._end_s[end - 1] - self._start_s[first] < self._rules.shortest_s:
            cost += _TOO_SHORT
        return cost

    def _ending_cost(self, end: int) -> float:
        """Of a cue's end before this piece."""
        if not 0 < end < len(self._pieces):
            return 0.0
        pause = min(1.0, self._pause_s[end - 1] / _BREATH_S)
        return self._costs[self._pieces[end - 1].after] * (1.0 - pause)

    def _part(self, first: int, end: int) -> Part:
        start_s, end_s = self._start_s[first], self._until_s(end)
        place, last = self._pieces[first].start, self._pieces[end - 1].end
        return Part(place, last, start_s, min(end_s, start_s + self._rules.longest_s))
