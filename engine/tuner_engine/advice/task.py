"""Which settings does a task of the person's own begin with?

Nothing is known of its model, so everything here has low confidence and waits for a measurement.
"""

from tuner_engine.advice import training
from tuner_engine.advice.beliefs import counted, decided, published
from tuner_engine.advice.case import Case, Foundation, model_in_force
from tuner_engine.advice.presets import Presets
from tuner_engine.advice.rules.tabular import at_most_a_tenth, steps_per_epoch
from tuner_engine.recipe import Setting
from tuner_engine.specs import Choices
from tuner_engine.workload import Workload

LARGEST_BATCH = 64
"""Examples per step where nothing is known of the model. House choice, row H60."""

FOUNDATION = Foundation(
    training="H60", rates={"adamw": ("H60",), "sgd": ("H61",), "muon": ("H62",)}
)
"""The rows that advice for any task rests on."""


def settings(workload: Workload, choices: Choices, presets: Presets) -> dict[str, Setting]:
    """Return every setting of one training, decided or advised, in the order of a recipe."""
    found = training.settings(case(workload, choices, presets), {})
    said = workload.declared.arguments if workload.declared else ()
    if all(argument.name != "drop_path" for argument in said):
        return found
    skipped = published(presets, "H71", "drop_path")
    return {**found, "drop_path": decided(skipped, choices.drop_path)}


def case(workload: Workload, choices: Choices, presets: Presets) -> Case:
    """Return what is advised for, with the batch and length in force."""
    examples = workload.train_examples
    batch = at_most_a_tenth(LARGEST_BATCH, train_examples=examples)
    steps = steps_per_epoch(examples, batch_size=choices.batch_size or batch)
    return Case(
        workload=workload,
        choices=choices,
        presets=presets,
        models=("own",),
        model=model_in_force(choices, advised="own", models=("own",), data="a task of its own"),
        model_why="The task brings its own model.",
        foundation=FOUNDATION,
        advised_batch_size=batch,
        batch_why=(
            f"With {counted(examples, 'training example')} a house choice takes {batch}, at most "
            "a tenth of them; measure whether the model wants more."
        ),
        advised_epochs=int(presets.value("H60", "epochs")),
        epochs_why=(
            "A house choice, as nothing is known of the model; an epoch has "
            f"{counted(steps, 'step')}."
        ),
    )
