"""What does the person at the terminal know and want, at one moment?

A `Session` is frozen; every act returns the next one. Advice is asked again, in this process,
whenever a value is decided or given back.
Invariant: a locked or chosen value survives every act that does not name it.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace

import msgspec

from tuner_engine.errors import UsageError
from tuner_engine.recipe import Recipe, SeedNoise, Setting, Value
from tuner_engine.specs import Choices, Command, DataSpec, RunSpec
from tuner_engine.workload import Regime, Workload

COMPARED = frozenset(
    {
        "learning_rate",
        "batch_size",
        "epochs",
        "patience",
        "weight_decay",
        "dropout",
        "label_smoothing",
    }
)
"""Settings whose values are compared by what seeds explain: deciding one leaves that known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What a person stated of a training beside its data.

    Attributes:
        base_model: A pretrained model that is tuned.
        regime: How it is tuned.
        gpu: The accelerator to advise for.
        gpus: How many of them.
        gpu_memory: Memory of each, as 24GB.
    """

    base_model: str | None = None
    regime: Regime | None = None
    gpu: str | None = None
    gpus: int | None = None
    gpu_memory: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """The question, the recipe as it stands, and what went wrong.

    Attributes:
        spec: Data, decided values, seed, device and budget.
        recipe: None until the data is read.
        sampling: How a pretrained model is sampled; none until a person looked at it.
        problem: Why there is no recipe, in one line.
        exit_code: What the process returns if it is left now.
        told: What was stated beside the data.
        read: The facts as the data gave them, before anything was stated.
    """

    spec: RunSpec
    recipe: Recipe | None = None
    sampling: Recipe | None = None
    problem: str | None = None
    exit_code: int = 0
    told: Told = Told()
    read: Workload | None = None


def advised(session: Session, recipe: Recipe) -> Session:
    """Return the session once the data is read."""
    return replace(session, recipe=recipe, read=recipe.workload, problem=None, exit_code=0)


def refused(session: Session, problem: str, *, exit_code: int) -> Session:
    """Return the session when the data cannot be used."""
    return replace(session, recipe=None, problem=problem, exit_code=exit_code)


def retargeted(session: Session, target: str) -> Session:
    """Return a session that predicts another column; its data is to be read anew."""
    data = replace(session.spec.data, target=target)
    return Session(spec=replace(session.spec, data=data))


def opened(session: Session, data: DataSpec) -> Session:
    """Return a session about other data, which are to be read; decisions stay with the old ones."""
    return Session(spec=replace(session.spec, data=data, choices=Choices(), recipe=None))


def edited(session: Session, name: str, text: str) -> Session:
    """Return the session with one setting decided by what a person typed.

    Args:
        session: One that has a recipe.
        name: A setting of the recipe.
        text: A number, a word, or `none` to leave the setting unset.

    Raises:
        UsageError: The value is not allowed for this setting.
    """
    from tuner_tui.ui import deciding

    return _decided(session, name, deciding.typed(recipe_of(session), name, text))


def settled(session: Session, recipe: Recipe) -> Session:
    """Return the session with a recipe that a person arrived at, and its decisions told to runs."""
    from tuner_tui.ui import deciding

    choices = deciding.choices(recipe)
    return replace(session, spec=replace(session.spec, choices=choices), recipe=recipe)


def taken(session: Session, learning_rate: float) -> Session:
    """Return the session with the learning rate that a person picked on a chart."""
    decided = _decided(session, "learning_rate", learning_rate)
    why = "Picked on the probe's chart."
    return replace(
        decided, recipe=recipe_of(decided).chosen("learning_rate", learning_rate, why=why)
    )


def measured(
    session: Session, settings: Mapping[str, Setting], *, seed_noise: SeedNoise | None = None
) -> Session:
    """Return the session with what a probe found, and with what depends on it.

    A locked value stays; where it contradicts the measurement, a warning says so.
    """
    from tuner_engine.advice.revise import revise

    recipe = revise(recipe_of(session), settings, seed_noise=seed_noise)
    return replace(session, recipe=recipe)


def probe_spec(session: Session, command: Command = "probe-lr") -> RunSpec:
    """Return what a run of the recipe as it stands is asked.

    Args:
        session: One that has a recipe.
        command: A probe, the whole tuning, or one training.

    Raises:
        UsageError: There is no recipe yet, or it is of a model that is not trained here.
    """
    recipe = recipe_of(session)
    if recipe.workload.regime != "scratch":
        raise UsageError(
            "a pretrained model is advised on here and trained elsewhere: "
            "export the recipe for its trainer"
        )
    return replace(session.spec, command=command, recipe=recipe)


def adopted(session: Session, spec: RunSpec) -> Session:
    """Return the session of a run that was started elsewhere."""
    return replace(session, spec=spec, recipe=spec.recipe or session.recipe)


def is_about(
    asked: Recipe | None, session: Session, *, varied: Collection[str] = ("learning_rate",)
) -> bool:
    """Return whether a probe asked about the training that the session describes.

    Args:
        asked: The recipe that the probe began with.
        session: As it stands now.
        varied: Settings that the probe varies or settles; they do not count.
    """
    if asked is None or session.recipe is None:
        return False
    return _training(asked, without=varied) == _training(session.recipe, without=varied)


def evidence_lost(before: Session, after: Session) -> bool:
    """Return whether a measured value gave way to advice because the training changed."""
    if before.recipe is None or after.recipe is None:
        return False
    old, new = before.recipe.settings, after.recipe.settings
    return any(
        setting.basis == "measured" and new[name].basis not in {"measured", "chosen"}
        for name, setting in old.items()
        if name in new
    )


def _training(recipe: Recipe, *, without: Collection[str]) -> tuple[object, ...]:
    """Return all that tells one training from another but some settings."""
    values = {name: value for name, value in recipe.values().items() if name not in without}
    target = recipe.data.target if recipe.data else None
    return recipe.workload, target, values


def recipe_of(session: Session) -> Recipe:
    """Return the recipe of a session.

    Raises:
        UsageError: The data are still being read.
    """
    if session.recipe is None:
        raise UsageError("there is no recipe yet: the data is still being read")
    return session.recipe


def _decided(session: Session, name: str, value: Value) -> Session:
    """Return the session with a value that a person chose, and everything advised for it."""
    from tuner_tui.ui import deciding

    before = recipe_of(session)
    after = deciding.decided(before, name, value)
    alike = _training(before, without=COMPARED) == _training(after, without=COMPARED)
    noise = before.seed_noise if alike else None
    return settled(session, msgspec.structs.replace(after, seed_noise=noise))
