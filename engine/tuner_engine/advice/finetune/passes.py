"""How is the data gone through: in which batches, how often, and how much of each example?"""

from math import ceil

from msgspec.structs import replace

from tuner_engine.advice.beliefs import bounds, published, worded
from tuner_engine.advice.finetune.case import Case
from tuner_engine.advice.rules import tuning
from tuner_engine.advice.rules.tabular import at_most_a_tenth, power_of_two
from tuner_engine.recipe import Setting
from tuner_engine.settings import unit

FEW_EXAMPLES = 1_000
"""Below it an encoder is tuned longer than usual. House choice, row B6."""

SMALL_TASK = 10_000
"""Examples up to which RoBERTa and LoRA's encoders are tuned on small batches, and longer. House
choice: the tasks of rows B5 and B35 lie on either side of it."""

MANY_EXAMPLES = 25_000
"""Examples from which three passes are enough for any encoder. House choice."""

SMALL_ENCODER = 50_000_000
"""Parameters up to which row B3 speaks of an encoder."""

SHORT_SHARE = 0.5
"""Mean length over the sequence's below which examples are packed. House choice."""

_BATCH_ROWS = {
    "lora": "B30",
    "qlora": "B37",
    "dpo": "G2",
    "kto": "B58",
    "grpo": "G2",
    "full": "B15",
}
"""Regime → the row of a language model's batch."""


def batch_row(case: Case) -> str:
    """Return the row that gives the batch."""
    if case.sees:
        return "B12" if case.base.kin == "convnext" else "B8"
    if case.encodes:
        if case.adapted:
            return "B35"
        return "B5" if case.follows_roberta else "B1"
    return _BATCH_ROWS.get(case.workload.regime, "G2")


def batch_in_force(case: Case) -> int:
    """Return the examples of a step, decided or advised."""
    return case.whole("batch_size") or advised_batch_size(case)


def advised_batch_size(case: Case) -> int:
    """Return the published batch, lowered on few examples, whole on every device.

    Vision transformers are tuned for a number of steps, however few images there are, so that
    their batch need not leave several to a pass.
    """
    published_size = _published_batch(case)
    lowered = at_most_a_tenth(published_size, train_examples=case.examples)
    if _stepped(case):
        lowered = min(published_size, power_of_two(case.examples))
    if case.speaks:
        lowered = tuning.enough_steps_batch(
            lowered, examples=case.examples, epochs=epochs_in_force(case)
        )
    return ceil(lowered / case.devices) * case.devices


def _stepped(case: Case) -> bool:
    """Return whether a number of steps is published instead of passes."""
    return case.sees and case.base.kin not in {"convnext", "deit"}


def _published_batch(case: Case) -> int:
    row = batch_row(case)
    if row in {"B1", "B5", "B35"}:
        return 16 if case.examples < SMALL_TASK else 32
    return int(case.presets.value(row, "batch_size"))


