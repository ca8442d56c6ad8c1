"""Is a decision that looks like a mistake named, and a sound one left alone?"""

from collections.abc import Callable

import pytest
from msgspec.structs import replace

from tuner_engine.advice import lint
from tuner_engine.advice.lints import CODES, fixes
from tuner_engine.recipe import Recipe, Setting, Value
from tuner_engine.workload import (
    DataFacts,
    Hardware,
    Purpose,
    Regime,
    Serving,
    Tokens,
    Workload,
)

Advise = Callable[..., Recipe]

MISTAKES = [
    ("batch-over-tenth", {"batch_size": 256}, 2_000, "take 128 or less"),
    ("batch-over-tenth", {"batch_size": 9}, 40, "take 8 or less"),
    ("batch-far-from-advice", {"batch_size": 2048}, 20_000, "probe lr"),
    ("batch-far-from-advice", {"batch_size": 32}, 20_000, "probe lr"),
    ("warmup-over-tenth", {"warmup_share": 0.11}, 20_000, "take 0.1 or less"),
    ("epochs-without-patience", {"schedule": "cosine", "epochs": 300}, 20_000, "set a patience"),
    ("patience-never-acts", {"patience": 30, "epochs": 30}, 20_000, "lower it"),
    ("patience-cuts-schedule", {"schedule": "linear", "patience": 9}, 20_000, "constant schedule"),
    ("learning-rate-outside-range", {"learning_rate": 0.2}, 20_000, "1e-5 to 0.01"),
    ("learning-rate-outside-range", {"learning_rate": 9e-6}, 20_000, "1e-5 to 0.01"),
    ("weight-decay-outside-range", {"weight_decay": 0.1}, 20_000, "0 to 0.001"),
    ("dropout-outside-range", {"dropout": 0.8}, 20_000, "0 to 0.5"),
]
"""Code, what was chosen, training rows, and a part of what would mend it."""

SOUND = [
    ("batch-over-tenth", {"batch_size": 200}, 2_000),
    ("batch-over-tenth", {"batch_size": 8}, 40),
    ("batch-far-from-advice", {"batch_size": 1024}, 20_000),
    ("batch-far-from-advice", {"batch_size": 2048, "learning_rate": 1e-3}, 20_000),
    ("warmup-over-tenth", {"warmup_share": 0.1}, 20_000),
    ("epochs-without-patience", {"epochs": 300}, 20_000),
    ("epochs-without-patience", {"schedule": "cosine"}, 20_000),
    ("patience-never-acts", {"epochs": 3}, 20_000),
    ("patience-cuts-schedule", {"schedule": "linear", "patience": 30}, 20_000),
    ("patience-cuts-schedule", {"schedule": "reduce-on-plateau", "patience": 9}, 20_000),
    ("learning-rate-outside-range", {"learning_rate": 0.1, "optimizer": "sgd"}, 20_000),
    ("weight-decay-outside-range", {"weight_decay": 3e-5}, 20_000),
    ("dropout-outside-range", {"dropout": 0.5}, 20_000),
]
"""Code, what was chosen, and training rows for which it is no mistake."""


@pytest.mark.parametrize(("code", "chosen", "rows", "mended"), MISTAKES)
def test_mistake_is_named_with_its_fix(
    code: str, chosen: dict[str, object], rows: int, mended: str, advised: Advise
) -> None:
    """The warning has the lint's code, and says in one line what to do."""
    said = {caution.code: caution.message for caution in advised(rows, **chosen).warnings}
    assert mended in said[code]
    assert "\n" not in said[code]


@pytest.mark.parametrize(("code", "chosen", "rows"), SOUND)
def test_sound_choice_is_left_alone(
    code: str, chosen: dict[str, object], rows: int, advised: Advise
) -> None:
    """Just inside the limit there is nothing to say."""
    assert code not in {caution.code for caution in advised(rows, **chosen).warnings}


