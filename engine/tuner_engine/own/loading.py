"""A spec that names a task of the person's own: what is declared, on which data?

Invariant: the file is imported here and nowhere else, after the device has been decided on.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tuner_engine.errors import TaskError
from tuner_engine.own import arguments, source
from tuner_engine.own.arguments import Plain
from tuner_engine.own.declaration import Task as Declaration
from tuner_engine.own.source import Source
from tuner_engine.specs import Choices, DataSpec, Device, Hyperparameters
from tuner_engine.workload import DataFacts, Declared, Profile, Workload

if TYPE_CHECKING:
    from tuner_engine.own.splits import Splits
    from tuner_engine.training.task import Task


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnTask:
    """A task of the person's own, with its data.

    Attributes:
        profile: What is known of it.
        spec: Which function of which file.
        seed: Of the examples held out, where some are.
        source: The function, imported.
        arguments: What it was called with.
        declared: What it returned.
        splits: The data in it.
    """

    profile: Profile
    spec: DataSpec
    seed: int
    source: Source
    arguments: Mapping[str, Plain]
    declared: Declaration
    splits: "Splits"


def load(spec: DataSpec, *, seed: int, choices: Choices, device: Device) -> OwnTask:
    """Import the file that a spec names, call its function, and read its data.

    Args:
        spec: Its source is `FILE:NAME`.
        seed: Of the examples held out where the task has no validation examples.
        choices: Whose arguments the function is called with.
        device: Where training will run, decided before their code touches JAX.

    Raises:
        TaskError: Their code raised, or the task cannot be used.
        UsageError: An argument was chosen that there is not.
    """
    from tuner_engine.training import devices

    devices.configure(device)
    found = source.read(spec.source)
    known = arguments.of(found.function, place=found.place)
    chosen = arguments.in_force(known, choices, place=found.place)
    return _loaded(spec, found, chosen, seed=seed)


def task(loaded: OwnTask, settings: Hyperparameters) -> "Task":
    """Return the task of training with these hyperparameters.

    Args:
        loaded: As the file declares it; called again if the settings have other arguments.
        settings: How it is trained.

    Raises:
        TaskError: Their code raised, or breaks the contract of a task.
        UsageError: A setting does not fit the task.
    """
    from tuner_engine.own import building

    chosen = {**loaded.arguments, **settings.arguments}
    if chosen != loaded.arguments:
        loaded = _loaded(loaded.spec, loaded.source, chosen, seed=loaded.seed)
    return building.task(
        loaded.declared,
        loaded.splits,
        settings,
        folder=loaded.source.path.parent,
        signature=f"own {loaded.source.sha256} {sorted(chosen.items())}",
    )


def _loaded(spec: DataSpec, found: Source, chosen: Mapping[str, Plain], *, seed: int) -> OwnTask:
    from tuner_engine.own import splits

    declared = found.declaration(dict(chosen))
    read = splits.read(declared, folder=found.path.parent, seed=seed, valid_share=spec.valid_share)
    return OwnTask(
        profile=_profile(spec, found, declared, read),
        spec=spec,
        seed=seed,
        source=found,
        arguments=chosen,
        declared=declared,
        splits=read,
    )


def _profile(spec: DataSpec, found: Source, declared: Declaration, read: "Splits") -> Profile:
    from tuner_engine.training.task import examples

    valid = examples(read.valid)
    test = 0 if read.test is None else examples(read.test)
    return Profile(
        workload=Workload(
            family="own",
            task="own",
            train_examples=read.train_examples,
            valid_examples=valid,
            test_examples=test,
            features=0,
            outputs=1,
            declared=_declared(found, declared, read),
        ),
        data=DataFacts(
            source=spec.source,
            sha256=found.sha256,
            rows=read.train_examples + valid + test,
            format="task",
            target="",
            target_guessed=False,
        ),
        cautions=read.cautions,
    )


def _declared(found: Source, declared: Declaration, read: "Splits") -> Declared:
    from tuner_engine.own import optimizers

    size, streamed = read.stream_batch_size, read.stream_batch_size is not None
    if streamed and declared.batch_size not in {None, size}:
        raise TaskError(
            f"Task(batch_size={declared.batch_size}): the batches of train have {size} examples"
        )
    return Declared(
        place=found.place,
        arguments=arguments.of(found.function, place=found.place),
        optimizer=declared.optimizer is not None,
        decays=declared.optimizer is None or optimizers.decays(declared.optimizer),
        schedule=declared.schedule is not None,
        streamed=streamed,
        learning_rate=declared.learning_rate,
        batch_size=size if streamed else declared.batch_size,
        epochs=declared.epochs,
        accumulation=declared.accumulation,
    )