def batch_size(case: Case) -> Setting:
    """Return the examples of a step."""
    row, value, usual = batch_row(case), advised_batch_size(case), _published_batch(case)
    setting = published(case.presets, row, "batch_size", also=("G5",) if value < usual else ())
    house = case.presets.rows[row].status == "house"
    who = "A house choice takes" if house else "Published tunings of this kind take"
    why = f"{who} {usual:,} examples a step"
    if value < usual:
        enough = f"so that {case.counted_examples} make enough steps"
        why += f", lowered to {value:,} {'as there are no more' if _stepped(case) else enough}"
    if value > usual:
        why += f", raised to {value:,} so that each of {case.devices} devices has some"
    if case.adapted and case.speaks:
        why += "; adapters lose to full tuning sooner as the batch grows"
    return replace(
        setting,
        value=value,
        range=(max(value // 2, 1), 2 * value),
        scale="log",
        basis="preset" if value == usual else "rule",
        why=f"{why}.",
        alternatives=_other_batches(case),
    )


def _other_batches(case: Case) -> tuple[str, ...]:
    if not (case.speaks and case.adapted) or case.prefers:
        return ()
    return ("Tinker trains adapters on 128 examples a step (B31).",)


def epochs_in_force(case: Case) -> int:
    """Return the passes, decided or advised."""
    return case.whole("epochs") or int(epochs(case).value or 1)


def steps_in_force(case: Case) -> int:
    """Return the optimizer steps of the whole tuning."""
    return max(case.examples * epochs_in_force(case) // batch_in_force(case), 1)


def epochs(case: Case) -> Setting:
    """Return the passes over the data."""
    if case.sees:
        return _image_epochs(case)
    if case.encodes:
        return _encoder_epochs(case)
    if case.workload.regime == "grpo":
        return published(case.presets, "G2", "epochs")
    if case.prefers:
        return published(case.presets, "B57", "epochs")
    return _instruction_epochs(case)


def _instruction_epochs(case: Case) -> Setting:
    value = tuning.hosted_epochs(case.examples)
    shown = case.examples * value
    setting = published(case.presets, "B53", "epochs")
    return replace(
        setting,
        value=value,
        range=(1, max(2 * value, 3)),
        basis="rule",
        why=(
            f"With {case.counted_examples} the rule of hosted tuning shows {shown:,} of them, "
            f"between {tuning.HOSTED_FEWEST:,} and {tuning.HOSTED_MOST:,} where it can."
        ),
        alternatives=(
            "Alpaca took 3 passes over 52,000 examples, Zephyr 1, SmolLM3 5 (B15, B16, B18).",
            "Long chains of thought gain from 16 to 128 passes over few samples (B54).",
        ),
        changes="A validation loss that still falls asks for more; one that rises, for fewer.",
    )


def _encoder_epochs(case: Case) -> Setting:
    if case.adapted:
        value = 30 if case.examples < SMALL_TASK else 10
        why = "The LoRA paper tunes encoders 30 passes on small tasks and 10 on large ones."
        return replace(published(case.presets, "B35", "epochs", why=why), value=value)
    if case.base.parameters < SMALL_ENCODER:
        setting = published(
            case.presets, "B3", "epochs", why="BERT's small relatives were tuned for 4 passes."
        )
        return replace(setting, range=(2, 10))
    if case.follows_roberta:
        return _roberta_epochs(case)
    if case.examples < FEW_EXAMPLES:
        why = f"{case.counted_examples.capitalize()} are few: longer than the usual 3 passes pays."
        return published(case.presets, "B6", "epochs", why=why)
    usual = published(case.presets, "B1", "epochs", why="BERT is tuned for 2 to 4 passes.")
    if case.examples >= SMALL_TASK:
        return usual
    others = "Few examples gain from longer than the usual 3 passes, up to 20 (B6)."
    (low, _), (_, most) = bounds(usual), bounds(case.presets.figure("B6", "epochs"))
    sources = (*usual.sources, *case.presets.cited("B6"))
    return replace(usual, range=(int(low), int(most)), alternatives=(others,), sources=sources)


def _roberta_epochs(case: Case) -> Setting:
    """Return RoBERTa's passes, or BERT's fewer ones where there are many examples."""
    if case.examples < MANY_EXAMPLES:
        why = "RoBERTa's tasks were tuned for 10 passes, the best kept by validation."
        return replace(published(case.presets, "B5", "epochs", why=why), range=(3, 10))
    why = (
        f"{case.counted_examples.capitalize()} are many: BERT's 2 to 4 passes show enough of them."
    )
    setting = published(case.presets, "B1", "epochs", why=why, also=("B5",))
    others = "RoBERTa's own took 10, on tasks of any size (B5)."
    return replace(setting, range=(2, 10), alternatives=(others,))


def _image_epochs(case: Case) -> Setting:
    if case.base.kin in {"convnext", "deit"}:
        row = "B12" if case.base.kin == "convnext" else "B11"
        why = f"The passes of {case.base.name}'s own published tuning."
        setting = published(case.presets, row, "epochs", why=why)
        value = int(setting.value or 1)
        return replace(setting, range=(max(value // 3, 1), value * 2))
    steps, batch = tuning.vit_tuning_steps(case.examples), _image_batch(case)
    value = max(ceil(steps * batch / case.examples), 1)
    setting = published(case.presets, "B9", "epochs")
    return replace(
        setting,
        value=value,
        range=(max(value // 2, 1), 2 * value),
        basis="rule",
        why=(
            f"{case.counted_examples.capitalize()} are tuned for about {steps:,} steps, from 500 "
            f"on 3,000 images to 20,000 on ImageNet, of {batch:,} images each."
        ),
    )


def _image_batch(case: Case) -> int:
    """Return the images of a step; here a batch never depends on the passes."""
    return case.whole("batch_size") or advised_batch_size(case)


def patience(case: Case) -> Setting:
    """Return the epochs without progress that end training: none, as the rate falls to the end."""
    also = ("B5",) if case.follows_roberta else ()
    return published(case.presets, "G12", "patience", also=also)


def length_in_force(case: Case) -> int:
    """Return the tokens that are seen at once, decided or advised; an image's patches."""
    return case.whole("sequence_length") or _advised_length(case)


def _advised_length(case: Case) -> int:
    tokens = case.workload.tokens
    if case.sees or tokens is None:
        return min(case.base.context, int(case.presets.value("B14", "sequence_length")))
    if "sequence_length" not in case.workload.assumed:
        return min(tokens.sequence_length, case.base.context)
    return tuning.tuning_sequence_length(
        mean_length=tokens.mean_length, longest=tokens.longest, context=case.base.context
    )


def sequence_length(case: Case) -> Setting:
    """Return the tokens that are seen at once."""
    value, tokens = _advised_length(case), case.workload.tokens
    stated = tokens is not None and "sequence_length" not in case.workload.assumed
    if stated:
        why = f"As the data were cut, within the {case.base.context:,} tokens of {case.base.name}."
    elif tokens is None:
        why = "TRL's default; no lengths of the examples are known."
    else:
        why = _held(tokens.mean_length, length=value, case=case)
    return Setting(
        value=value,
        range=(min(value, 128), case.base.context) if case.base.context > 128 else None,
        scale="log",
        unit=unit("sequence_length"),
        basis="rule",
        confidence="medium",
        why=why,
        sources=case.presets.cited("B14" if tokens is None else "G7"),
    )


def _held(mean_length: float, *, length: int, case: Case) -> str:
    """Return in words how many examples of a mean length a sequence holds."""
    mean = worded(float(f"{mean_length:.3g}"))
    if mean_length >= length:
        return f"All that {case.base.name} reads: examples of {mean} tokens on average are cut."
    most = "nearly every example" if length >= 3 * mean_length else "most examples"
    return f"Holds {most}, at {mean} tokens on average; what is longer is cut."


def packing(case: Case) -> Setting:
    """Return whether short examples share a sequence: where most of it would be padding."""
    tokens, length = case.workload.tokens, length_in_force(case)
    short = tokens is not None and tokens.mean_length < SHORT_SHARE * length
    if short and not case.prefers:
        usual = published(case.presets, "B18", "packing", also=("G10",))
        return replace(usual, range=(False, True), scale="choice")
    why = (
        "Preferences and rewards are learnt example by example."
        if case.prefers
        else "Examples fill their sequences, so there is little padding to save."
    )
    return replace(published(case.presets, "G10", "packing", why=why), basis="rule")
