"""Is each model sampled as its makers ask, by each engine that can?"""

import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tuner_engine.advice import advise, stated
from tuner_engine.advice.inference import engines, families
from tuner_engine.advice.presets import load
from tuner_engine.advice.rules import sampling
from tuner_engine.advice.stated import Stated, Subject
from tuner_engine.recipe import Recipe, Value
from tuner_engine.settings import SETTINGS
from tuner_engine.specs import Choices
from tuner_engine.workload import Profile

CREATED = "2026-03-01T12:00:00+00:00"


def sampled(
    model: str | None = None,
    engine: str | None = None,
    purpose: Any = None,
    **said: Any,
) -> Recipe:
    """Advise for stated facts."""
    facts = Stated(regime="inference", engine=engine, **said)
    work = stated.workload(facts, Subject(model=model, task=purpose))
    return advise(Profile(workload=work, data=None), Choices(), created=CREATED)


PUBLISHED: list[tuple[str | None, str | None, str | None, dict[str, Value]]] = [
    ("llama-3-8b", "vllm", None, {"temperature": 0.6, "top_p": 0.9}),
    ("llama-3-8b", "vllm", "code", {"temperature": 0.2, "top_p": 1.0}),
    ("llama-3-8b", "vllm", "creative", {"temperature": 1.0, "top_p": 1.0, "min_p": 0.05}),
    ("llama-3-8b", "vllm", "extraction", {"temperature": 0.0, "max_tokens": 1024}),
    ("Qwen3-8B", "vllm", None, {"temperature": 0.6, "top_p": 0.95, "top_k": 20, "min_p": 0.0}),
    ("qwen3:30b-a3b", "ollama", "code", {"temperature": 0.6, "top_p": 0.95}),
    ("Qwen3-30B-A3B-Instruct-2507", "vllm", None, {"temperature": 0.7, "top_p": 0.8, "min_p": 0}),
    ("Qwen3-Coder-30B-A3B", "vllm", None, {"temperature": 0.7, "max_tokens": 16_384}),
    ("Qwen3-4B-Thinking-2507", "vllm", "extraction", {"temperature": 0.6, "top_p": 0.95}),
    ("Qwen2.5-7B-Instruct", "vllm", None, {"temperature": 0.7, "repetition_penalty": 1.05}),
    ("deepseek-ai/DeepSeek-R1", "vllm", "math", {"temperature": 0.6, "max_tokens": 32_768}),
    ("deepseek-v3-0324", "vllm", "chat", {"temperature": 0.3}),
    ("deepseek-v3", "deepseek", "chat", {"temperature": 1.3, "top_p": 1.0}),
    ("deepseek-v3", "deepseek", "code", {"temperature": 0.0}),
    ("gemma-3-4b-it", "ollama", None, {"temperature": 1.0, "top_k": 64, "top_p": 0.95}),
    ("gpt-oss-20b", "vllm", "code", {"temperature": 1.0, "top_p": 1.0, "top_k": 0}),
    ("mistral-small", "mistral", None, {"temperature": 0.15}),
    ("kimi-k2", "vllm", "tools", {"temperature": 0.3}),
    ("gemini-3-pro", None, "code", {"temperature": 1.0, "min_p": None}),
    ("gpt-4o", None, "code", {"temperature": 0.2, "top_p": 1.0, "top_k": None, "min_p": None}),
    ("nobody-knows", "sglang", None, {"temperature": 0.7, "top_p": 0.95, "top_k": -1}),
    (None, None, None, {"temperature": 0.7, "min_p": 0.01}),
]
"""Model, engine, purpose, and parameters that sources give them."""


@pytest.mark.parametrize(("model", "engine", "purpose", "values"), PUBLISHED)
def test_published_values_are_advised(
    model: str | None, engine: str | None, purpose: str | None, values: dict[str, Value]
) -> None:
    """Each model gets its makers' values, or those of the purpose where it has no own."""
    found = sampled(model, engine, purpose).values()
    assert {name: found[name] for name in values} == values


REFUSED = [
    ("gpt-5", ("temperature", "top_p", "frequency_penalty", "presence_penalty")),
    ("o3-mini", ("temperature", "top_p")),
    ("claude-opus-4-7", ("temperature", "top_p", "top_k")),
    ("claude-sonnet-5", ("temperature", "top_p", "top_k")),
    ("claude-opus-4-1", ("top_p",)),
    ("claude-sonnet-4-5-20250929", ("top_p",)),
    ("claude-sonnet-4", ("top_p", "top_k", "min_p", "repetition_penalty", "seed")),
]


@pytest.mark.parametrize(("model", "names"), REFUSED)
def test_what_a_vendor_refuses_is_left_unset(model: str, names: tuple[str, ...]) -> None:
    """Rows D4 to D9: unset, with the reason."""
    settings = sampled(model, purpose="chat").settings
    for name in names:
        assert settings[name].value is None, name
        assert settings[name].why.startswith("Leave unset: "), name


@pytest.mark.parametrize(
    ("model", "family"),
    [
        ("claude-sonnet-4-5", "claude-either"),
        ("claude-opus-4.7", "claude-fixed"),
        ("claude-3-5-sonnet", "claude"),
        ("gpt-4.1", "openai"),
        ("gpt-5.1", "openai-reasoning"),
        ("openai/gpt-oss-120b", "gpt-oss"),
        ("DeepSeek-R1-Distill-Llama-8B", "deepseek-r1"),
        ("Qwen/Qwen3.6-35B", "qwen3.5"),
        ("meta-llama/Llama-4-Scout", "llama-4"),
        ("llama3.2:1b", "llama-3"),
        ("codestral", "mistral"),
        ("my-own", "unknown"),
    ],
)
def test_family_is_told_from_the_name(model: str, family: str) -> None:
    """What is special goes before what is general."""
    assert families.of(model).name == family


