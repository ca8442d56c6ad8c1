"""Is time foretold from few steps, and asked for only where there is a budget?"""

import problems
import pytest

from tuner_engine.models import tabular
from tuner_engine.probes import pace
from tuner_engine.probes.bench import Bench
from tuner_engine.probes.pace import Pace
from tuner_engine.probes.terms import Terms
from tuner_engine.training import cohort, fitting


@pytest.fixture(scope="module")
def bench(device: None) -> Bench:
    settings = problems.settings()
    task = tabular.task(problems.blobs(), settings)
    return Bench(fitting.fitted(task, settings, lanes=3).program, settings, Terms())


def test_seconds_add_up() -> None:
    """Steps and scorings of every lane."""
    speed = Pace(step_s=0.1, score_s=2.0)
    assert speed.seconds(problems.course(100, every=50), lanes=3) == pytest.approx(3 * 14.0)
    assert speed.seconds(problems.course(100), lanes=1) == pytest.approx(10.0)


def test_a_scoring_costs_what_it_computes(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    """A hundred examples forward, beside a step of 32 there and back; nothing is scored for it."""
    scored: list[int] = []
    train = cohort.train

    def watched(*given, **named):  # type: ignore[no-untyped-def]
        for chunk in train(*given, **named):
            scored.extend(chunk.scored_after.tolist())
            yield chunk

    monkeypatch.setattr(cohort, "train", watched)
    speed = pace.measured(bench, lanes=3)
    assert speed.step_s > 0
    assert speed.score_s == pytest.approx(speed.step_s * 100 / 32 / 3)
    assert scored == []


def test_without_a_budget_time_is_not_asked_for(bench: Bench) -> None:
    """With one, some of what is left is kept back."""
    assert pace.affordable_s(bench) is None
    terms = Terms(budget_s=10.0, clock=lambda: 2.0)
    own = Bench(bench.program, bench.settings, terms)
    assert pace.affordable_s(own) == pytest.approx(8.0 * 0.9)
