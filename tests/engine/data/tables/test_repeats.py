"""Rows that are alike: how many, and whether their answers are."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tuner_engine.data import classes, profile
from tuner_engine.specs import DataSpec


def cautions(path: Path, lines: list[str]) -> dict[str, str]:
    path.write_text("a,b,label\n" + "\n".join(lines) + "\n")
    found = profile(DataSpec(source=str(path)), seed=0)
    return {caution.code: caution.message for caution in found.cautions}


def test_contradicting_rows_bound_what_can_be_right(tmp_path: Path) -> None:
    """Of ten equal rows in a hundred, three are labelled otherwise: 97 % is the most."""
    lines = [f"{row / 8},{row * 3 % 7},{'xy'[row % 2]}" for row in range(90)]
    lines += ["1000,0,x"] * 7 + ["1000,0,y"] * 3
    found = cautions(tmp_path / "t.csv", lines)
    assert "more than 97.0%" in found["contradicting-labels"]
    assert "8.0% of the rows" in found["duplicate-rows"]


def test_equal_rows_with_equal_answers_contradict_nothing(tmp_path: Path) -> None:
    """Repeats alone are repeats; different rows are neither."""
    lines = [f"{row / 8},{row * 3 % 7},{'xy'[row % 2]}" for row in range(90)]
    assert "contradicting-labels" not in cautions(tmp_path / "t.csv", lines + lines[:20])
    assert not {"contradicting-labels", "duplicate-rows"} & set(cautions(tmp_path / "t.csv", lines))


@given(st.lists(st.tuples(st.integers(0, 4), st.integers(0, 3)), min_size=1, max_size=40))
def test_the_ceiling_is_what_the_best_table_of_answers_reaches(
    pairs: list[tuple[int, int]],
) -> None:
    """Counted by hand: for every kind of example the commonest answer."""
    kinds = sorted({kind for kind, _ in pairs})
    group = np.array([kinds.index(kind) for kind, _ in pairs])
    labels = np.array([label for _, label in pairs])
    right, torn = 0, np.zeros(len(pairs), dtype=bool)
    for kind in range(len(kinds)):
        answers = labels[group == kind]
        right += np.bincount(answers).max()
        torn[group == kind] = len(set(answers)) > 1
    assert classes.ceiling(group, labels) == pytest.approx(right / len(pairs))
    np.testing.assert_array_equal(classes.contradicting(group, labels), torn)
