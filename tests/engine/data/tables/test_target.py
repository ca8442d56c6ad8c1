"""The target is the named column, or a stated guess, and is read as classes or numbers by rule."""

from pathlib import Path

import pytest

from tuner_engine.data import load, profile
from tuner_engine.specs import DataSpec
from tuner_engine.workload import Profile


def looked_at(
    tmp_path: Path, header: str, cell: object, *, target: str | None = None, rows: int = 80
) -> Profile:
    """Return the profile of a table whose cells are `cell(row)`."""
    assert callable(cell)
    path = tmp_path / "t.csv"
    path.write_text(header + "\n" + "".join(f"{cell(row)}\n" for row in range(rows)))
    return profile(DataSpec(source=str(path), target=target), seed=0)


def codes(found: Profile) -> list[str]:
    return [caution.code for caution in found.cautions]


def three(row: int) -> str:
    return f"{row * 7 % 31 / 4},{row % 2},{row * row % 17 / 3}"


@pytest.mark.parametrize(
    ("header", "target", "chosen", "guessed"),
    [
        ("a,b,c", None, "c", True),
        ("a,Target,c", None, "Target", True),
        ("a,class_label,c", None, "class_label", True),
        ("a,y,c", None, "y", True),
        ("x,y,z", None, "z", True),
        ("x,a,y", None, "y", True),
        ("a,b,c", "b", "b", False),
        ("a,b,c", "0", "a", False),
        ("a,b,c", "-2", "b", False),
        ("a,1,c", "1", "1", False),
        ("a,0,c", "0", "0", False),
    ],
)
def test_a_name_wins_over_an_index_and_both_over_a_guess(
    tmp_path: Path, header: str, target: str | None, chosen: str, *, guessed: bool
) -> None:
    """Guesses follow telling names, then the last column, and are always said."""
    found = looked_at(tmp_path, header, three, target=target)
    assert found.data.target == chosen
    assert found.data.target_guessed is guessed
    assert ("target-guessed" in codes(found)) is guessed


@pytest.mark.parametrize(
    ("cell", "task", "names"),
    [
        (lambda row: f"{row},{row % 3}", "classification", ("0", "1", "2")),
        (lambda row: f"{row},{row % 2 * 2 - 1}", "classification", ("-1", "1")),
        (lambda row: f"{row},{row % 2 + 0.5}", "classification", ("0.5", "1.5")),
        (lambda row: f"{row},{('no', 'yes')[row % 2]}", "classification", ("no", "yes")),
        (lambda row: f"{row},{row % 20}", "classification", tuple(map(str, range(20)))),
        (lambda row: f"{row},{row % 21}", "regression", ()),
        (lambda row: f"{row},{row % 5 + 0.25}", "regression", ()),
        (lambda row: f"{row},{1000 * row}", "regression", ()),
    ],
)
def test_few_whole_numbers_are_classes(
    tmp_path: Path, cell: object, task: str, names: tuple[str, ...]
) -> None:
    """Text, two values and up to twenty whole numbers are classes; all else is a number."""
    found = looked_at(tmp_path, "a,t", lambda row: cell(row * 3 + row % 3), target="t")  # type: ignore[operator]
    assert found.workload.task == task
    assert found.data.class_names == names
    assert found.workload.outputs == max(1, len(names))


def test_rows_without_a_target_are_left_out_and_counted(tmp_path: Path) -> None:
    """An empty target cell costs its row, not the table."""
    found = looked_at(
        tmp_path, "a,t", lambda row: f"{row * 3 % 11},{'NA' if row % 8 == 0 else row / 3}"
    )
    work = found.workload
    assert work.train_examples + work.valid_examples + work.test_examples == 70
    assert "missing-target" in codes(found)


def test_a_column_that_determines_the_target_is_reported(tmp_path: Path) -> None:
    """A renamed class and a rescaled number both give the target away."""
    renamed = looked_at(tmp_path, "a,b,t", lambda row: f"{row * 3 % 11},{'xy'[row % 2]},{row % 2}")
    assert "leak" in codes(renamed)
    rescaled = looked_at(
        tmp_path, "a,b,t", lambda row: f"{row * 3 % 11},{row * row * 2.54 + 1},{row * row}.5"
    )
    assert "leak" in codes(rescaled)
    assert "leak" not in codes(looked_at(tmp_path, "a,b,c", three))


def test_whole_numbers_read_as_classes_are_doubted(tmp_path: Path) -> None:
    """Marks from 3 to 7 may be a scale; labels from 0 are labels."""
    marks = looked_at(tmp_path, "a,t", lambda row: f"{row * 3 % 11},{3 + row % 5}")
    assert "task-guessed" in codes(marks)
    labels = looked_at(tmp_path, "a,t", lambda row: f"{row * 3 % 11},{row % 5}")
    assert "task-guessed" not in codes(labels)


def test_a_regression_target_is_standardised_by_the_training_split(tmp_path: Path) -> None:
    """Training targets have mean 0 and deviation 1, and undo to what the file says."""
    path = tmp_path / "t.csv"
    path.write_text("a,t\n" + "".join(f"{row * 3 % 11},{row * row / 4}\n" for row in range(200)))
    data = load(DataSpec(source=str(path)), seed=0)
    assert data.encoding.target_scale is not None
    assert abs(data.train["y"].mean()) < 1e-6
    assert abs(data.train["y"].std() - 1) < 1e-6
    back = data.valid["y"] * data.encoding.target_scale.std + data.encoding.target_scale.mean
    written = {row * row / 4 for row in range(200)}
    assert all(min(abs(value - one) for one in written) < 1e-2 for value in back.tolist())
