"""What a card says beside its text: times, length, speed, and the rules that are broken."""

import math
from dataclasses import dataclass

from core.domain import Segment
from core.domain.visible import one_line
from core.export import Broken, CheckedSegment, length_of, speed_of
from core.i18n import Translator
from gui.widgets.text import clock, harmless


@dataclass(frozen=True, slots=True)
class Card:
    """What is shown of a segment. `number` counts from 0, `checked` is None until the rules were looked at."""

    number: int
    segment: Segment
    checked: CheckedSegment | None
    is_heard: bool = False
    speaker_number: int = 0
    """Which speaker it is, from 1, whatever the name; 0 for nobody."""


@dataclass(frozen=True, slots=True)
class CardNote:
    """A line under a card's text. A person has to mend what it says, or it tells what files have of it."""

    text: str
    needs_person: bool


def exact_clock(time_s: float) -> str:
    """A time with its milliseconds: `02:03.450`."""
    whole, thousandths = divmod(round(max(0.0, time_s) * 1000), 1000)
    return f"{clock(whole)}.{thousandths:03}"


class CardTexts:
    """In the language of one window."""

    def __init__(self, tr: Translator) -> None:
        self._tr = tr
        self.heading = tr("Cards of the subtitles")

    def times(self, segment: Segment) -> str:
        """From when to when it is."""
        return f"{exact_clock(segment.start_s)} → {exact_clock(segment.end_s)}"

    def measures(self, card: Card) -> str:
        """How long it is, and how fast it has to be read."""
        length = self._tr("{seconds} s", seconds=self._tr.decimal(length_of(card.segment), 1))
        fast = [one.value for one in card.checked.violations if one.broken is Broken.TOO_FAST] if card.checked else []
        speed = fast[0] if fast else speed_of(card.segment)
        if not math.isfinite(speed):
            return length
        return f"{length}  ·  " + self._tr.plural("{count} character/s", "{count} characters/s", round(speed))

    def speaker(self, segment: Segment) -> str:
        """Who speaks; empty where that isn't known."""
        return harmless(one_line(segment.speaker or ""))

    def notes(self, card: Card) -> list[CardNote]:
        """A line each: what a person has to mend, then what the files mend by themselves, and what they have of it."""
        checked = card.checked
        if checked is None or not (checked.violations or checked.is_joined or len(checked.cues) > 1):
            return []
        notes = [CardNote(self._tr.message(one.message), True) for one in checked.violations if not one.is_mended]
        mended = [self._tr.message(one.message) for one in checked.violations if one.is_mended]
        mended.append(self._in_file(card, checked))
        return [*notes, *(CardNote(text, False) for text in mended)]

    def explained(self, card: Card, *, is_selected: bool = False) -> str:
        """All of it in one line, for screen readers, and whether it is one of several that are selected."""
        said = [note.text for note in self.notes(card)]
        speaker = self.speaker(card.segment)
        text = harmless(card.segment.text)
        number = self._tr("Number {number}", number=card.number + 1)
        if is_selected:
            number = self._tr("{card}, selected", card=number)
        return ". ".join(
            one for one in (number, speaker, text, *said, self.times(card.segment), self.measures(card)) if one
        )

    def _in_file(self, card: Card, checked: CheckedSegment) -> str:
        """What SRT and VTT files have of it."""
        if checked.is_joined:
            return self._tr("When exported: together with its neighbour")
        if len(checked.cues) > 1:
            return self._tr.plural(
                "When exported: {count} subtitle", "When exported: {count} subtitles", len(checked.cues)
            )
        cue = checked.cues[0]
        start, end = exact_clock(cue.start_ms / 1000), exact_clock(cue.end_ms / 1000)
        return self._tr("When exported: {start} → {end}", start=start, end=end)
