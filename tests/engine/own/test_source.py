"""Is a named file run as its author expects, and do its errors come back as theirs?"""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tuner_engine.errors import TaskError, UsageError
from tuner_engine.own import source
from tuner_engine.own.loading import OwnTask

Written = Callable[..., str]
Loaded = Callable[..., OwnTask]

ARRAYS = "    return Task(init=init, loss=loss, train=(x, y))\n"


def test_the_function_called_task_is_meant_where_none_is_named() -> None:
    """A bare file names its `task`, and folders may have colons."""
    assert source.located("train.py") == (Path("train.py"), "task")
    assert source.located("a:b/train.py") == (Path("a:b/train.py"), "task")
    assert source.located("a:b/train.py:mine") == (Path("a:b/train.py"), "mine")


@pytest.mark.parametrize("named", ["data.csv", "train", "train:task", ""])
def test_what_names_no_python_file_is_a_mistake(named: str) -> None:
    """Nothing but a Python file is ever run."""
    with pytest.raises(UsageError, match="FILE:NAME"):
        source.located(named)


def test_files_beside_it_can_be_imported(written: Written, tmp_path: Path) -> None:
    """Also while the function runs; afterwards the search path is as before."""
    (tmp_path / "beside_the_task.py").write_text("NUMBER = 3\n")
    (tmp_path / "beside_it_later.py").write_text("NUMBER = 4\n")
    before = list(sys.path)
    named = written(
        f"""
        import beside_the_task
        def task():
            import beside_it_later
            assert (beside_the_task.NUMBER, beside_it_later.NUMBER) == (3, 4)
        {ARRAYS}""",
    )
    source.read(named).declaration({})
    assert sys.path == before


def test_two_files_of_one_name_are_two_modules(tmp_path: Path) -> None:
    """A file is imported under a name of its own, and hides no module of that name."""
    found = []
    for folder, number in (("a", 1), ("b", 2)):
        (tmp_path / folder).mkdir()
        path = tmp_path / folder / "json.py"
        path.write_text(f"def task():\n    return {number}\n")
        found.append(source.read(str(path)).function)
    assert [function() for function in found] == [1, 2]
    import json

    assert json.loads("3") == 3


def test_what_it_prints_goes_to_stderr(
    written: Written, capsys: pytest.CaptureFixture[str]
) -> None:
    """Stdout carries answers only."""
    named = written(f"print('importing')\ndef task():\n    print('calling')\n{ARRAYS}")
    source.read(named).declaration({})
    told = capsys.readouterr()
    assert told.out == ""
    assert told.err.split() == ["importing", "calling"]


def test_an_error_has_the_frames_of_their_files_alone(loaded: Loaded) -> None:
    """Calls of theirs in order, with the line that failed; none of ours or of the libraries."""
    with pytest.raises(TaskError) as caught:
        loaded(
            """
            def task():
                return Task(init=init, loss=loss, train=(x, y), valid=prepared())

            def prepared():
                return jax.tree.map(halved, (x, y))

            def halved(array):
                return array["half"]
            """
        )
    trace = caught.value.trace
    assert [line.rpartition(" in ")[2] for line in trace[::2]] == ["task", "prepared", "halved"]
    assert trace[-1].strip() == 'return array["half"]'
    assert "train.py, line" in str(caught.value)
    assert "in halved: IndexError: only integers" in str(caught.value)


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ("def task(:\n    pass", "SyntaxError"),
        ("import no_such_module_at_all", "ModuleNotFoundError: No module named"),
        ("import sys\nsys.exit(3)", "ended the process (exit 3)"),
        ("def other(): pass", "no function 'task'; it has data, init, loss, other"),
        ("def task(): pass", "returned nothing, not a tuner_engine.Task"),
        ("def task(): return {'loss': loss}", "returned a dict"),
        ("def task(): raise KeyError('here')", "in task: KeyError: 'here'"),
    ],
)
def test_a_file_that_gives_no_task_says_why(loaded: Loaded, body: str, told: str) -> None:
    """In one line, with the place where there is one."""
    with pytest.raises(TaskError) as caught:
        loaded(body)
    assert told in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_missing_file_is_named_with_the_way_out(tmp_path: Path) -> None:
    """There is a command that writes one."""
    with pytest.raises(TaskError, match=r"no_file.py: cannot be read \(No such file.*task new"):
        source.read(str(tmp_path / "no_file.py"))


def test_a_message_from_the_file_steers_no_terminal(loaded: Loaded) -> None:
    """Escapes in an exception's text are shown, not obeyed."""
    with pytest.raises(TaskError) as caught:
        loaded("def task():\n    raise ValueError('\\x1b[2Jgone')")
    assert "\x1b" not in str(caught.value) + "".join(caught.value.trace)


@pytest.mark.parametrize(
    ("parts", "told"),
    [
        ({}, "it got neither"),
        ({"model": print, "init": print}, "it got both"),
        ({"model": print, "stateful": True}, "belong to init="),
        ({"init": print, "optimizer": 3}, "an int is no function; give a function of the"),
        ({"init": print, "batch_size": 0}, "a whole number from 1"),
        ({"init": print, "epochs": True}, "a whole number from 1"),
        ({"init": print, "learning_rate": -1.0}, "a number above 0"),
        ({"init": print, "learning_rate": float("nan")}, "a number above 0"),
        ({"init": print, "learning_rate": "fast"}, "a str is no number"),
    ],
)
def test_a_declaration_that_makes_no_sense_is_refused(parts: dict[str, Any], told: str) -> None:
    """At once, where the person wrote it."""
    from tuner_engine import Task

    with pytest.raises(TaskError) as caught:
        Task(loss=print, train=(), **parts)
    assert told in str(caught.value).replace("a int", "an int")


def test_a_finished_model_is_refused_as_a_factory() -> None:
    """One module cannot be begun afresh for every training."""
    from flax import nnx

    from tuner_engine import Task

    with pytest.raises(TaskError, match="model=lambda rngs"):
        Task(model=nnx.Linear(2, 2, rngs=nnx.Rngs(0)), loss=print, train=())
