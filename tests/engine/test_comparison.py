"""Do runs side by side show in what they differ, and only that?"""

from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest

from tuner_engine import comparison, events, runs
from tuner_engine.comparison import Row, Side
from tuner_engine.recipe import Recipe, SeedNoise, Setting, Tool
from tuner_engine.runs import Recorder
from tuner_engine.specs import DataSpec, RunSpec
from tuner_engine.state import fold_all
from tuner_engine.workload import Workload

WORKLOAD = Workload(
    family="tabular",
    task="classification",
    train_examples=10,
    valid_examples=2,
    test_examples=2,
    features=1,
    outputs=2,
)


def recipe(**values: Any) -> Recipe:
    settings = {
        name: Setting(value=value, basis="rule", confidence="low", why="")
        for name, value in values.items()
    }
    return Recipe(created="", tool=Tool(version="0"), workload=WORKLOAD, settings=settings)


def side(*said: events.AnyEvent, **spec: Any) -> Side:
    asked = RunSpec(**{"command": "train", "data": DataSpec(source="a.csv")} | spec)
    return Side(run_id="x", spec=asked, state=fold_all(said))


def row(rows: tuple[Row, ...], name: str) -> Row:
    return next(row for row in rows if row.name == name)


def test_settings_are_those_after_the_verdict() -> None:
    """What a probe measured stands in place of what was advised; what failed does not."""
    found = Setting(value=0.5, basis="measured", confidence="high", why="")

    def verdict(word: str) -> events.VerdictReached:
        return events.VerdictReached(
            probe="learning-rate",
            verdict=word,
            summary="",
            confidence="high",
            settings={"learning_rate": found},
        )

    advised = events.RecipeAdvised(recipe=recipe(learning_rate=0.1, epochs=3))
    rows = comparison.rows([side(advised, verdict("ok")), side(advised, verdict("flat"))])
    assert row(rows, "learning_rate") == Row(
        group="setting", name="learning_rate", values=(0.5, 0.1)
    )
    assert not row(rows, "epochs").differs
    assert row(rows, "verdict").values == ("ok", "flat")


def test_a_setting_of_one_run_alone_differs() -> None:
    """The other run's place stays empty."""
    one = events.RecipeAdvised(recipe=recipe(dropout=0.1))
    other = events.RecipeAdvised(recipe=recipe(weight_decay=0.1))
    rows = comparison.rows([side(one), side(other)])
    assert row(rows, "dropout").values == (0.1, None)
    assert row(rows, "weight_decay").differs


def test_the_best_loss_skips_what_diverged() -> None:
    """A loss that was no number is not the best one."""

    def scored(loss: float | None) -> events.EpochMeasured:
        return events.EpochMeasured(
            label="seed 0", epoch=1, train_loss=None, valid_loss=loss, metrics={}
        )

    state = fold_all([scored(None), scored(0.3), scored(0.2), scored(None)])
    assert comparison.best_loss(state) == 0.2
    assert comparison.best_loss(fold_all([scored(None)])) is None


def test_losses_that_seeds_explain_tie() -> None:
    """By the spread that one of the runs knows of, and only for runs of the same split."""
    known = msgspec.structs.replace(
        recipe(epochs=3), seed_noise=SeedNoise(sd=0.02, seeds=6, evidence="run")
    )

    def trained(loss: float, seed: int = 0) -> Side:
        scored = events.EpochMeasured(
            label="a", epoch=1, train_loss=None, valid_loss=loss, metrics={}
        )
        return side(events.RecipeAdvised(recipe=known), scored, seed=seed)

    def tied(*sides: Side) -> bool:
        return row(comparison.rows(sides), comparison.BEST).tied

    assert tied(trained(0.50), trained(0.55))  # 2 · 0.02 · √2 is 0.057
    assert not tied(trained(0.50), trained(0.56))
    assert not tied(trained(0.50), trained(0.55, seed=1))
    assert not tied(trained(0.50), trained(0.50))


def test_a_probe_of_seeds_tells_its_own_side() -> None:
    """Its verdict is part of the recipe that it leaves."""
    noise = SeedNoise(sd=0.02, seeds=6, evidence="run")
    verdict = events.VerdictReached(
        probe="seeds",
        verdict="ok",
        summary="",
        confidence="medium",
        settings={},
        seed_noise=noise,
    )
    found = side(events.RecipeAdvised(recipe=recipe(epochs=3)), verdict).recipe
    assert found is not None
    assert found.seed_noise == noise


@pytest.mark.parametrize("finished", [True, False])
def test_a_folder_is_read_whole(finished: bool) -> None:  # noqa: FBT001 - parametrized
    """Also one that is still written."""
    run = runs.create(
        RunSpec(command="train", data=DataSpec(source="a.csv"), seed=3),
        now=datetime(2025, 1, 2, tzinfo=UTC),
    )
    with Recorder(run) as kept:
        kept.append(events.RecipeAdvised(recipe=recipe(epochs=3)))
        if finished:
            kept.append(events.RunFinished(status="done", exit_code=0))
        rows = comparison.rows([comparison.side(run)])
    assert row(rows, "seed").values == (3,)
    assert row(rows, "epochs").values == (3,)
    assert any(it.name == "status" for it in rows) == finished
