"""Does each value of a recipe lead back to what its sources say?

Thirty workloads are drawn at random; whatever is advised must stand in a row that it cites, as a
value or inside a range, or come from a row that states the formula or the house rule behind it.
"""

import random
import re

import pytest

from tuner_engine.advice import advise, presets, stated
from tuner_engine.advice.presets import Row
from tuner_engine.advice.stated import Stated, Subject
from tuner_engine.recipe import Recipe, Setting, Value
from tuner_engine.specs import Choices
from tuner_engine.workload import Profile

FILES = ("tabular", "image", "text", "language", "own", "finetune", "inference", "rules")

WORKLOADS = 30

MODELS = {
    "language": (
        "llama-3-8b",
        "llama-3.1-70b",
        "qwen-2.5-0.5b",
        "gpt-2",
        "mistral-7b",
        "gemma-2-9b",
    ),
    "text": ("bert-base", "roberta-large", "distilbert"),
    "image": ("vit-base", "convnext-base", "deit-small"),
}


def drawn(chance: random.Random) -> tuple[Stated, Subject]:
    """Return a random thing that a person may state."""
    kind = chance.choice(["scratch", "scratch", "tuned", "tuned", "sampled"])
    examples = str(round(10 ** chance.uniform(2, 7)))
    length = round(10 ** chance.uniform(1, 3.3), 1)
    if kind == "sampled":
        engine = chance.choice([None, "vllm", "openai", "llama.cpp", "anthropic", "ollama"])
        task = chance.choice(["chat", "code", "math", "creative", "extraction", None])
        model = chance.choice([*MODELS["language"], "gpt-4o", "deepseek-r1", "qwen3-8b"])
        return Stated(engine=engine, regime="inference"), Subject(model=model, task=task)
    if kind == "tuned":
        family = chance.choice(["language", "language", "text", "image"])
        regimes = {"language": ("full", "lora", "qlora", "dpo", "kto", "grpo", "reward")}
        memory = chance.choice([None, "16GB", "24GB", "80GB"]) if family == "language" else None
        facts = Stated(
            examples=examples,
            avg_tokens=None if family == "image" else length,
            classes=None if family == "language" else chance.randint(2, 100),
            regime=chance.choice(regimes.get(family, ("full",))),
            gpu_memory=memory,
        )
        return facts, Subject(model=chance.choice(MODELS[family]))
    family = chance.choice(["tabular", "image", "text", "language"])
    more = {
        "tabular": {"classes": chance.choice([None, 2, 10]), "features": chance.randint(1, 500)},
        "image": {"image_size": chance.choice(["28x28", "32x32x3", "224x224x3"])},
        "text": {"avg_tokens": length, "classes": chance.randint(2, 20)},
        "language": {
            "tokens": str(round(10 ** chance.uniform(6, 13))),
            "params": chance.choice([None, str(round(10 ** chance.uniform(6, 11)))]),
        },
    }[family]
    counted = {} if family == "language" else {"examples": examples}
    return Stated(family=family, **{**more, **counted}), Subject()  # type: ignore[arg-type]  # known


def recipe(seed: int) -> Recipe:
    facts, about = drawn(random.Random(seed))  # noqa: S311 - a sample, no secret
    profile = Profile(workload=stated.workload(facts, about), data=None)
    return advise(profile, Choices(), created="now")


def rows(setting: Setting) -> list[Row]:
    """Return the rows that a setting cites."""
    known = presets.load(*FILES).rows
    named = [re.search(r" \(([^()]*)\)$", source) for source in setting.sources]
    words = [word for found in named if found for word in found[1].split(", ")]
    return [known[word] for word in dict.fromkeys(words) if re.fullmatch(r"[A-Z]\d+", word)]


def says(row: Row, name: str, value: Value) -> bool:
    """Return whether a row gives the setting this value, or a range that holds it."""
    figure = row.settings.get(name)
    if figure is None:
        return False
    if value is None:
        return figure.unset or figure.value is None
    if figure.value == value or value in (figure.range or ()):
        return True
    ends = [end for end in figure.range or () if isinstance(end, float | int)]
    return isinstance(value, float | int) and len(ends) == 2 and ends[0] <= value <= ends[1]


def derives(row: Row, name: str) -> bool:
    """Return whether a row states how the setting is computed: a note on another does not."""
    figure = row.settings.get(name)
    return bool(row.formula) or (figure is not None and bool(figure.rule or row.note))


@pytest.mark.parametrize("seed", range(WORKLOADS))
def test_every_value_stands_in_a_row_that_it_cites(seed: int) -> None:
    """A preset is what its row says; a rule's rows state the formula, or what it is bound by."""
    for name, setting in recipe(seed).settings.items():
        if setting.basis == "chosen" or (setting.value is None and setting.basis == "rule"):
            continue  # decided, or left out because it means nothing here
        cited = rows(setting)
        assert cited, name
        if setting.basis == "preset":
            assert any(says(row, name, setting.value) for row in cited), name
        else:
            assert any(says(row, name, setting.value) or derives(row, name) for row in cited), name


@pytest.mark.parametrize("seed", range(WORKLOADS))
def test_every_rate_is_searched_by_factors(seed: int) -> None:
    """A rate, an epsilon or a batch that is ten times another is as far from it as a tenth."""
    for name in ("learning_rate", "batch_size", "epsilon", "max_tokens"):
        setting = recipe(seed).settings.get(name)
        if setting is not None and setting.range is not None:
            assert setting.scale == "log", name


@pytest.mark.parametrize("seed", range(WORKLOADS))
def test_range_holds_its_value(seed: int) -> None:
    """What is advised is among what is worth searching."""
    for name, setting in recipe(seed).settings.items():
        if setting.value is None or not setting.range:
            continue
        if setting.scale == "choice":
            assert setting.value in setting.range, name
            continue
        low, *_, high = (float(end or 0) for end in setting.range)
        assert low <= float(setting.value) <= high, name
