"""Does every command line, sensible or not, end in an exit code and at most one line of error?"""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tuner_engine.errors import DataError, DeviceError, TunerError, UsageError
from tuner_engine.printable import printable
from tuner_tui import cli

Tuner = Callable[..., Any]

OPTIONS = (
    "--json",
    "--events",
    "--output",
    "--seed",
    "--budget",
    "--epochs",
    "-q",
    "--all",
    "--yes",
)
WORDS = st.one_of(
    st.sampled_from([*cli.COMMANDS, *OPTIONS, "lr", "list", "show", "rm", "--", "-", "--=x", ""]),
    st.text(st.characters(exclude_characters="\0"), max_size=12),
)


@pytest.fixture
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A place where `--output` does no harm, and no device is woken."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("tuner_tui.cli.machine.devices", lambda: ((), None))


def one_line(text: str) -> bool:
    return text.endswith("\n") and printable(text[:-1]) == text[:-1]


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(words=st.lists(WORDS, max_size=5))
def test_no_arguments_break_it(
    words: list[str], tuner: Tuner, engine: object, elsewhere: object
) -> None:
    """Whatever is typed, a code comes back, and an error is one printable line."""
    answer = tuner(*words)
    assert answer.code in {0, 2, 3, 4}
    if answer.code:
        assert answer.err.startswith("tuner-tui: error: ")
        assert one_line(answer.err)
        assert answer.out == ""


@pytest.mark.parametrize(
    "command", ["", *cli.COMMANDS, "probe lr", "probe batch", "runs list", "runs rm"]
)
def test_help_goes_to_stdout(command: str, tuner: Tuner) -> None:
    """Help is asked for, so it is data; it names the program and fits a screen's width."""
    answer = tuner(*command.split(), "--help")
    assert (answer.code, answer.err) == (0, "")
    assert answer.out.startswith("Usage: tuner-tui ")
    assert max(map(len, answer.out.splitlines())) <= 100


def test_front_page_names_every_command(tuner: Tuner) -> None:
    """The first page shows all there is, with examples at the end."""
    out = tuner("--help").out
    assert all(f"  {name} " in out and what in out for name, what in cli.COMMANDS.items())
    assert "Examples:" in out.split("\n\n")[-1]


def test_version_is_one_line(tuner: Tuner) -> None:
    """`--version` answers like other programs do."""
    assert tuner("--version").out.startswith("tuner-tui 0.")


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("tuen x", "unexpected argument 'x'"),
        ("tuen", "did you mean `tuner-tui tune`?"),
        ("frobnicate", "the commands are open, advise"),
        ("advise", "name the DATA"),
        ("advise a b", "unexpected argument 'b'"),
        ("advise a --targt x", "Did you mean --target"),
        ("advise a --bogus", "unknown option: --bogus"),
        ("advise a --epochs 1.5", "'1.5' is not a whole number"),
        ("advise a --epochs 0", "--epochs 0: expected int >= 1"),
        ("advise a --learning-rate -1", "--learning-rate -1.0: expected float > 0"),
        ("advise a --learning-rate nan", "'nan' is not a finite number"),
        ("advise a --learning-rate fast", "'fast' is not a finite number"),
        ("advise a --optimizer sgdd", "Did you mean"),
        ("advise a --optimizer none", 'value "none" for --optimizer'),
        ("advise a --epochs none", "'none' is not a whole number"),
        ("advise a --seed -1", "--seed -1: expected int >= 0"),
        ("advise a --seed 1 --seed 2", "specified multiple times"),
        ("advise a --target", "--target requires an argument"),
        ("advise a --valid-share 1", "--valid-share 1.0: expected float < 1"),
        ("tune a --budget soon", "write 90s, 10m, 2h"),
        ("tune a --json --events", "exclude each other"),
        ("probe", "needs to know what: lr"),
        ("probe bach a", 'unknown command "bach"'),
        ("runs", "needs to know what: list or show or rm"),
        ("export", "name a run or a file"),
        ("export x --format xml", "choose from"),
        ("advise \udcff.csv", r"DATA \udcff.csv is not valid UTF-8"),
        ("advise a --target \x1b[31m --epochs x", "is not a whole number"),
    ],
)
def test_mistake_is_told_in_one_line(line: str, said: str, tuner: Tuner, engine: object) -> None:
    """A mistake names the option, the value and the way out, and exits 2."""
    answer = tuner(*line.split(" "))
    assert (answer.code, answer.out) == (2, "")
    assert said in answer.err
    assert one_line(answer.err)


def test_file_that_looks_like_an_option_gets_a_hint(
    tuner: Tuner, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, engine: object
) -> None:
    """A table called `-x.csv` is reached as `./-x.csv` or after `--`."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "-x.csv").touch()
    assert "write ./-x.csv" in tuner("advise", "-x.csv").err
    assert tuner("advise", "--", "-x.csv").code == 0


@pytest.mark.parametrize(
    ("kind", "code"), [(UsageError, 2), (DataError, 3), (DeviceError, 5), (TunerError, 1)]
)
def test_known_error_has_its_exit_code(
    kind: type[TunerError],
    code: int,
    tuner: Tuner,
    monkeypatch: pytest.MonkeyPatch,
    engine: object,
) -> None:
    """Each error of the tree ends the process with the code of its branch."""

    def fail(*_: object, **__: object) -> None:
        raise kind("no\nluck")

    monkeypatch.setattr("tuner_engine.data.profile", fail)
    answer = tuner("advise", "x")
    assert (answer.code, answer.err) == (code, "tuner-tui: error: no luck\n")


def test_bug_keeps_its_traceback(
    tuner: Tuner, monkeypatch: pytest.MonkeyPatch, engine: object, home: Path
) -> None:
    """A bug exits 1 with one line; the traceback is kept where the line says."""
    monkeypatch.setattr("tuner_engine.data.profile", lambda *_, **__: 1 / 0)
    answer = tuner("advise", "x")
    assert answer.code == 1
    assert one_line(answer.err)
    (kept,) = home.glob("crash-*.txt")
    assert str(kept) in answer.err
    assert "ZeroDivisionError" in kept.read_text()


def test_bug_shows_its_traceback_on_demand(
    tuner: Tuner, monkeypatch: pytest.MonkeyPatch, engine: object
) -> None:
    """With TUNER_TUI_DEBUG the traceback is on stderr."""
    monkeypatch.setenv("TUNER_TUI_DEBUG", "1")
    monkeypatch.setattr("tuner_engine.data.profile", lambda *_, **__: 1 / 0)
    assert "Traceback (most recent call last)" in tuner("advise", "x").err


@pytest.mark.parametrize(
    ("error", "code"), [(KeyboardInterrupt(), 130), (MemoryError(), 5), (RecursionError(), 1)]
)
def test_sudden_end_has_its_exit_code(
    error: BaseException,
    code: int,
    tuner: Tuner,
    monkeypatch: pytest.MonkeyPatch,
    engine: object,
) -> None:
    """Ctrl-C while reading, and no memory for the table, are ends like others."""

    def fail(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr("tuner_engine.data.profile", fail)
    answer = tuner("advise", "x")
    assert answer.code == code
    assert one_line(answer.err)


@pytest.mark.parametrize("words", [(), ("missing.csv",), ("demo:digits",), ("open", "demo:wine")])
def test_app_needs_a_terminal(words: tuple[str, ...], tuner: Tuner) -> None:
    """Without a terminal the app says so in one line, before Textual is loaded."""
    answer = tuner(*words)
    assert answer.code == (3 if words == ("missing.csv",) else 2)
    assert one_line(answer.err)
