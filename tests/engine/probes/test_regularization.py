"""Is regularisation tried only where there is overfitting, and taken only where it is confirmed?"""

from dataclasses import replace

import numpy as np
import problems
import pytest

from tuner_engine.data import Dataset
from tuner_engine.events import AnyEvent, LanesStarted, VerdictReached
from tuner_engine.models import tabular
from tuner_engine.probes import regularization, regularization_plan, regularization_verdict
from tuner_engine.probes.curves import Curves, read_curves
from tuner_engine.probes.regularization_plan import Candidate
from tuner_engine.probes.regularization_verdict import Found
from tuner_engine.probes.terms import Terms
from tuner_engine.specs import Hyperparameters
from tuner_engine.training.task import Task

SMALL = problems.settings(
    hidden_width=32, schedule="constant", learning_rate=3e-2, batch_size=16, epochs=20
)


@pytest.fixture(autouse=True)
def _device(device: None) -> None: ...


def noisy(train: int = 64) -> Dataset:
    """Return clouds of which a third of the rows bear any label: what is learnt by heart hurts."""
    data = problems.blobs(train=train)
    rng = np.random.default_rng(1)
    splits = {}
    for name, split in (("train", data.train), ("valid", data.valid)):
        other = rng.integers(0, problems.CLASSES, len(split["y"])).astype(np.int32)
        y = np.where(rng.uniform(size=len(other)) < 1 / 3, other, split["y"])
        splits[name] = {"x": split["x"], "y": y}
    return replace(data, **splits)


def probed(
    task: Task, settings: Hyperparameters, terms: Terms | None = None
) -> tuple[list[AnyEvent], VerdictReached]:
    told = list(regularization.probe(task, settings, terms or Terms(evidence="run-1")))
    assert isinstance(told[-1], VerdictReached)
    return told, told[-1]


def arms(told: list[AnyEvent]) -> set[str]:
    return {lane.arm for event in told if isinstance(event, LanesStarted) for lane in event.lanes}


def test_without_overfitting_nothing_else_is_tried() -> None:
    """A small model on much data: the advised values stay, and the reason is given."""
    settings = replace(SMALL, hidden_width=2, epochs=6)
    told, verdict = probed(tabular.task(problems.plane(), settings), settings)
    assert (verdict.verdict, verdict.settings) == ("no-overfitting", {})
    assert arms(told) == {regularization_verdict.ADVISED}


def test_what_is_learnt_by_heart_is_regularised() -> None:
    """Every setting that has an effect is tried; what is recommended was confirmed."""
    told, verdict = probed(tabular.task(noisy(), SMALL), SMALL)
    assert verdict.verdict == "ok"
    tried = arms(told)
    assert any(name.startswith("weight decay") for name in tried)
    assert any(name.startswith("dropout") for name in tried)
    assert any(name.startswith("label smoothing") for name in tried)
    assert set(verdict.settings) <= {"weight_decay", "dropout", "label_smoothing"}
    for name, setting in verdict.settings.items():
        if setting.value != getattr(SMALL, name):
            assert verdict.reading["confirmed at 1 of the rate"] > 0  # type: ignore[operator]
        else:
            assert "stays" in setting.why


def test_shuffled_labels_are_not_regularised() -> None:
    """What does not learn cannot be helped."""
    task = tabular.task(problems.blobs(train=64, shuffled=True), SMALL)
    assert probed(task, SMALL)[1].verdict == "not-learning"


# ── the plan ─────────────────────────────────────────────────────────────────────────────────────


def test_decay_is_tried_by_its_timescale() -> None:
    """A decay that forgets over the whole training, a third of it, a tenth of it."""
    settings = problems.settings(learning_rate=0.01, weight_decay=0.0)
    tried = regularization_plan.decays(settings, full_steps=1000)
    assert tried == (0.1, 0.33, 1.0)
    spans = [regularization_plan.span_of(each, settings, full_steps=1000) for each in tried]
    assert spans == pytest.approx([1.0, 0.3, 0.1], rel=0.02)


def test_the_advised_value_is_not_tried_twice() -> None:
    """Nor what is hardly another one; but none at all is."""
    settings = problems.settings(learning_rate=0.01, weight_decay=0.12, dropout=0.1)
    found = regularization_plan.candidates(settings, full_steps=1000, effective={"dropout"})
    assert [each.value for each in found["weight_decay"]] == [0.0, 0.33, 1.0]
    assert [each.value for each in found["dropout"]] == [0.0, 0.3, 0.5]
    assert "label_smoothing" not in found


def test_momentum_shortens_the_timescale() -> None:
    """Each gradient of SGD counts tenfold, and so does its decay."""
    sgd = problems.settings(optimizer="sgd", learning_rate=0.01)
    adamw = problems.settings(optimizer="adamw", learning_rate=0.01)
    decays = [regularization_plan.decay_of(1.0, each, full_steps=100) for each in (sgd, adamw)]
    assert decays == pytest.approx([0.1, 1.0])


# ── the verdict ──────────────────────────────────────────────────────────────────────────────────


def curve(best: float, *, sigma: float = 0.01, seeds: int = 3, rng: int = 0) -> Curves:
    """Return seeds that fall to a best loss and rise from there."""
    epochs = np.arange(1.0, 41.0)
    middle = best + 0.002 * (epochs - 20) ** 2
    valid = middle + sigma * np.random.default_rng(rng).normal(size=(seeds, 1))
    return Curves(epochs, valid, valid, {}, np.zeros(seeds, bool))


def found(*, tried: float, again: float, confirming: float) -> Found:
    """Return a probe whose dropout of 0.3 did so well, first and with fresh seeds."""
    base = curve(1.0)
    own = Found(100, base=base, reading=read_curves(base, ignorance=2.0))
    candidate = Candidate("dropout", 0.3)
    own.tried = {
        candidate: curve(tried, seeds=2),
        Candidate("dropout", 0.5): curve(1.0, seeds=2, rng=9),
    }
    own.best = candidate
    own.again = curve(again, rng=4)
    own.confirming = {factor: curve(confirming, rng=4) for factor in (0.5, 1.0, 2.0)}
    return own


def verdict(own: Found) -> VerdictReached:
    return regularization_verdict.of(
        own,
        problems.settings(),
        untried=(),
        constant_loss=2.0,
        evidence="run-1",
        stopped=False,
    )


def test_what_fresh_seeds_confirm_is_taken() -> None:
    """With the gain that they show."""
    said = verdict(found(tried=0.8, again=1.0, confirming=0.85))
    assert said.settings["dropout"].value == 0.3
    assert said.settings["dropout"].basis == "measured"


def test_what_fresh_seeds_do_not_confirm_is_left() -> None:
    """The luck of the best of many is not taken for a gain."""
    said = verdict(found(tried=0.8, again=1.0, confirming=0.999))
    assert said.settings["dropout"].value == 0.0
    assert "did not confirm" in said.summary


def test_the_best_is_promising_only_if_clearly_better() -> None:
    """A tie is a tie."""
    assert regularization_verdict.promising(found(tried=0.8, again=1, confirming=1)) is not None
    assert regularization_verdict.promising(found(tried=0.999, again=1, confirming=1)) is None


def test_no_value_is_promising_for_what_seeds_explain() -> None:
    """As a probe of seeds measured it before, and fresh seeds confirm nothing below it either."""
    own = found(tried=0.8, again=1.0, confirming=0.85)
    own.seed_sd = 0.3
    assert regularization_verdict.promising(own) is None
    assert not any(standing.better for standing in own.confirmed().values())
