"""Which hyperparameters does published experience recommend for this data?

Facts and decisions go in, a recipe comes out: every setting with a value, a range worth searching,
a reason and its sources. Nothing is trained and no table is read.

```text
presets    published rows, from TOML, none without a source
rules      one function per published formula
recorded   a person's own presets, which rank before the built-in
case       what is advised for, with the values in force
training   the settings of a training from scratch, and what is usual for each
tabular    … and what is particular to tables, image, text, language, task
stated     … and how a person's own words become facts
finetune   the settings of tuning a pretrained model
inference  … and of sampling from one
memory     what it takes and whether it fits, with fitting and duration
declared   what a task of the person's own says, in place of advice
refusals   decisions that mean nothing
lints      decisions that look like a mistake
changes    what would change each setting
explain    everything about one setting, with the numbers put in
shelves    every row there is; checking says what is wrong with one, recording makes one
```
"""

from collections.abc import Mapping
from importlib import import_module

from tuner_engine.advice import beliefs, changes, presets, recorded, refusals
from tuner_engine.advice.lints import CODES, lint
from tuner_engine.printable import printable
from tuner_engine.recipe import Recipe, Setting, Value, this_tool
from tuner_engine.specs import Choices, checked
from tuner_engine.workload import Family, Profile, Workload

__all__ = ["advise", "lint"]


def advise(
    profile: Profile,
    choices: Choices,
    *,
    created: str,
    environment: Mapping[str, str | None] = {},
    further: Mapping[str, Value] = {},
) -> Recipe:
    """Return a recipe for the data, with a person's decisions locked in it.

    Args:
        profile: What is known of the data.
        choices: What was decided; whatever depends on a decision is advised for it.
        created: The present moment in UTC, ISO 8601.
        environment: Versions and device, written into the recipe as they are.
        further: Decisions on settings that `Choices` lacks, such as `lora_rank` or `temperature`.

    Returns:
        Every setting of one training, in the order of `Choices`. Own presets rank before built-in
        ones, and what they replace is among the alternatives. The warnings are the profile's
        cautions and what looks like a mistake among the decisions; a profile that carries the
        warnings of earlier advice does not repeat them.

    Raises:
        UsageError: A decision has no meaning for this data.
        DataError: A file of own presets is malformed.
    """
    if profile.workload.declared is None and not choices.arguments:
        settings = _checked(profile, choices, further)
    else:
        from tuner_engine.advice import declared

        filled = declared.completed(choices, profile.workload)
        advised = _checked(profile, filled, further)
        settings = declared.overlaid(advised, choices, profile.workload)
    kept = tuple(caution for caution in profile.cautions if caution.code not in CODES)
    return Recipe(
        created=created,
        tool=this_tool(),
        workload=profile.workload,
        settings=settings,
        warnings=(*kept, *lint(settings, profile.workload, data_facts=profile.data)),
        environment=dict(environment),
        data=profile.data,
    )


def _checked(
    profile: Profile, choices: Choices, further: Mapping[str, Value]
) -> dict[str, Setting]:
    """Return every setting, each with what would change it, if the decisions mean something."""
    refusals.check(choices, profile.workload, further=further)
    return changes.told(_informed(profile, choices, further))


def _settings(
    workload: Workload, choices: Choices, further: Mapping[str, Value]
) -> dict[str, Setting]:
    """Return every setting, as the family and the regime are advised."""
    if workload.regime == "scratch":
        module, *families = _FROM_SCRATCH[workload.family]
        advice = import_module(f"{__name__}.{module}")
        found: dict[str, Setting] = advice.settings(workload, choices, presets.load(*families))
        return beliefs.with_decisions(found, further)
    regime = "inference" if workload.regime == "inference" else "finetune"
    advice = import_module(f"{__name__}.{regime}")
    tuned: dict[str, Setting] = advice.settings(workload, {**_stated(choices), **further})
    return tuned


def _stated(choices: Choices) -> dict[str, Value]:
    """Return the choices that were made, but for the arguments of a task."""
    names = [name for name in Choices.__dataclass_fields__ if name != "arguments"]
    values = {name: getattr(choices, name) for name in names}
    return {name: value for name, value in values.items() if value is not None}


def _informed(
    profile: Profile, choices: Choices, further: Mapping[str, Value]
) -> dict[str, Setting]:
    """Return every setting, with own presets ranking before what is built in.

    Own values count as in force when the other settings are advised, so that a recorded batch
    carries the learning rate with it unless that is recorded, too.
    """
    plain, decided = _settings(profile.workload, choices, further), {**_stated(choices), **further}
    own = {
        name: found
        for name, found in _recorded(profile, decided, plain).items()
        if name in plain and name not in decided and _usable(name, found.value, profile.workload)
    }
    if not own:
        return plain
    values = {name: found.value for name, found in own.items() if found.value is not None}
    choosable = Choices.__dataclass_fields__ if profile.workload.regime == "scratch" else ()
    known = {name: value for name, value in values.items() if name in choosable}
    more = {name: value for name, value in values.items() if name not in known}
    made = {name: getattr(choices, name) for name in Choices.__dataclass_fields__}
    for name, value in known.items():
        what = f"row {printable(own[name].row.id)} of your own presets, {name} {value}"
        checked({name: value}, Choices, what=printable(what))
    within = checked({**made, **known}, Choices, what="your own presets")
    settings = _settings(profile.workload, within, {**further, **more})
    return {
        name: recorded.remembered(plain[name], own[name], name=name) if name in own else setting
        for name, setting in settings.items()
    }


def _recorded(
    profile: Profile, decided: Mapping[str, Value], plain: Mapping[str, Setting]
) -> dict[str, recorded.Recorded]:
    """Return what own presets say of these data."""
    workload = profile.workload
    usual = plain["model"].value if "model" in plain else workload.base_model
    return recorded.matching(
        workload,
        decided=decided.get("model", workload.base_model),
        advised=usual,
        data_sha256=profile.data.sha256 if profile.data else None,
    )


def _usable(name: str, value: Value, workload: Workload) -> bool:
    """Return whether a recorded value can be followed: a batch may be too large for these data."""
    if name == "model":
        return workload.base_model is None
    return name != "batch_size" or (isinstance(value, int) and value <= workload.train_examples)


_FROM_SCRATCH: dict[Family, tuple[str, ...]] = {
    "tabular": ("tabular", "tabular"),
    "image": ("image", "image"),
    "text": ("text", "text"),
    "language": ("language", "language"),
    "own": ("task", "own"),
}
"""Family → the module that advises training from scratch, and the presets it draws on."""
