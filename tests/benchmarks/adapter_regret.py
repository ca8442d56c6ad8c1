"""How does advice on adapters do among published runs, and is its arithmetic of memory right?

```text
python tests/benchmarks/adapter_regret.py RESULTS
```

Nothing is trained. RESULTS is `method_comparison/MetaMathQA/results` of huggingface/peft: one model
tuned on the same 20,000 examples in many ways, each with its accuracy on a test split and its peak
of memory. Plain LoRA and full tuning are looked at, as these are what is advised; none of the runs
is behind a row of the presets.

The runs' own rate is the same and their scales differ, so that rates are compared times alpha /
rank, or alpha / sqrt(rank) where that is the scale; and times alpha alone, which is what should
stay if the best rate does not depend on the rank (row B28). Regret is the best accuracy minus that
of the run nearest to the advice, in points; ranks and targets differ, too, so it is a hint.
Memory is that of the advised arithmetic at the longest sequence, over the measured peak.
"""

import argparse
import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from math import log, sqrt
from pathlib import Path
from typing import Any

from tuner_engine.advice import advise, catalogue, memory, stated
from tuner_engine.advice.memory import Plan
from tuner_engine.advice.stated import Stated, Subject
from tuner_engine.recipe import Recipe, Setting
from tuner_engine.specs import Choices
from tuner_engine.workload import Profile

MODEL = "llama-3.2-3b"

DEFAULT_RATE = 1e-4
"""Of the comparison's own defaults."""

TARGETS = {"q_proj": "attention", "up_proj": "mlp"}
"""A matrix among the adapted ones → what is adapted, as near as it is named here."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One run of the comparison.

    Attributes:
        name: Of its file.
        accuracy: On the test split, in points.
        rate: Learning rate times the adapters' scale.
        plan: What memory depends on; none where all weights were trained, in another precision
            than is reckoned with here.
        parameters: That were trained.
        peak_bytes: Of memory.
    """

    name: str
    accuracy: float
    rate: float
    plan: Plan | None
    parameters: int
    peak_bytes: int


def main() -> None:
    """Print the runs, what the advised rate costs, and memory against what was measured."""
    parser = argparse.ArgumentParser()
    parser.add_argument("results", type=Path)
    runs = sorted(_runs(parser.parse_args().results), key=lambda run: -run.accuracy)
    for run in runs:
        sys.stdout.write(
            f"{run.name:<32} {run.accuracy:5.1f} points  effective rate {run.rate:7.1e}  "
            f"{run.parameters / 1e6:7.1f}M trained  {run.peak_bytes / 2**30:5.1f} GiB"
            f"{_reckoned(run)}\n"
        )
    settings = _advised().settings
    rank, alpha = (float(settings[name].value or 1) for name in ("lora_rank", "lora_alpha"))
    adapters = [run for run in runs if run.plan is not None]
    sys.stdout.write(
        f"advised: rate {settings['learning_rate'].value}, rank {rank:g}, alpha {alpha:g}, on "
        f"{settings['lora_targets'].value}\n"
    )
    _tell("alpha / rank", settings["learning_rate"], alpha / rank, adapters, times_rank=False)
    _tell("alpha", settings["learning_rate"], alpha, adapters, times_rank=True)


def _tell(scale: str, rate: Setting, factor: float, runs: list[Run], *, times_rank: bool) -> None:
    """Say which run is nearest to the advice, if rates are compared at a scale."""

    def moved(run: Run) -> float:
        rank = run.plan.rank if run.plan is not None and times_rank else 1
        return run.rate * rank

    advised, (low, *_, high) = float(rate.value or 0) * factor, rate.range or (0, 0)
    taken = min(runs, key=lambda run: abs(log(moved(run) / advised)))
    best = max(runs, key=lambda run: run.accuracy)
    held = float(low or 0) * factor <= moved(best) <= float(high or 0) * factor
    sys.stdout.write(
        f"rate × {scale}: {advised:.1e}; nearest {taken.name}, regret "
        f"{best.accuracy - taken.accuracy:.1f} points; the best run's is {moved(best):.1e}, "
        f"{'in' if held else 'outside'} the advised range\n"
    )


def _runs(folder: Path) -> Iterator[Run]:
    for path in sorted([*folder.glob("lora--*.json"), *folder.glob("full-*.json")]):
        content = json.loads(path.read_text())
        told, found = content["run_info"], content["train_info"]
        adapted: dict[str, Any] | None = told["peft_config"]
        if adapted is not None and _varied(adapted, told["train_config"]):
            continue
        rate = (told["train_config"]["optimizer_kwargs"] or {}).get("lr", DEFAULT_RATE)
        yield Run(
            name=path.stem.partition("--")[0] + " " + path.stem.rpartition("3B-")[2],
            accuracy=100 * found["metrics"][-1]["test accuracy"],
            rate=rate * (_scale(adapted) if adapted else 1.0),
            plan=_plan(adapted, told["train_config"]) if adapted else None,
            parameters=found["num_trainable_params"],
            peak_bytes=found["accelerator_memory_max"],
        )


def _varied(adapted: dict[str, Any], trained: dict[str, Any]) -> bool:
    """Return whether adapters are a variant of LoRA, or are moved by another optimizer."""
    variants = [name for name in adapted if name.startswith("use_") and name != "use_rslora"]
    others = any(adapted[name] for name in variants) or trained["optimizer_type"] != "AdamW"
    configured = [name for name in adapted if name.endswith("_config") and adapted[name]]
    return others or bool(configured) or adapted.get("init_lora_weights") is not True


def _scale(adapted: dict[str, Any]) -> float:
    rank, alpha = int(adapted["r"]), float(adapted["lora_alpha"])
    return alpha / sqrt(rank) if adapted["use_rslora"] else alpha / rank


def _plan(adapted: dict[str, Any], trained: dict[str, Any]) -> Plan:
    base = catalogue.model(MODEL)
    assert base is not None
    named = next(word for name, word in TARGETS.items() if name in adapted["target_modules"])
    return Plan(
        base=base,
        method="adapters",
        rank=adapted["r"],
        targets=named,
        micro_batch_size=trained["batch_size"],
        sequence_length=trained["max_seq_length"],
    )


def _reckoned(run: Run) -> str:
    if run.plan is None:
        return ""
    share = memory.need(run.plan).bytes / run.peak_bytes
    return f", reckoned {share:.2f} of it"


def _advised() -> Recipe:
    """Return the advice for the comparison's model and data."""
    facts = Stated(examples="20000", avg_tokens=210, regime="lora")
    profile = Profile(workload=stated.workload(facts, Subject(model=MODEL)), data=None)
    return advise(profile, Choices(epochs=1), created="")


if __name__ == "__main__":
    main()
