"""How do stated facts, assumptions, memory and time read as text?

Pure: workloads and estimates in, lines out.
"""

from tuner_engine.advice import duration, estimates
from tuner_engine.advice.duration import Duration
from tuner_engine.advice.fitting import Fit
from tuner_engine.advice.memory import billions, gibibytes
from tuner_engine.printable import printable
from tuner_engine.recipe import Recipe
from tuner_engine.workload import Workload
from tuner_tui.cli import tables
from tuner_tui.cli.lines import Line

_REGIMES = {
    "scratch": "trained from scratch",
    "full": "tuned in every weight",
    "lora": "tuned with LoRA",
    "qlora": "tuned with QLoRA",
    "dpo": "tuned on preferences with DPO",
    "kto": "tuned on preferences with KTO",
    "grpo": "tuned on rewards with GRPO",
    "reward": "tuned to a reward model",
    "inference": "sampled",
}
"""Regime → how it reads after the model's name."""


def lines(advised: Recipe, *, width: int | None) -> list[Line]:
    """Return what was assumed, what memory is needed and how long it takes, where that is known."""
    fit = estimates.memory_fit(advised.settings, advised.workload)
    needed = estimates.time_needed(advised.settings, advised.workload)
    return [
        *_assumptions(advised.workload, width=width),
        *(_memory(fit, width=width) if fit else []),
        *(_time(needed, width=width) if needed else []),
    ]


def sentence(workload: Workload) -> str:
    """Return what is trained on what, for facts that came from no file."""
    article = "an" if workload.family == "image" else "a"
    model = printable(workload.base_model or f"{article} {workload.family} model")
    size = f" ({billions(workload.base_parameters)})" if workload.base_parameters else ""
    parts = [f"{model}{size} {_REGIMES[workload.regime]}", *_data(workload)]
    serving, hardware = workload.serving, workload.hardware
    if serving and serving.engine:
        parts.append(f"by {printable(serving.engine)}")
    if serving and serving.purpose:
        parts.append(f"for {serving.purpose}")
    if hardware:
        count = f"{hardware.count} × " if hardware.count > 1 else ""
        memory = f" of {gibibytes(hardware.memory_bytes)}" if hardware.memory_bytes else ""
        parts.append(f"on {count}{printable(hardware.device)}{memory}")
    return " ".join(parts)


def _data(workload: Workload) -> list[str]:
    if workload.regime == "inference":
        return []
    examples = f"on {workload.train_examples:,} examples"
    if workload.tokens is None:
        return [examples]
    if workload.task == "language-modelling":
        return [f"on {billions(workload.tokens.train_tokens)} tokens"]
    return [f"{examples} of {workload.tokens.mean_length:g} tokens"]


def _assumptions(workload: Workload, *, width: int | None) -> list[Line]:
    told = estimates.assumptions(workload)
    if not told:
        return []
    listed = (line for each in told for line in tables.wrapped(f"- {each}", width=width))
    return [Line(), Line("assumed, as nobody said so", style="bold"), *listed]


def _memory(fit: Fit, *, width: int | None) -> list[Line]:
    rows = [
        (line.what, gibibytes(line.bytes), f"= {line.arithmetic}") for line in (*fit.need.lines,)
    ]
    rows.append(("in all", gibibytes(fit.need.bytes), f"of {gibibytes(fit.available_bytes)}"))
    each = " on each device" if fit.plan.devices > 1 else ""
    verdict = "does not fit" if not fit.fits else ("fits, but tight" if fit.tight else "fits")
    head = Line(f"memory{each}: {verdict}", style="bold" if fit.fits else "bold yellow")
    return [
        Line(),
        head,
        *tables.columns(("part", "takes", "how"), rows),
        *_trust(fit, width=width),
        *(
            line
            for each in fit.suggestions
            for line in tables.wrapped(f"- would fit: {each}", width=width)
        ),
    ]


def _trust(fit: Fit, *, width: int | None) -> list[Line]:
    if not fit.tight:
        return []
    said = "Measured trainings lie up to a fifth above or below this arithmetic."
    return tables.wrapped(said, width=width, style="dim")


def _time(needed: Duration, *, width: int | None) -> list[Line]:
    assumed = " (assumed; --utilisation)" if needed.assumed else ""
    said = [
        f"{billions(needed.tokens_per_epoch)} tokens an epoch",
        *needed.lines,
    ]
    told = (line for each in said for line in tables.wrapped(each, width=width))
    head = f"time: about {duration.in_words(needed.seconds)}, at {needed.utilisation:.0%} of peak"
    return [Line(), Line(head + assumed, style="bold"), *told]
