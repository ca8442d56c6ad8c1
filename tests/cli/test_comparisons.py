"""Do compared trainings and tried batch sizes stand in tables that say what became of each?"""

from typing import Any

from tuner_engine.events import BatchTried
from tuner_engine.recipe import Recipe, Tool
from tuner_engine.results import Cost, Lane, ProbeResult
from tuner_engine.workload import Workload
from tuner_tui.cli import comparisons, tables

COMMON: dict[str, Any] = {"created": "now", "tool": Tool(version="0"), "environment": {}}
WORKLOAD = Workload(
    family="tabular",
    task="regression",
    train_examples=9,
    valid_examples=3,
    test_examples=0,
    features=2,
    outputs=1,
)


def probe(lanes: tuple[Lane, ...] = (), batches: tuple[BatchTried, ...] = ()) -> ProbeResult:
    """Return a probe that compared something."""
    return ProbeResult(
        run_id="run-1",
        probe="epochs",
        verdict="ok",
        summary="",
        confidence="high",
        status="done",
        settings={},
        reading={},
        curves={},
        lanes=lanes,
        batches=batches,
        cost=Cost(steps=1, full_trainings=0.1, wall_s=1.0, compile_s=0.5),
        recipe=Recipe(workload=WORKLOAD, settings={}, **COMMON),
        **COMMON,
    )


def lane(arm: str, seed: int, loss: float | None) -> Lane:
    return Lane(
        learning_rate=0.01,
        seed=seed,
        horizon_share=1.0,
        steps=10,
        valid_loss=loss,
        best_epoch=4.0 + seed,
        arm=arm,
    )


def test_each_arm_is_a_row() -> None:
    """Seeds, the mean over those that survived, their spread, and the typical best epoch."""
    lanes = (lane("all data", 0, 0.5), lane("all data", 1, 0.7), lane("1/2 of the data", 0, None))
    ((head, rows),) = comparisons.tables(probe(lanes=lanes))
    assert head[0] == "trainings"
    assert rows == [
        ("all data", "2", "0.6", "0.14", "4.5"),
        ("1/2 of the data", "1 (1 diverged)", "-", "-", "-"),
    ]


def test_each_batch_size_is_a_row() -> None:
    """Speed where it ran, the reason in a word where it did not."""
    batches = (
        BatchTried(
            batch_size=1024, outcome="ran", step_s=(0.01, 0.02, 0.5), memory_bytes=3_000_000
        ),
        BatchTried(batch_size=2048, outcome="does-not-fit", why="large"),
    )
    ((_, rows),) = comparisons.tables(probe(batches=batches))
    assert rows == [
        ("1,024", "51,200", "20", "3 MB", "ran"),
        ("2,048", "-", "-", "-", "does-not-fit"),
    ]


def test_a_probe_shows_its_tables() -> None:
    """Beneath the settings, aligned; a learning rate's trials have lines of their own."""
    lanes = (lane("as advised", 0, 0.5),)
    shown = [line.plain for line in tables.probe(probe(lanes=lanes), width=None)]
    assert any(line.startswith("as advised") for line in shown)
    assert comparisons.tables(probe(lanes=(lane("", 0, 0.5),))) == []