def tuned(
    regime: Regime = "lora",
    *,
    examples: int = 12_000,
    model: str = "llama-3-8b",
    parameters: int = 8_030_261_248,
    hardware: Hardware | None = None,
) -> Workload:
    """Return the facts of tuning a language model."""
    return Workload(
        family="language",
        task="instruction",
        train_examples=examples,
        valid_examples=100,
        test_examples=0,
        features=0,
        outputs=128_256,
        tokens=tokens(300),
        regime=regime,
        base_model=model,
        base_parameters=parameters,
        hardware=hardware,
    )


def tokens(mean: float) -> Tokens:
    """Return examples of so many tokens."""
    return Tokens(
        tokenizer="bpe",
        vocabulary=128_256,
        train_tokens=1_000_000,
        sequence_length=2_048,
        mean_length=mean,
        median_length=mean,
        longest=2_048,
    )


def pretraining(valid: int = 100) -> Workload:
    """Return the facts of training a language model from scratch."""
    return Workload(
        family="language",
        task="language-modelling",
        train_examples=100_000,
        valid_examples=valid,
        test_examples=0,
        features=0,
        outputs=50_257,
        tokens=tokens(1_024),
    )


def sampled(
    model: str | None,
    engine: str | None = None,
    purpose: Purpose | None = None,
    *,
    answers: float | None = None,
) -> Workload:
    """Return the facts of sampling a model."""
    return Workload(
        family="language",
        task="instruction",
        train_examples=0,
        valid_examples=0,
        test_examples=0,
        features=0,
        outputs=1,
        tokens=None if answers is None else tokens(answers),
        regime="inference",
        base_model=model,
        serving=Serving(engine=engine, purpose=purpose),
    )


def settings(values: dict[str, Value]) -> dict[str, Setting]:
    """Return values as a person decides them."""
    return {
        name: Setting(value=value, basis="chosen", confidence="high", why="Decided.")
        for name, value in values.items()
    }


SMALL_GPU = Hardware(device="gpu", memory_bytes=12 * 2**30)
T4 = Hardware(device="T4")
H100 = Hardware(device="H100")
GREEDY = {"temperature": 0.0}
ADAMW: dict[str, Value] = {"optimizer": "adamw"}
LORA_PARTS: dict[str, Value] = {"lora_rank": 16, "sequence_length": 2048, "rematerialize": True}

