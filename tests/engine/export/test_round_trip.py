"""Does a config that was written here read back as the recipe it came from?"""

import math
from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tuner_engine import configs
from tuner_engine.export import exported
from tuner_engine.export.outcome import says_something
from tuner_engine.recipe import Recipe, Setting, Value, this_tool
from tuner_engine.settings import SETTINGS, Known
from tuner_engine.workload import Hardware, Workload

FLAT = ("yaml", "toml", "env", "flat")
TRAINERS = ("transformers", "trl", "peft", "axolotl", "llama-factory")
SAMPLERS = ("vllm", "llama.cpp", "ollama", "hf-generation", "openai", "anthropic")

MODELS = ("org/small-1b", "claude-sonnet-4-5", "gpt-5", "llama-3-8b")
REGIMES = ("full", "lora", "qlora", "dpo", "kto", "grpo", "reward", "inference")

_POSITIVE = st.floats(1e-8, 10.0).filter(lambda number: number > 0)


def values_of(known: Known) -> st.SearchStrategy[Value]:
    """Return values of a setting's kind, and none."""
    kinds: Mapping[str, st.SearchStrategy[Any]] = {
        "number": _POSITIVE,
        "share": st.floats(0.001, 0.99),
        "count": st.integers(1, 10_000),
        "switch": st.booleans(),
        "choice": st.sampled_from(known.options or ("",)),
        "words": st.sampled_from(MODELS),
    }
    return st.none() | kinds[known.kind]


@st.composite
def recipes(draw: st.DrawFn) -> Recipe:
    """Return recipes of tuning and sampling, with any of the settings that belong there."""
    regime: Any = draw(st.sampled_from(REGIMES))
    names = [
        name for name, known in SETTINGS.items() if known.belongs(family="language", regime=regime)
    ]
    chosen = draw(st.lists(st.sampled_from(names), unique=True, max_size=len(names)))
    values = {name: draw(values_of(SETTINGS[name])) for name in chosen if name != "model"}
    if regime == "grpo":
        # Without it, nothing in TRL's fields says that a beta is GRPO's.
        values["group_size"] = draw(st.integers(2, 64))
    workload = Workload(
        family="language",
        task="instruction",
        features=0,
        outputs=1,
        train_examples=draw(st.integers(0, 10**6)),
        valid_examples=0,
        test_examples=0,
        regime=regime,
        base_model=draw(st.none() | st.sampled_from(MODELS)),
        hardware=draw(
            st.none() | st.builds(Hardware, device=st.just("gpu"), count=st.integers(1, 8))
        ),
    )
    made = {
        name: Setting(value=value, basis="rule", confidence="low", why="A test.")
        for name, value in values.items()
    }
    return Recipe(created="2025", tool=this_tool(), workload=workload, settings=made)


def same(found: Value, wanted: Value) -> bool:
    if isinstance(found, float) and isinstance(wanted, int | float):
        return math.isclose(found, wanted, rel_tol=1e-9)
    return found == wanted


@pytest.mark.parametrize("form", [*FLAT, *TRAINERS, *SAMPLERS])
@settings(max_examples=15, suppress_health_check=[HealthCheck.too_slow])
@given(recipe=recipes())
def test_what_was_not_told_of_comes_back(form: str, recipe: Recipe) -> None:
    """Every setting reads back with its value, unless the export said that it would not."""
    done = exported(recipe, format=form)
    told = {one.name for one in (*done.dropped, *done.approximated)}
    kept = {
        name: value
        for name, value in recipe.values().items()
        if name not in told and says_something(name, value)
    }
    if not kept:
        return
    readable = "flat" if form in FLAT else form
    back = configs.read(done.content, name="a file", format=readable)
    for name, value in kept.items():
        assert name in back.settings, name
        assert same(back.settings[name].value, value), (name, back.settings[name].value)
        assert back.settings[name].basis == "chosen"
    assert not [one for one in back.unread if one.why]


@pytest.mark.parametrize("form", FLAT)
def test_unset_comes_back_unset(form: str, qlora: Any) -> None:
    """What is unset is null or empty there; TOML, which has no null, says it in a comment."""
    back = configs.read(exported(qlora(), format=form).content, name="a file")
    if form == "toml":
        assert "gradient_clip" not in back.settings
    else:
        assert back.settings["gradient_clip"].value is None


@pytest.mark.parametrize("form", TRAINERS)
def test_own_export_is_recognised(form: str, qlora: Any) -> None:
    """A trainer's config is known by its fields; TRL's differs where it has fields of its own."""
    assert configs.read(exported(qlora(), format=form).content, name="a file").format == form


@pytest.mark.parametrize("form", ["llama.cpp", "ollama", "hf-generation"])
def test_own_sampling_export_is_recognised(form: str, sampling: Any) -> None:
    """So is a sampler's, where its fields have names of their own."""
    assert configs.read(exported(sampling(), format=form).content, name="a file").format == form
