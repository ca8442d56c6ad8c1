"""What would be advised if there were more examples, another model, or another device?

Plain functions over recipes, without Textual; a person keeps the answer or forgets it.
Invariant: what is chosen or locked stays as it is, and a fact that was stated instead of read is
named among the warnings.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from msgspec.structs import replace

from tuner_engine.errors import UsageError
from tuner_engine.printable import printable
from tuner_engine.recipe import Recipe, Setting
from tuner_engine.workload import Caution, Hardware, Workload
from tuner_tui.ui import deciding, wording

CODE = "facts-supposed"
"""Of the warning that the advice is for other facts than the data's."""

LABELS = {
    "examples": "examples",
    "tokens": "tokens",
    "model": "model",
    "memory": "device",
}
"""Fact → what its field is called."""

EXAMPLES = {
    "examples": "as 12000 or 12k",
    "tokens": "as 2B",
    "model": "a name",
    "memory": "memory, as 24GB, or a name, as H100",
}
"""Fact → what can be typed for it."""

_MEMORIES = ("8GB", "12GB", "16GB", "24GB", "32GB", "40GB", "48GB", "80GB", "141GB")
"""Memory of one device, as they are sold. House choice."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Supposed:
    """Facts in a person's own words; an empty one is left as it is.

    Attributes:
        examples: Training examples, as 12000 or 12k.
        tokens: Tokens of all training text, as 2B.
        model: Which model is trained or tuned.
        memory: Memory of one device, as 24GB, or the name of an accelerator.
    """

    examples: str = ""
    tokens: str = ""
    model: str = ""
    memory: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """One line of what differs.

    Attributes:
        name: Setting or estimate.
        before: As it stands.
        after: As it would be.
        why: The reason for the new value.
    """

    name: str
    before: str
    after: str
    why: str = ""


def supposed(recipe: Recipe, it: Supposed) -> Recipe:
    """Return the recipe as it would be.

    Raises:
        UsageError: A fact is not understood, or has no meaning for this training.
    """
    workload, values = _facts(recipe, it), {}
    if it.model and workload.regime == "scratch":
        values["model"] = deciding.typed(recipe, "model", it.model)
    without = tuple(values)
    told = tuple(caution for caution in recipe.warnings if caution.code != CODE)
    plain = replace(recipe, warnings=(*told, *_told(recipe.workload, workload)))
    return deciding.advised(plain, values=values, without=without, workload=workload)


def moves(before: Recipe, after: Recipe) -> tuple[Move, ...]:
    """Return what differs between two recipes: settings first, then memory and time."""
    return (*_settings(before, after), *_estimates(before, after))


def fields(workload: Workload) -> tuple[str, ...]:
    """Return which facts mean anything for a training: names of `Supposed`'s attributes."""
    names = ("examples", "tokens", "model", "memory")
    return names if workload.tokens is not None else tuple(n for n in names if n != "tokens")


def present(recipe: Recipe, name: str) -> str:
    """Return how a fact stands now, as it could be typed."""
    workload = recipe.workload
    match name:
        case "examples":
            return str(workload.train_examples)
        case "tokens":
            return str(workload.tokens.train_tokens) if workload.tokens else ""
        case "model":
            model = recipe.settings.get("model")
            return printable(str(model.value)) if model else (workload.base_model or "")
        case _:
            return _device(workload.hardware)


def known(recipe: Recipe, name: str) -> tuple[str, ...]:
    """Return what a fact is usually: names of models, or memories; nothing for amounts."""
    from tuner_engine.advice import catalogue

    if name == "memory":
        return _MEMORIES
    if name != "model":
        return ()
    workload = recipe.workload
    if workload.regime == "scratch":
        return tuple(str(option) for option in deciding.options(recipe, "model"))
    return tuple(sorted(each.name for each in catalogue.models() if each.family == workload.family))


