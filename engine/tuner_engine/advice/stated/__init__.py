"""What does a person say about a training or a sampling, and what follows from it?

Facts that nobody stated and no file holds are assumed, and named as such. Invariant: what was
stated is never overridden, and what was assumed is always listed.
"""

from msgspec.structs import replace

from tuner_engine.advice import quantities
from tuner_engine.advice.catalogue import BaseModel
from tuner_engine.advice.stated import amounts, subject
from tuner_engine.advice.stated.devices import hardware
from tuner_engine.advice.stated.facts import Stated, Subject
from tuner_engine.errors import UsageError
from tuner_engine.printable import printable
from tuner_engine.workload import Family, Workload

__all__ = ["Stated", "Subject", "over", "workload"]


def workload(facts: Stated, about: Subject) -> Workload:
    """Return the facts of a training or sampling that a person describes, without a file.

    Args:
        facts: What they say.
        about: The model and the task.

    Raises:
        UsageError: The facts leave open what is trained, contradict each other, or name a model
            or device that is not known without saying how large it is.
    """
    regime = subject.regime(facts, about)
    base, guessed = subject.base(facts, about, regime=regime)
    family = subject.family(facts, about, base=base, regime=regime)
    task = subject.task(facts, about, family=family, regime=regime)
    assumed = (
        [] if facts.regime or regime == "scratch" or subject.serves(facts, about) else ["regime"]
    )
    assumed += ["base_parameters"] if guessed else []
    plain = Workload(
        family=family,
        task=task,
        train_examples=0,
        valid_examples=0,
        test_examples=0,
        features=0,
        outputs=1,
        regime=regime,
        base_model=None if about.runnable and regime == "scratch" else about.model,
        base_parameters=base.parameters if base else None,
        hardware=hardware(facts),
        serving=subject.serving(facts, about) if regime == "inference" else None,
        assumed=tuple(assumed),
    )
    if regime == "inference":
        return amounts.with_answers(plain, facts, about, base=base)
    return amounts.with_data(plain, facts, about, base=base)


def over(read: Workload, facts: Stated, about: Subject) -> Workload:
    """Return the facts of a file with those that a person states beside it.

    Args:
        read: What the file holds.
        facts: What they say; nothing that the file says already.
        about: The model and the task.

    Raises:
        UsageError: A file says already what was stated, or no pretrained model reads such data.
    """
    for name in ("examples", "tokens", "avg_tokens", "features", "classes", "image_size"):
        if getattr(facts, name) is not None:
            option = name.replace("_", "-")
            raise UsageError(f"--{option} is read from DATA; leave out one of the two")
    named = Subject(model=None if about.runnable else about.model, task=about.task)
    regime = subject.regime(facts, named)
    if regime == "inference":
        raise UsageError("--regime inference samples a model and needs no DATA; leave DATA out")
    if regime == "scratch":
        return replace(read, hardware=hardware(facts) or read.hardware)
    base, guessed = subject.base(facts, about, regime=regime)
    if base is None or base.family not in _reads(read.family):
        raise UsageError(
            f"--model {printable(about.model or 'none')} cannot be tuned on {read.family} data; "
            "name a pretrained model that reads them, or leave --model and --regime to advice"
        )
    assumed = (*(["regime"] if facts.regime is None else []), *read.assumed)
    tuned = replace(
        read,
        family=base.family,
        task="instruction" if base.family == "language" and read.family == "text" else read.task,
        regime=regime,
        base_model=about.model,
        base_parameters=base.parameters,
        hardware=hardware(facts) or read.hardware,
        assumed=(*assumed, *(["base_parameters"] if guessed else [])),
    )
    return _cut(tuned, facts, base=base)


def _reads(family: Family) -> tuple[Family, ...]:
    """Return the families of pretrained models that read such data."""
    texts: tuple[Family, ...] = ("text", "language")
    return texts if family in texts else (("image",) if family == "image" else ())


def _cut(tuned: Workload, facts: Stated, *, base: BaseModel) -> Workload:
    """Return the facts with the sequence length that was stated, within the model's context."""
    if tuned.tokens is None:
        return tuned
    context = quantities.tokens(facts.context, option="--context") if facts.context else None
    if context is not None and context > base.context:
        raise UsageError(
            f"--context {context:,} is more than the {base.context:,} tokens that {base.name} was "
            f"made for; give {base.context:,} or less"
        )
    tokens = replace(tuned.tokens, vocabulary=base.vocabulary or tuned.tokens.vocabulary)
    if context is None:
        return replace(tuned, tokens=tokens, assumed=(*tuned.assumed, "sequence_length"))
    return replace(tuned, tokens=replace(tokens, sequence_length=context))