def test_thinking_changes_the_family() -> None:
    """Qwen3 and Claude are sampled otherwise where they think."""
    assert families.of("qwen3-8b").row == families.of("qwen3-8b", reasoning=True).row == "D25"
    assert families.of("qwen3-8b", reasoning=False).row == "D26"
    assert families.of("claude-opus-4", reasoning=True).row == "D7"
    assert families.of("llama-3-8b", reasoning=True).row == "D30"


def test_every_family_has_its_row() -> None:
    """No family points at a row that is not there."""
    rows = load("inference").rows
    assert {family.row for family in families.FAMILIES} <= rows.keys()
    assert {row for engine in engines.ENGINES for row in engine.rows} <= rows.keys()


@pytest.mark.parametrize(
    ("name", "engine"),
    [("vLLM", "vllm"), ("llama_cpp", "llama.cpp"), ("HF", "transformers"), ("what", None)],
)
def test_engine_is_told_from_what_people_call_it(name: str, engine: str | None) -> None:
    """Spelling does not matter, and an unknown engine is unknown."""
    found = engines.named(name)
    assert (found.name if found else None) == engine


@pytest.mark.parametrize(("api", "model"), [(0.0, 0.0), (1.0, 0.3), (1.3, 0.6)])
def test_temperature_of_an_api_is_rescaled(api: float, model: float) -> None:
    """Row F31: 1.0 of DeepSeek's API is 0.3 of its weights."""
    assert sampling.deepseek_model_temperature(api) == pytest.approx(model)


def test_answer_is_limited_by_the_context() -> None:
    """Half of Llama-3's 8,192 tokens are left to the prompt."""
    assert sampled("llama-3-8b", "vllm").values()["max_tokens"] == 4_096


def test_trap_of_an_engine_is_told() -> None:
    """Stated, for vLLM stops after 16 tokens and transformers after 20, unless told otherwise."""
    assert "stops after 16" in sampled("llama-3-8b", "vllm").settings["max_tokens"].why
    assert "stops after 20" in sampled("llama-3-8b", "hf").settings["max_tokens"].why


def test_longer_answers_raise_the_limit() -> None:
    """Four times the answers that a person expects."""
    found = sampled("claude-opus-4", purpose="extraction", avg_tokens=900.0).values()
    assert found["max_tokens"] == 3_600


def test_family_that_a_purpose_overrules_is_named() -> None:
    """Code wants a low temperature, and Llama's own stands beside it."""
    others = sampled("llama-3-8b", "vllm", "code").settings["temperature"].alternatives
    assert others == ("llama-3 is published with 0.6 (D30).",)


MODELS = st.none() | st.sampled_from(
    [
        *("llama-3-8b", "gpt-5", "gpt-4o", "claude-opus-4-7", "claude-opus-4-1", "gemini-3"),
        *("qwen3-8b", "deepseek-v3", "deepseek-r1", "lfm2-1b", "granite-4", "minicpm5", "glm-4.6"),
        "my-own",
    ]
)
ENGINES = st.none() | st.sampled_from([*(engine.name for engine in engines.ENGINES), "triton"])
PURPOSES = st.none() | st.sampled_from(
    ["chat", "code", "math", "extraction", "classification", "translation", "tools", "creative"]
)


@given(
    model=MODELS,
    engine=ENGINES,
    purpose=PURPOSES,
    reasoning=st.none() | st.booleans(),
    context=st.none() | st.sampled_from(["512", "8192", "128k"]),
    answers=st.none() | st.floats(1, 1e5),
)
def test_any_sampling_is_advised(
    model: str | None,
    engine: str | None,
    purpose: str | None,
    *,
    reasoning: bool | None,
    context: str | None,
    answers: float | None,
) -> None:
    """Each parameter has a reason and sources, lies where the engine takes it, and no lint speaks.

    Answers longer than half of the context are the exception: no limit holds them.
    """
    recipe = sampled(
        model, engine, purpose, reasoning=reasoning, context=context, avg_tokens=answers
    )
    assert list(recipe.settings) == [name for name in SETTINGS if name in recipe.settings]
    known = engines.named(engine or families.of(model).engine) if engine or model else None
    for name, setting in recipe.settings.items():
        assert re.fullmatch(r"[A-Z0-9].*[^.]\.", setting.why), (name, setting.why)
        assert setting.sources, name
        if known is not None and setting.value is not None:
            low, high = known.accepts[name]
            assert min(low, -1 if name == "top_k" else low) <= float(setting.value) <= high, name
        if setting.value is not None and setting.range and setting.scale != "choice":
            ends = [float(end or 0) for end in setting.range]
            assert min(ends) <= float(setting.value) <= max(ends), name
    assert {caution.code for caution in recipe.warnings} <= {
        "answers-cut",
        "memory-exceeded",
        "engine-unknown",
    }


def test_every_published_fact_is_there() -> None:
    """58 rows, each under its number, with settings or a formula."""
    assert {f"D{number}" for number in range(1, 59)} <= load("inference").rows.keys()
