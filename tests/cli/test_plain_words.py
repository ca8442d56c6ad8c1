"""Are the plainest words read exactly as Cyclopts reads them, and all others left to it?"""

import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tuner_engine.errors import UsageError
from tuner_tui.cli import advise, parsing, plain
from tuner_tui.cli.saying import Words

OPTIONS = sorted(
    name
    for argument in advise.app.assemble_argument_collection()
    for name in argument.names
    if argument.parse and name.startswith("-") and name != "--DATA"
)
"""Every option of the command, as Cyclopts knows it."""

VALUES = [
    "1",
    "32",
    "0.5",
    "1e-3",
    "llama-3-8b",
    "lora",
    "cnn",
    "adamw",
    "text",
    "cpu",
    "x=1",
    "é",
    "none",
    "cosine",
    "float32",
    "auto",
]


def as_cyclopts_reads(typed: list[str]) -> Words | None:
    """Return what Cyclopts makes of the words; none where it refuses them."""
    caught: list[Words] = []
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(advise.advising, "answer", lambda words: caught.append(words) or 0)
        try:
            parsing.call(advise.app, typed)
        except UsageError:
            return None
    return caught[0]


def normal(words: Words | None) -> object:
    """Return words without what was not decided."""
    if words is None:
        return None
    groups = {name: getattr(words, name) for name in Words.__struct_fields__}
    for name in ("choices", "facts"):
        groups[name] = {key: value for key, value in groups[name].items() if value is not None}
    return groups


@pytest.mark.parametrize("option", OPTIONS)
def test_option_means_the_same_either_way(option: str) -> None:
    """Each option is read, and Cyclopts agrees about its field and its value."""
    alone = [[option]] if plain.words([option]) else []
    lines = [*alone, *([option, value] for value in VALUES)]
    read = [line for line in lines if plain.words(line) is not None]
    assert read
    assert [normal(plain.words(line)) for line in read] == [
        normal(as_cyclopts_reads(line)) for line in read
    ]


@st.composite
def command_lines(draw: st.DrawFn) -> list[str]:
    """Options with and without values, with words between them."""
    word = st.sampled_from([*OPTIONS, *VALUES, "", "-", "--", "-5", "data.csv", "--seed=3", "1_0"])
    return draw(st.lists(word, max_size=6))


@given(typed=command_lines())
def test_any_words_mean_the_same_or_are_left(typed: list[str]) -> None:
    """Whatever is read without Cyclopts is what Cyclopts reads."""
    found = plain.words(typed)
    if found is not None:
        assert normal(found) == normal(as_cyclopts_reads(typed))


LEFT = [
    ["--help"],
    ["--seed=3"],
    ["--seed", "1_000"],
    ["--learning-rate", "nan"],
    ["--examples"],
    ["--seed", "-1"],
    ["--seed", "1", "--seed", "2"],
    ["--optimizer", "adamx"],
    ["--no-such-option", "1"],
    ["one.csv", "two.csv"],
    ["-q"],
    [""],
]


@pytest.mark.parametrize("typed", LEFT, ids=" ".join)
def test_other_words_are_left_to_cyclopts(typed: list[str]) -> None:
    """Help, mistakes and other spellings are none of the plainest words."""
    assert plain.words(typed) is None


@pytest.fixture
def loaded() -> set[str]:
    """Return what advice from facts loads, in a process of its own."""
    program = (
        "import sys; from tuner_tui.cli import run;"
        "run('advise --model llama-3-8b --regime lora --examples 12000 --avg-tokens 300'.split());"
        "print(*sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    return set(done.stdout.splitlines()[-1].split())


def test_stated_facts_are_answered_without_heavy_libraries(loaded: set[str]) -> None:
    """Neither what reads other words nor what styles a terminal is loaded for them."""
    unneeded = {"cyclopts", "rich.text", "importlib.metadata", "numpy", "polars", "jax"}
    assert loaded & unneeded == set()
