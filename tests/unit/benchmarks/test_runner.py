"""One broken benchmark costs the others nothing, and isn't overlooked."""

import json
from pathlib import Path

import pytest

from tests.benchmarks.__main__ import main
from tests.benchmarks.figure import Figure
from tests.benchmarks.scale import Scale

SLOW = Figure("slow", 2.0, 1.0, "s", "beyond its limit")
FAST = Figure("fast", 0.5, 1.0, "s", "within its limit")


def slow(folder: Path, scale: Scale) -> list[Figure]:
    return [SLOW]


def broken(folder: Path, scale: Scale) -> list[Figure]:
    raise KeyError("renamed")


def fast(folder: Path, scale: Scale) -> list[Figure]:
    return [FAST]


def of_its_scale(folder: Path, scale: Scale) -> list[Figure]:
    return [Figure("amount", scale.of(100, 1), 100, "", "")]


def test_a_broken_benchmark_fails_the_run_and_loses_nothing_of_the_others(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    kept = tmp_path / "figures.json"
    benchmarks = {"slow": slow, "broken": broken, "fast": fast}

    status = main(["--json", str(kept)], benchmarks=benchmarks)

    told = json.loads(kept.read_text())
    assert status == 1
    assert [figure["name"] for figure in told["figures"]] == ["slow", "fast"]
    assert told["broken"] == {"broken": "KeyError: 'renamed'"}
    assert "broken is broken: KeyError: 'renamed'" in capsys.readouterr().out


def test_a_figure_beyond_its_limit_is_shown_and_is_no_failure(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["--json", str(tmp_path / "figures.json")], benchmarks={"slow": slow, "fast": fast}) == 0
    rows = [line for line in capsys.readouterr().out.splitlines() if "slow" in line or "fast" in line]
    assert [("✗" in row, "✓" in row) for row in rows if "│" in row] == [(True, False), (False, True)]


def test_a_smoke_run_does_little_and_is_not_taken_for_a_measurement(tmp_path: Path) -> None:
    kept = tmp_path / "figures.json"
    benchmarks = {"of_its_scale": of_its_scale}

    assert main(["--json", str(kept)], benchmarks=benchmarks) == 0
    measured = json.loads(kept.read_text())
    assert main(["--smoke", "--json", str(kept)], benchmarks=benchmarks) == 0
    smoked = json.loads(kept.read_text())

    assert (measured["smoke"], measured["figures"][0]["value"]) == (False, 100)
    assert (smoked["smoke"], smoked["figures"][0]["value"]) == (True, 1)


def test_an_unknown_name_is_refused_before_anything_is_measured(tmp_path: Path) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["nonsense"], benchmarks={"broken": broken})
    assert ended.value.code == 2