WIDER: list[tuple[str, Workload, dict[str, Value], dict[str, Value]]] = [
    (
        "adam-scaled-linearly",
        pretraining(),
        {**ADAMW, "learning_rate": 4e-3, "batch_size": 4096},
        {**ADAMW, "learning_rate": 1.4e-3, "batch_size": 4096},
    ),
    (
        "learning-rate-unstable",
        pretraining(),
        {**ADAMW, "learning_rate": 6e-3},
        {**ADAMW, "learning_rate": 5e-3},
    ),
    (
        "learning-rate-unstable",
        tuned("full"),
        {**ADAMW, "learning_rate": 2e-3},
        {"optimizer": "sgd", "learning_rate": 2e-3},
    ),
    ("adapter-rate-like-full", tuned(), {"learning_rate": 2e-5}, {"learning_rate": 5e-5}),
    (
        "full-rate-like-adapters",
        tuned("full"),
        {**ADAMW, "learning_rate": 2e-4},
        {**ADAMW, "learning_rate": 5e-5},
    ),
    ("preference-rate-too-high", tuned("dpo"), {"learning_rate": 1e-5}, {"learning_rate": 1e-6}),
    (
        "preference-rate-too-high",
        tuned("dpo"),
        {"learning_rate": 5e-4, "lora_rank": 16},
        {"learning_rate": 1e-5, "lora_rank": 16},
    ),
    (
        "high-rank-rate",
        tuned(),
        {"learning_rate": 2e-4, "lora_rank": 256, "lora_alpha": 512},
        {"learning_rate": 2e-4, "lora_rank": 256, "lora_alpha": 32},
    ),
    ("schedule-never-falls", pretraining(), {"schedule": "constant"}, {"schedule": "cosine"}),
    ("adapter-batch-large", tuned(), {"batch_size": 256}, {"batch_size": 128}),
    ("many-epochs-few-examples", tuned(examples=500), {"epochs": 10}, {"epochs": 9}),
    ("few-epochs-few-examples", tuned(examples=500), {"epochs": 1}, {"epochs": 3}),
    ("repeated-corpus", pretraining(), {"epochs": 40}, {"epochs": 16}),
    (
        "too-few-steps",
        tuned(examples=300),
        {"batch_size": 16, "epochs": 3},
        {"batch_size": 8, "epochs": 3},
    ),
    ("preference-many-epochs", tuned("kto"), {"epochs": 4}, {"epochs": 3}),
    ("group-too-small", tuned("grpo"), {"group_size": 1}, {"group_size": 2}),
    ("no-validation", pretraining(valid=0), {"patience": 5}, {"patience": None}),
    (
        "dropout-in-single-pass",
        pretraining(),
        {"dropout": 0.1, "epochs": 1},
        {"dropout": 0.1, "epochs": 8},
    ),
    (
        "label-smoothing-in-language",
        tuned(),
        {"label_smoothing": 0.1},
        {"label_smoothing": 0.0},
    ),
    (
        "decay-on-norms",
        tuned("full"),
        {"decay_norms": True, "weight_decay": 0.1},
        {"decay_norms": True, "weight_decay": 0.0},
    ),
    ("clip-unusual", tuned(), {"gradient_clip": 0.01}, {"gradient_clip": 0.3}),
    ("clip-unusual", tuned(), {"gradient_clip": 100.0}, {"gradient_clip": None}),
    ("beta2-too-long", pretraining(), {"beta2": 0.999}, {"beta2": 0.95}),
    ("no-seed", tuned(), {"seed": None}, {"seed": 0}),
    ("no-seed", tuned(), {"seed": None}, {}),
    (
        "alpha-unusual",
        tuned(),
        {"lora_rank": 8, "lora_alpha": 128},
        {"lora_rank": 8, "lora_alpha": 32},
    ),
    ("attention-only", tuned(), {"lora_targets": "attention"}, {"lora_targets": "all-linear"}),
    ("quantized-full-tuning", tuned("full"), {"quantization": "4bit"}, {"quantization": "none"}),
    (
        "qlora-without-quantization",
        tuned("qlora"),
        {"quantization": "none"},
        {"quantization": "4bit"},
    ),
    ("rank-without-adapters", tuned(), {"lora_rank": 0}, {"lora_rank": 1}),
    (
        "memory-exceeded",
        tuned(hardware=SMALL_GPU),
        {**LORA_PARTS, "quantization": "none", "micro_batch_size": 1},
        {**LORA_PARTS, "quantization": "4bit", "micro_batch_size": 1},
    ),
    (
        "memory-exceeded",
        tuned("qlora", hardware=SMALL_GPU),
        {**LORA_PARTS, "quantization": "4bit", "micro_batch_size": 8},
        {**LORA_PARTS, "quantization": "4bit", "micro_batch_size": 1},
    ),
    (
        "parts-do-not-add-up",
        tuned(),
        {"batch_size": 16, "micro_batch_size": 2, "accumulation": 4},
        {"batch_size": 16, "micro_batch_size": 2, "accumulation": 8},
    ),
    ("kto-parts-small", tuned("kto"), {"micro_batch_size": 2}, {"micro_batch_size": 4}),
    (
        "bfloat16-unsupported",
        tuned(hardware=T4),
        {"precision": "bfloat16"},
        {"precision": "float16"},
    ),
    ("float16-needless", tuned(hardware=H100), {"precision": "float16"}, {"precision": "bfloat16"}),
    (
        "sequence-beyond-context",
        tuned(),
        {"sequence_length": 16_384},
        {"sequence_length": 8_192},
    ),
    ("sequence-cuts-examples", tuned(), {"sequence_length": 256}, {"sequence_length": 512}),
    (
        "temperature-and-top-p",
        sampled("gpt-4o"),
        {"temperature": 0.4, "top_p": 0.5},
        {"temperature": 0.4, "top_p": 1.0},
    ),
    (
        "temperature-and-top-p",
        sampled("qwen2.5-7b", "vllm"),
        {"temperature": 0.4, "top_p": 0.5},
        {"temperature": 0.7, "top_p": 0.8},
    ),
    ("greedy-forbidden", sampled("deepseek-r1", "vllm"), {**GREEDY}, {"temperature": 0.6}),
    ("temperature-lowered", sampled("gemini-3-pro"), {"temperature": 0.2}, {"temperature": 1.0}),
    (
        "hot-for-exact-answers",
        sampled("llama-3-8b", "vllm", "code"),
        {"temperature": 1.2},
        {"temperature": 0.8},
    ),
    (
        "cold-for-stories",
        sampled("llama-3-8b", "vllm", "creative"),
        {"temperature": 0.2},
        {"temperature": 1.0},
    ),
    (
        "api-temperature-on-weights",
        sampled("deepseek-v3", "vllm"),
        {"temperature": 1.3},
        {"temperature": 0.3},
    ),
    (
        "penalties-stacked",
        sampled("llama-3-8b", "vllm"),
        {"repetition_penalty": 1.1, "presence_penalty": 0.5},
        {"repetition_penalty": 1.0, "presence_penalty": 0.5},
    ),
    (
        "repetition-penalty-high",
        sampled("llama-3-8b", "vllm"),
        {"repetition_penalty": 1.5},
        {"repetition_penalty": 1.2},
    ),
    ("min-p-high", sampled("llama-3-8b", "vllm"), {"min_p": 0.3}, {"min_p": 0.2}),
    ("answers-cut", sampled("llama-3-8b", "vllm"), {"max_tokens": 16}, {"max_tokens": 256}),
    (
        "answers-cut",
        sampled("llama-3-8b", "vllm", answers=600),
        {"max_tokens": 700},
        {"max_tokens": 1200},
    ),
    (
        "limit-left-to-engine",
        sampled("llama-3-8b", "vllm"),
        {"max_tokens": None},
        {"max_tokens": 256},
    ),
    (
        "either-refused",
        sampled("claude-opus-4-1"),
        {"temperature": 0.5, "top_p": 0.9},
        {"temperature": 0.5, "top_p": None},
    ),
    ("beyond-engine", sampled("claude-opus-4"), {"temperature": 1.5}, {"temperature": 1.0}),
    ("temperature-high", sampled("llama-3-8b"), {"temperature": 1.9}, {"temperature": 1.5}),
    ("rollouts-cold", tuned("grpo"), {"temperature": 0.2}, {"temperature": 1.0}),
    ("temperature-refused", sampled("gpt-5"), {"temperature": 0.2}, {"temperature": None}),
    ("top-p-refused", sampled("claude-opus-4-7"), {"top_p": 0.9}, {"top_p": None}),
    ("top-k-refused", sampled("gpt-4o"), {"top_k": 40}, {"top_k": None}),
    ("min-p-refused", sampled("gpt-4o"), {"min_p": 0.1}, {"min_p": None}),
    (
        "frequency-penalty-refused",
        sampled(None, "transformers"),
        {"frequency_penalty": 0.5},
        {"frequency_penalty": None},
    ),
    (
        "presence-penalty-refused",
        sampled("claude-opus-4"),
        {"presence_penalty": 0.5},
        {"presence_penalty": None},
    ),
    (
        "repetition-penalty-refused",
        sampled("gpt-4o"),
        {"repetition_penalty": 1.1},
        {"repetition_penalty": None},
    ),
    ("seed-refused", sampled("claude-opus-4"), {"seed": 1}, {"seed": None}),
]
"""Code, facts, values that are a mistake, and values that are not."""

