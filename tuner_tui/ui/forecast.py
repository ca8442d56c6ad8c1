"""What will a measurement cost, said before it starts?

The probes' own plans, without a clock: in units of one full training, and in steps. Plans are
arithmetic, so nothing here loads JAX. Invariant: a cost that no plan states is not guessed.
"""

from math import ceil

from tuner_engine.errors import UsageError
from tuner_engine.probes import batch_plan, epochs_plan, plan, regularization_plan, seeds_plan
from tuner_engine.recipe import Recipe
from tuner_engine.specs import Command, Hyperparameters, hyperparameters
from tuner_tui.ui import pace


def cost(command: Command, recipe: Recipe, *, budget_s: float | None = None) -> str:
    """Return what a run will cost at most, as words; empty where no plan says it beforehand.

    Args:
        command: What is asked.
        recipe: Of the training in question.
        budget_s: Seconds that the run may take, if they are limited.
    """
    full = pace.full_steps(recipe)
    try:
        settings = hyperparameters(recipe)
    except UsageError:
        return ""
    if full is None:
        return ""
    if budget_s is not None and command != "train":
        return f"as much as fits into the budget of {pace.clock(budget_s)}"
    if command == "probe-batch":
        return _sizes(settings, examples=recipe.workload.train_examples, streamed=_streams(recipe))
    trainings = _trainings(command, settings, full=full, examples=recipe.workload.train_examples)
    if trainings is None:
        return ""
    cost = f"at most {_rough(trainings)} of {full:,} steps: {round(trainings * full):,} steps"
    if command == "probe-lr" and plan.plenty_seeds(plan.CHEAP_STEPS / full):
        return f"{cost}; where steps take no time up to {plan.CHEAP_STEPS:,}, with more seeds"
    if command == "probe-regularization":
        return f"{regularization_plan.SEEDS} full trainings; if they overfit, {cost}"
    return cost


def _trainings(
    command: Command, settings: Hyperparameters, *, full: int, examples: int
) -> float | None:
    """Return the cost in full trainings."""
    match command:
        case "train":
            return 1.0
        case "probe-lr":
            return plan.MOST_TRAININGS["standard"]
        case "probe-epochs":
            stages = epochs_plan.stages(
                settings,
                full_steps=full,
                batches=ceil(examples / settings.batch_size),
                subsets=True,
                seconds=lambda stage: 0.0,
                affordable_s=None,
            )
            return epochs_plan.cost(stages)
        case "probe-seeds":
            return float(seeds_plan.WHOLE.lanes(seeds_plan.MOST_SOURCES))
        case "probe-regularization":
            effective = {regularization_plan.DROPOUT, regularization_plan.SMOOTHING}
            tried = regularization_plan.candidates(settings, full_steps=full, effective=effective)
            return float(regularization_plan.most(sum(map(len, tried.values()))))
    return None


def _streams(recipe: Recipe) -> bool:
    declared = recipe.workload.declared
    return declared is not None and declared.streamed


def _sizes(settings: Hyperparameters, *, examples: int, streamed: bool) -> str:
    """Return the cost of trying batch sizes, most of which is compiling."""
    own = max(min(settings.batch_size, examples), 1)
    tried = batch_plan.sizes(own, examples=examples, parts=settings.accumulation)
    return f"at most {batch_plan.in_words(1 if streamed else len(tried))}"


def _rough(trainings: float) -> str:
    return "1 full training" if trainings == 1 else f"{plan.rough(trainings)} full trainings"
