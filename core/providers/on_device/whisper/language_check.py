"""Detects, from an English-only model's own figures, whether it was given English.

Such a model has no token for another language and never refuses: it writes fluent English for Indonesian. The
log-probability of its best reading doesn't give it away, because a loop ("thank you very much" to the end of the
window) is as probable as good English. But asked for several readings at random, the model agrees with itself about
English and not about anything else, and loops fall apart. So the measure is how probable random readings are.

What was measured with tiny.en is in a table in tests/integration/providers/test_languages.py.
"""

from collections.abc import Callable, Sequence
from statistics import median

LEAST_SPEECH_S = 1.5
"""Less speech than this isn't checked: a single short word may be unclear in any language."""

TEMPERATURE = 0.8

LONGEST_READING = 60
"""In tokens; enough to tell, and an end to loops."""

_FIRST_READINGS = 5
_MORE_READINGS = 15

_CLEARLY_ENGLISH = -1.0
"""Where the first readings are as probable as this, no more are made; nearly all English is."""

_LEAST_ENGLISH = -2.1

Reader = Callable[[int], Sequence[float]]
"""Makes so many random readings and gives the mean log-probability of the tokens of each."""


def sounds_english(read: Reader) -> bool:
    """Whether what `read` reads is English. Medians, because one reading may be a loop and another a wild guess."""
    first = read(_FIRST_READINGS)
    if median(first) >= _CLEARLY_ENGLISH:
        return True
    return median([*first, *read(_MORE_READINGS)]) >= _LEAST_ENGLISH
