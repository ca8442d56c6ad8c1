"""Which hyperparameters does published experience recommend for this data?

Facts and decisions go in, a recipe comes out: every setting with a value, a range worth searching,
a reason and its sources. Nothing is trained and no table is read.

```text
presets    published rows, from TOML, none without a source
rules      one function per published formula
case       what is advised for, with the values in force
training   the settings of a training from scratch, and what is usual for each
tabular    … and what is particular to tables, image, text, language, task
declared   what a task of the person's own says, in place of advice
refusals   decisions that mean nothing
lints      decisions that look like a mistake
```
"""

from collections.abc import Mapping
from importlib import import_module

from tuner_engine.advice import declared, presets, refusals
from tuner_engine.advice.lints import CODES, lint
from tuner_engine.recipe import Recipe, Setting, this_tool
from tuner_engine.specs import Choices
from tuner_engine.workload import Family, Profile, Workload

__all__ = ["advise", "lint"]


def advise(
    profile: Profile,
    choices: Choices,
    *,
    created: str,
    environment: Mapping[str, str | None] = {},
) -> Recipe:
    """Return a recipe for the data, with a person's decisions locked in it.

    Args:
        profile: What is known of the data.
        choices: What was decided; whatever depends on a decision is advised for it.
        created: The present moment in UTC, ISO 8601.
        environment: Versions and device, written into the recipe as they are.

    Returns:
        Every setting of one training, in the order of `Choices`. The warnings are the profile's
        cautions and what looks like a mistake among the decisions; a profile that carries the
        warnings of earlier advice does not repeat them.

    Raises:
        UsageError: A decision has no meaning for this data.
    """
    filled = declared.completed(choices, profile.workload)
    refusals.check(filled, profile.workload)
    advised = _settings(profile.workload, filled)
    settings = declared.overlaid(advised, choices, profile.workload)
    kept = tuple(caution for caution in profile.cautions if caution.code not in CODES)
    return Recipe(
        created=created,
        tool=this_tool(),
        workload=profile.workload,
        settings=settings,
        warnings=(*kept, *lint(settings, profile.workload)),
        environment=dict(environment),
        data=profile.data,
    )


def _settings(workload: Workload, choices: Choices) -> dict[str, Setting]:
    """Return every setting, as the family of the data is advised."""
    module, *families = _FROM_SCRATCH[workload.family]
    advice = import_module(f"{__name__}.{module}")
    settings: dict[str, Setting] = advice.settings(workload, choices, presets.load(*families))
    return settings


_FROM_SCRATCH: dict[Family, tuple[str, ...]] = {
    "tabular": ("tabular", "tabular"),
    "image": ("image", "image"),
    "text": ("text", "text"),
    "language": ("language", "language"),
    "own": ("task", "own"),
}
"""Family → the module that advises training from scratch, and the presets it draws on."""
