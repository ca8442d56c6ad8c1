"""How do trainings that were compared, and batch sizes that were tried, read as tables?

Pure: results in, lines out. Each arm is one row, with the mean over its seeds and their spread.
"""

from collections.abc import Sequence
from statistics import mean, median, stdev
from typing import TYPE_CHECKING

from tuner_engine.data.memory import shown_bytes

if TYPE_CHECKING:
    from tuner_engine.events import BatchTried
    from tuner_engine.results import Lane, ProbeResult

Table = tuple[Sequence[str], list[Sequence[str]]]
"""Head and rows."""

NONE = "-"
"""Where there is no figure."""


def tables(found: "ProbeResult") -> list[Table]:
    """Return the tables of a probe, in the order in which they are read; often none."""
    arms = [lane for lane in found.lanes if lane.arm]
    return [
        *([_batches(found.batches)] if found.batches else []),
        *([_arms(arms)] if arms else []),
    ]


def _batches(tried: "Sequence[BatchTried]") -> Table:
    head = ("batch", "examples/s", "ms a step", "memory", "outcome")
    return head, [_batch(each) for each in tried]


def _batch(each: "BatchTried") -> Sequence[str]:
    memory = NONE if each.memory_bytes is None else shown_bytes(each.memory_bytes)
    if not each.step_s:
        return f"{each.batch_size:,}", NONE, NONE, memory, each.outcome
    step_s = median(each.step_s)
    speed, step = f"{each.batch_size / step_s:,.0f}", f"{1e3 * step_s:.3g}"
    return f"{each.batch_size:,}", speed, step, memory, each.outcome


def _arms(lanes: "Sequence[Lane]") -> Table:
    names = dict.fromkeys(lane.arm for lane in lanes)
    rows = [_arm(name, [lane for lane in lanes if lane.arm == name]) for name in names]
    return ("trainings", "seeds", "best valid loss", "spread", "best epoch"), rows


def _arm(name: str, lanes: "Sequence[Lane]") -> Sequence[str]:
    losses = [lane.valid_loss for lane in lanes if lane.valid_loss is not None]
    lost = len(lanes) - len(losses)
    seeds = f"{len(lanes)}" + (f" ({lost} diverged)" if lost else "")
    if not losses:
        return name, seeds, NONE, NONE, NONE
    spread = f"{stdev(losses):.2g}" if len(losses) > 1 else NONE
    epoch = median(lane.best_epoch for lane in lanes if lane.valid_loss is not None)
    return name, seeds, f"{mean(losses):.4g}", spread, f"{epoch:.3g}"
