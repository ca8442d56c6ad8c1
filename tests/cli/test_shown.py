"""Is what a person reads aligned, safe, and true to the numbers?"""

import pytest

from tuner_engine import events as said
from tuner_engine.recipe import Setting, Value
from tuner_engine.results import Checkpoint, EpochScore
from tuner_engine.state import RunState, fold
from tuner_engine.workload import Caution
from tuner_tui.cli import progress, tables


def setting(value: Value, **more: object) -> Setting:
    plain = {"basis": "rule", "confidence": "low", "why": "A reason of some length.", **more}
    return Setting(value=value, **plain)  # type: ignore[arg-type]  # known names


def score(epoch: int, loss: float | None = 1.0) -> EpochScore:
    return EpochScore(epoch=float(epoch), train_loss=1.0, valid_loss=loss, metrics={})


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (0.0056, "0.0056"),
        (1e-05, "1e-05"),
        (123456.0, "1.235e+05"),
        (64, "64"),
        (True, "yes"),
        (None, "unset"),
        ("adamw", "adamw"),
        ("\x1b[31m", r"\x1b[31m"),
    ],
)
def test_number_is_short(value: Value, shown: str) -> None:
    """Four significant digits for measurements, everything else as it is."""
    assert tables.number(value) == shown


def test_settings_stand_in_columns() -> None:
    """Values begin beneath each other, whatever the names' lengths."""
    lines = tables.settings({"lr": setting(0.1), "weight_decay": setting(0.2)}, width=None)
    assert {line.plain.find("0.") for line in lines[::2]} == {len("weight_decay  ")}


@pytest.mark.parametrize("width", [20, 40, 80])
def test_sentences_wrap_at_the_width(width: int) -> None:
    """No reason is wider than the terminal."""
    lines = tables.settings({"lr": setting(0.1, why="word " * 60)}, width=width)
    assert max(len(line.plain) for line in lines[1:]) <= width


def test_usual_settings_fit_a_small_terminal() -> None:
    """The widest row there is takes no more than 80 columns."""
    options = ("sgd", "adam", "adamw", "lion", "muon")
    beliefs = {
        "label_smoothing": setting("constant"),
        "optimizer": setting("adamw", range=options, scale="choice", confidence="medium"),
        "rate": setting(1e-5, range=(1e-6, 1.234e-5), basis="measured", confidence="medium"),
    }
    rows = tables.settings(beliefs, width=80)[::2]
    assert max(len(row.plain) for row in rows) <= 80


def test_sentences_stay_whole_in_a_pipe() -> None:
    """Without a terminal a reason is one line, so that grep finds it."""
    lines = tables.settings({"lr": setting(0.1, why="word " * 60)}, width=None)
    assert len(lines) == 2


def test_sources_are_numbered_once() -> None:
    """Settings that share a source share its number."""
    beliefs = {
        "a": setting(1, sources=("one", "two")),
        "b": setting(2, sources=("two \x1b[0m",)),
        "c": setting(3, sources=("two",)),
    }
    plain = [line.plain for line in tables.settings(beliefs, width=None)]
    cited = [line.split(" [")[1] for line in plain if line.startswith(" ")]
    assert cited == ["1, 2]", "3]", "2]"]
    assert plain[-3:] == ["[1] one", "[2] two", r"[3] two \x1b[0m"]


@pytest.mark.parametrize(
    ("belief", "shown"),
    [
        (setting(0.1, range=(0.01, 1.0), scale="log"), "0.01 to 1"),
        (setting("a", range=("a", "b"), scale="choice"), "of a, b"),
        (setting("a", range=tuple("abcdefghijklmnop"), scale="choice"), "of 16"),
        (setting("a", range=("a",), scale="choice"), "x  a  rule"),
        (setting(1, locked=True), "locked"),
    ],
)
def test_range_says_what_is_worth_trying(belief: Setting, shown: str) -> None:
    """Two ends on a scale, the options of a choice, and only a count of many."""
    assert shown in tables.settings({"x": belief}, width=None)[0].plain


def test_long_history_keeps_what_matters() -> None:
    """Of many epochs the first, the last and the best are always there."""
    epochs = [score(number) for number in range(1, 301)]
    best = Checkpoint(epoch=137.0, valid_loss=0.1, metrics={})
    plain = [line.plain for line in tables.history(epochs, best=best)]
    shown = [line.split()[0] for line in plain[1:-1]]
    assert {"1", "137", "300"} <= set(shown)
    assert len(shown) <= tables.LONGEST_HISTORY + 3
    assert plain[-1] == f"({300 - len(shown)} more epochs in the JSON)"
    assert sum(line.endswith("best") for line in plain) == 1


def test_history_may_be_empty() -> None:
    """A training that ended before its first epoch shows the head alone."""
    assert len(tables.history([], best=None)) == 1


def test_diverged_epoch_is_not_a_number() -> None:
    """An epoch without a loss says so."""
    assert "diverged" in tables.history([score(1, None)], best=None)[1].plain


PHASE = said.PhaseStarted(phase="sweep", lanes=4, lane_steps=100, plan="see \x1b[31m", at_s=1.0)


def trials(*losses: float | None, finished: bool = True) -> said.TrialsMeasured:
    return said.TrialsMeasured(
        rung=0,
        horizon_share=0.25,
        trials=tuple(
            said.Trial(learning_rate=0.1 * n, seed=0, steps=9, valid_loss=loss, best_epoch=1.0)
            for n, loss in enumerate(losses, start=1)
        ),
        finished=finished,
    )


@pytest.mark.parametrize(
    ("event", "line"),
    [
        (PHASE, r"sweep: see \x1b[31m"),
        (trials(0.5, 0.25, None), "3 lanes, best loss 0.25 at learning rate 0.2"),
        (trials(0.0, 0.25), "best loss 0 at learning rate 0.1"),
        (trials(None, None), "all 2 lanes diverged"),
        (said.CautionRaised(caution=Caution(code="c", message="hm")), "warning: hm"),
    ],
)
def test_event_reads_as_one_line(event: said.AnyEvent, line: str) -> None:
    """Each event that matters to a person is one safe line."""
    told = progress.line(event)
    assert told is not None
    assert told.isprintable()
    assert line in told


@pytest.mark.parametrize(
    "event",
    [said.StepsTaken(phase="sweep", lane_steps=3), trials(0.5, finished=False)],
)
def test_small_steps_are_not_told(event: said.AnyEvent) -> None:
    """What only moves a bar writes no line."""
    assert progress.line(event) is None


def test_epochs_are_told_now_and_then(capsys: pytest.CaptureFixture[str]) -> None:
    """Hundreds of epochs in a log are one line every few seconds of the run."""
    lines = progress.Lines()
    for tenth in range(200):
        event = said.EpochMeasured(
            label="seed 0",
            epoch=float(tenth),
            train_loss=None,
            valid_loss=None,
            metrics={},
            at_s=tenth / 10,
        )
        lines.show(fold(RunState(), event), event)
    assert len(capsys.readouterr().err.splitlines()) == 4


def test_bar_moves_and_ends_without_a_trace_on_stdout(capsys: pytest.CaptureFixture[str]) -> None:
    """The bar lives on stderr, with the lines above it."""
    state = RunState()
    with progress.Bar() as bar:
        for event in (PHASE, said.StepsTaken(phase="sweep", lane_steps=50), trials(0.5), PHASE):
            state = fold(state, event)
            bar.show(state, event)
    captured = capsys.readouterr()
    assert captured.out == ""
    assert "best loss 0.5" in captured.err