def stepped(recipe: Recipe, name: str, text: str, *, by: int) -> str:
    """Return the next amount, twice or half of it, or the next name of a list.

    Args:
        recipe: As it stands.
        name: Of the fact.
        text: What the field holds.
        by: 1 or -1; up is more.
    """
    from tuner_engine.advice import quantities

    listed = known(recipe, name)
    if listed:
        place = listed.index(text) + by if text in listed else 0
        return listed[place % len(listed)]
    try:
        amount = quantities.count(text, option=name)
    except UsageError:
        return present(recipe, name)
    return str(amount * 2 if by > 0 else max(amount // 2, 1))


def _facts(recipe: Recipe, it: Supposed) -> Workload:
    from tuner_engine.advice import quantities
    from tuner_engine.advice.stated.devices import hardware
    from tuner_engine.advice.stated.facts import Stated

    workload = recipe.workload
    if it.examples:
        examples = quantities.count(it.examples, option="examples")
        workload = _scaled(workload, examples / max(workload.train_examples, 1), examples)
    if it.tokens and workload.tokens is not None:
        tokens = quantities.count(it.tokens, option="tokens")
        share = tokens / max(workload.tokens.train_tokens, 1)
        kept = workload.train_examples if it.examples else None
        workload = _scaled(workload, share, kept, tokens=tokens)
    if it.model and workload.regime != "scratch":
        workload = _based(workload, it.model)
    if it.memory:
        named = not it.memory[:1].isdigit()
        stated = Stated(gpu=it.memory) if named else Stated(gpu_memory=it.memory)
        workload = replace(workload, hardware=hardware(stated))
    return workload


def _scaled(
    workload: Workload, share: float, examples: int | None, *, tokens: int | None = None
) -> Workload:
    """Return a workload with so many times the data."""
    count = max(round(workload.train_examples * share), 1) if examples is None else examples
    text = workload.tokens
    if text is not None:
        total = round(text.train_tokens * share) if tokens is None else tokens
        text = replace(text, train_tokens=max(total, 1))
    return replace(workload, train_examples=count, tokens=text)


def _based(workload: Workload, model: str) -> Workload:
    """Return the same tuning or sampling of another pretrained model."""
    from tuner_engine.advice.stated import subject
    from tuner_engine.advice.stated.facts import Stated, Subject

    about, facts = Subject(model=model), Stated(family=workload.family)
    base, guessed = subject.base(facts, about, regime=workload.regime)
    if base is None:
        raise UsageError(f"model {printable(model)} is not known; name one with its size, as 8b")
    if base.family != workload.family:
        raise UsageError(f"model {printable(model)} reads {base.family}, not {workload.family}")
    text = workload.tokens
    if text is not None:
        length = min(text.sequence_length, base.context)
        text = replace(text, vocabulary=base.vocabulary, sequence_length=length)
    assumed = {*workload.assumed} - {"base_parameters"}
    return replace(
        workload,
        base_model=printable(model),
        base_parameters=base.parameters,
        tokens=text,
        assumed=(*sorted(assumed), *(["base_parameters"] if guessed else [])),
    )


def _told(before: Workload, after: Workload) -> Iterator[Caution]:
    """Yield a warning where the amount of data is not the one that was read."""
    if before.train_examples != after.train_examples or before.tokens != after.tokens:
        message = (
            f"Advised for {after.train_examples:,} training examples, as you supposed; "
            f"the data hold {before.train_examples:,}."
        )
        yield Caution(code=CODE, message=message)


def _settings(before: Recipe, after: Recipe) -> Iterator[Move]:
    for name in {**before.settings, **after.settings}:
        old, new = before.settings.get(name), after.settings.get(name)
        if old is None or new is None or old.value != new.value:
            shown = printable(name.replace("_", " "))
            why = printable(new.why) if new else "no longer a setting of this training"
            yield Move(name=shown, before=_shown(old), after=_shown(new), why=why)


def _shown(setting: Setting | None) -> str:
    return "–" if setting is None else wording.value(setting.value)


def _estimates(before: Recipe, after: Recipe) -> Iterator[Move]:
    for name, measure in (("memory", _memory), ("time", _time)):
        old, new = measure(before), measure(after)
        if old != new:
            yield Move(name=name, before=old or "–", after=new or "–", why="estimated")


def _memory(recipe: Recipe) -> str:
    from tuner_engine.advice import estimates
    from tuner_engine.advice.memory import gibibytes

    fit = estimates.memory_fit(recipe.settings, recipe.workload)
    if fit is None:
        return ""
    verdict = "fits" if fit.fits else "too much"
    return f"{gibibytes(fit.need.bytes)} {verdict}"


def _time(recipe: Recipe) -> str:
    from tuner_engine.advice import duration, estimates

    needed = estimates.time_needed(recipe.settings, recipe.workload)
    return duration.in_words(needed.seconds) if needed else ""


def _device(hardware: Hardware | None) -> str:
    if hardware is None:
        return ""
    if hardware.memory_bytes:
        return f"{hardware.memory_bytes / 2**30:g}GB"
    return printable(hardware.device)