NAMED_AS_TEST = "test-data-tuned-on"
HIDDEN = "accuracy-hides-imbalance"
STRANGE = "engine-unknown"
NAMES = [f"{code}-{place}" for place, (code, *_) in enumerate(WIDER)]


@pytest.mark.parametrize(("code", "facts", "wrong", "right"), WIDER, ids=NAMES)
def test_mistake_is_named_and_its_opposite_is_not(
    code: str, facts: Workload, wrong: dict[str, Value], right: dict[str, Value]
) -> None:
    """Each lint speaks of the mistake in one line, and is silent where there is none."""
    said = {caution.code: caution.message for caution in lint(settings(wrong), facts)}
    assert code in said
    assert "\n" not in said[code]
    assert code not in {caution.code for caution in lint(settings(right), facts)}


@pytest.mark.parametrize(("code", "facts", "wrong", "right"), WIDER, ids=NAMES)
def test_fix_mends_what_was_said(
    code: str, facts: Workload, wrong: dict[str, Value], right: dict[str, Value]
) -> None:
    """Where one value would mend a mistake, taking it silences the lint."""
    offered = fixes(settings(wrong), facts)
    if code not in offered:
        assert code == "memory-exceeded"
        return
    name, value = offered[code]
    mended = settings({**wrong, name: value})
    assert code not in {caution.code for caution in lint(mended, facts)}


