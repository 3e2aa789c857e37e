"""Percentiles as numpy's own, without what those load."""

import subprocess
import sys
from collections.abc import Sequence
from math import inf, isnan, nan

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.media.child.sound.percentiles import percentiles

ASKED = (0, 10, 75, 99.9, 100)


@given(st.lists(st.floats(-1e9, 1e9), min_size=1, max_size=300))
def test_they_are_those_of_numpy(values: Sequence[float]) -> None:
    assert percentiles(values, ASKED) == pytest.approx(tuple(np.percentile(values, ASKED)), rel=1e-9, abs=1e-6)


def test_the_samples_that_are_given_stay_in_their_order() -> None:
    samples = np.array([3, 1, 2], np.float32)
    assert percentiles(samples, (50,)) == (2.0,)
    assert samples.tolist() == [3, 1, 2]


def test_where_one_is_no_number_nor_are_they() -> None:
    assert all(isnan(value) for value in percentiles([1.0, nan, -inf], ASKED))


def test_a_decoder_loads_no_masked_arrays_before_its_sandbox() -> None:
    script = "from core.media.child import decoder; decoder._load_before_sandbox(); import sys; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-I", "-c", script], capture_output=True, text=True, check=True)
    assert "core.media.child.sound.percentiles" in loaded.stdout.split()
    assert "numpy.ma" not in loaded.stdout.split()
