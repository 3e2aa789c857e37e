"""Percentiles of samples and levels.

numpy's own first make sure that what is asked for isn't masked, for which they load all of its masked arrays: a tenth
of what a decoder's start costs (measured). In the sandbox nothing can be loaded any more, so `np.percentile`,
`np.median` and `np.unique` fail there.

Only the decoder's child imports this.
"""

from collections.abc import Sequence
from math import floor

import numpy as np
from numpy.typing import ArrayLike


def percentiles(values: ArrayLike, asked: Sequence[float]) -> tuple[float, ...]:
    """For each of `asked` (from 0 to 100) the value that so many percent of the others are below, as `np.percentile`.

    Between two of `values` it is interpolated. There has to be one; where one is no number, neither are the results.
    """
    numbers = np.asarray(values).ravel()
    last = len(numbers) - 1
    places = [last * percent / 100 for percent in asked]
    lower = [floor(place) for place in places]
    upper = [min(place + 1, last) for place in lower]
    numbers = np.partition(numbers, sorted({*lower, *upper, last}))
    if np.isnan(numbers[last]):  # They come last.
        return (float("nan"),) * len(places)
    return tuple(
        float(numbers[below]) + (float(numbers[above]) - float(numbers[below])) * (place - below)
        for place, below, above in zip(places, lower, upper, strict=True)
    )