def test_file_named_as_a_test_is_noticed() -> None:
    """Settings chosen on data for the final test leave nothing to judge them by."""

    def named(source: str) -> set[str]:
        data = DataFacts(
            source=source, sha256="0", rows=9, format="csv", target="y", target_guessed=False
        )
        return {caution.code for caution in lint({}, pretraining(), data_facts=data)}

    assert NAMED_AS_TEST in named("data/test.csv")
    assert NAMED_AS_TEST in named("mnist/test/images.npy")
    assert NAMED_AS_TEST not in named("contest.csv")
    assert NAMED_AS_TEST not in named("latest.csv")


def test_accuracy_that_hides_imbalance_is_noticed(work: Callable[..., Workload]) -> None:
    """Where nine in ten are of one class, accuracy says little; a file says so itself."""
    rare, even = (replace(work(), majority_share=share) for share in (0.95, 0.5))
    assert HIDDEN in {caution.code for caution in lint({}, rare)}
    assert HIDDEN not in {caution.code for caution in lint({}, even)}


def test_engine_that_nobody_knows_is_noticed() -> None:
    """What it would refuse is not known; other names of a known one are understood."""
    for engine, codes in (("triton", {STRANGE}), ("llama-server", set()), (None, set())):
        found = {caution.code for caution in lint({}, sampled("qwen-3-8b", engine))}
        assert found == codes


def test_examples_longer_than_a_model_reads_are_noticed() -> None:
    """No length mends that, so that none is offered."""
    facts = replace(tuned(), tokens=tokens(9_000.0))
    wrong = settings({"sequence_length": 8_192})
    assert "split the examples" in lint(wrong, facts)[0].message
    assert "sequence-cuts-examples" not in fixes(wrong, facts)


def test_every_lint_has_a_case_for_and_against() -> None:
    """No lint goes untested."""
    wider = {code for code, *_ in WIDER} | {NAMED_AS_TEST, HIDDEN, STRANGE}
    assert {code for code, *_ in MISTAKES} == {code for code, *_ in SOUND}
    assert {code for code, *_ in MISTAKES} | wider == CODES
    assert len(CODES) >= 30


def test_the_mistakes_that_everybody_makes_have_lints() -> None:
    """What people are warned of most is all there, by name."""
    assert {
        "temperature-and-top-p",
        "answers-cut",
        "hot-for-exact-answers",
        "cold-for-stories",
        "greedy-forbidden",
        "many-epochs-few-examples",
        "few-epochs-few-examples",
        "batch-over-tenth",
        "adam-scaled-linearly",
        "warmup-over-tenth",
        "decay-on-norms",
        "dropout-in-single-pass",
        "adapter-rate-like-full",
        "learning-rate-unstable",
        "no-seed",
        NAMED_AS_TEST,
        HIDDEN,
    } <= CODES
    assert len(CODES) >= 60


def test_recipe_edited_by_hand_can_be_judged_again(
    advised: Advise, work: Callable[..., Workload]
) -> None:
    """A patience taken away after the advice is noticed when the recipe is looked at anew."""
    recipe = advised().chosen("patience", None)
    codes = [caution.code for caution in lint(recipe.settings, work())]
    assert codes == ["epochs-without-patience"]


def test_absent_settings_are_not_judged(work: Callable[..., Workload]) -> None:
    """A recipe of another program with few settings raises nothing."""
    assert lint({}, work()) == ()
