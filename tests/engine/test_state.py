"""Do events add up to the same state, however they arrive?"""

from hypothesis import given
from hypothesis import strategies as st

from tuner_engine import events as said
from tuner_engine.state import RunState, fold, fold_all

RATES = st.lists(st.floats(1e-6, 10), min_size=1, max_size=3).map(tuple)


@st.composite
def sweeps(draw: st.DrawFn) -> said.SweepMeasured:
    rates = draw(RATES)
    row = st.tuples(*[st.one_of(st.none(), st.floats(0, 10))] * len(rates))
    return said.SweepMeasured(learning_rates=rates, losses=(draw(row), draw(row)))


EVENTS = st.one_of(
    sweeps(),
    st.builds(
        said.PhaseStarted,
        phase=st.sampled_from(["sweep", "trials"]),
        lanes=st.just(2),
        lane_steps=st.integers(1, 100),
        plan=st.just("a plan"),
        at_s=st.floats(0, 100),
    ),
    st.builds(
        said.LossesMeasured,
        phase=st.just("epochs"),
        epoch=st.floats(0, 9),
        losses=st.tuples(st.floats(0, 9), st.none()),
    ),
    st.builds(said.StepsTaken, phase=st.just("sweep"), lane_steps=st.integers(0, 100)),
    st.builds(
        said.ProgramCompiled,
        phase=st.just("sweep"),
        compile_s=st.floats(0, 10),
        layout=st.just("map/scan"),
    ),
    st.builds(
        said.TrialsMeasured,
        rung=st.integers(0, 2),
        horizon_share=st.just(0.1),
        trials=st.just(()),
        finished=st.booleans(),
    ),
    st.builds(
        said.EpochMeasured,
        label=st.just("seed 0"),
        epoch=st.floats(0, 9),
        train_loss=st.none(),
        valid_loss=st.floats(0, 9),
        metrics=st.just({}),
    ),
)


@given(st.lists(EVENTS, max_size=8), st.integers(0, 8))
def test_prefix_then_rest_equals_all(run: list[said.AnyEvent], cut: int) -> None:
    """Attaching late and catching up shows what was there from the start."""
    assert fold_all(run[cut:], fold_all(run[:cut])) == fold_all(run)


@given(st.lists(EVENTS, max_size=8))
def test_sweep_stays_rectangular(run: list[said.AnyEvent]) -> None:
    """There is one loss per seed and rate, so that a chart can be drawn at every moment."""
    state = fold_all(run)
    assert all(len(row) == len(state.learning_rates) for row in state.sweep)


@given(st.lists(EVENTS, max_size=8))
def test_clock_never_runs_back(run: list[said.AnyEvent]) -> None:
    """The state's time is the latest of its events'."""
    assert fold_all(run).at_s == max((event.at_s for event in run), default=0.0)


def test_rung_is_replaced_by_its_next_report() -> None:
    """An unfinished rung gives way to the finished one; other rungs stay, in order."""

    def rung(number: int, *, finished: bool) -> said.TrialsMeasured:
        return said.TrialsMeasured(rung=number, horizon_share=0.1, trials=(), finished=finished)

    state = fold_all([rung(1, finished=False), rung(0, finished=True), rung(1, finished=True)])
    assert state.rungs == (rung(0, finished=True), rung(1, finished=True))


def test_steps_count_within_the_phase() -> None:
    """A new phase begins counting its own steps."""
    phase = said.PhaseStarted(phase="trials", lanes=1, lane_steps=10, plan="")
    state = fold_all([said.StepsTaken(phase="sweep", lane_steps=7), phase])
    assert (state.lane_steps, state.phase) == (0, phase)


def test_compile_time_adds_up_over_phases() -> None:
    """Every phase's compile time counts."""
    one = said.ProgramCompiled(phase="sweep", compile_s=1.5, layout="map/scan")
    assert fold_all([one, one]).compile_s == 3.0


def test_folding_leaves_the_old_state_alone() -> None:
    """A state that somebody still draws does not change under them."""
    before = RunState()
    after = fold(before, said.StepsTaken(phase="sweep", lane_steps=7, at_s=2.0))
    assert (before, after.at_s, after.lane_steps) == (RunState(), 2.0, 7)
