"""Does tuning a pretrained model get what is published for it?"""

import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tuner_engine.advice import advise, lints, stated
from tuner_engine.advice.presets import load
from tuner_engine.advice.rules import adapters, tuning
from tuner_engine.advice.stated import Stated, Subject
from tuner_engine.errors import UsageError
from tuner_engine.recipe import Recipe, Value
from tuner_engine.settings import SETTINGS
from tuner_engine.specs import Choices
from tuner_engine.workload import Profile, TaskKind

CREATED = "2026-03-01T12:00:00+00:00"


def tuned(
    model: str,
    regime: str | None = None,
    *,
    further: dict[str, Value] | None = None,
    chosen: dict[str, Any] | None = None,
    task: TaskKind | None = None,
    **said: Any,
) -> Recipe:
    """Advise for stated facts."""
    facts = Stated(regime=regime, **{"examples": "12000", **said})  # type: ignore[arg-type]
    work = stated.workload(facts, Subject(model=model, task=task))
    return advise(
        Profile(workload=work, data=None),
        Choices(**(chosen or {})),
        created=CREATED,
        further=further or {},
    )


@pytest.mark.parametrize(
    ("examples", "epochs"), [(1, 25), (10, 10), (33, 3), (8_333, 3), (8_334, 2), (12_501, 1)]
)
def test_hosted_epochs_are_those_of_the_source(examples: int, epochs: int) -> None:
    """Rows F18 and B53, with the examples that were published."""
    assert tuning.hosted_epochs(examples) == epochs


@pytest.mark.parametrize(
    ("kin", "width", "rate"),
    [
        ("llama", 2048, 4.9e-4),
        ("llama", 4096, 2.9e-4),
        ("llama", 8192, 1.7e-4),
        ("qwen", 2560, 4.9e-4),
        ("qwen", 4096, 4.7e-4),
        ("qwen", 5120, 4.7e-4),
    ],
)
def test_adapters_rate_by_width(kin: str, width: int, rate: float) -> None:
    """Rows F16 and B33: Llama 1B, 8B and 70B; Qwen3 4B, 8B and 32B."""
    found = adapters.tinker_learning_rate(width=width, kin=kin, adapters=True)
    assert found == pytest.approx(rate, rel=0.03)
    full = adapters.tinker_learning_rate(width=width, kin=kin, adapters=False)
    assert found == pytest.approx(10 * full)


def test_rate_by_width_says_nothing_about_others() -> None:
    """Only two families were fitted."""
    with pytest.raises(KeyError):
        adapters.tinker_learning_rate(width=4096, kin="gemma", adapters=True)


@pytest.mark.parametrize(("steps", "rate"), [(None, 2e-4), (100, 2e-4), (99, 3e-4)])
def test_short_training_takes_a_higher_rate(steps: int | None, rate: float) -> None:
    """Row F17: ten times full tuning's rate, fifteen below a hundred steps."""
    assert adapters.adapter_learning_rate(2e-5, steps=steps) == pytest.approx(rate)


@pytest.mark.parametrize(
    ("images", "steps"), [(1, 500), (3_000, 500), (50_000, 10_000), (1_281_167, 20_000)]
)
def test_steps_of_a_vit_go_through_the_published_ones(images: int, steps: int) -> None:
    """Row B9: Pets, CIFAR, ImageNet."""
    assert tuning.vit_tuning_steps(images) == steps


@given(st.integers(1, 10**7))
def test_steps_of_a_vit_grow_with_the_images(images: int) -> None:
    """More images never get fewer steps."""
    assert 500 <= tuning.vit_tuning_steps(images) <= tuning.vit_tuning_steps(2 * images) <= 20_000


@pytest.mark.parametrize(
    ("mean", "longest", "context", "length"),
    [
        (300, 0, 8192, 2048),
        (300, 700, 8192, 1024),
        (10, 0, 512, 128),
        (4000, 0, 4096, 4096),
        (256, 0, 8192, 1024),
    ],
)
def test_sequence_holds_nearly_every_example(
    mean: float, longest: int, context: int, length: int
) -> None:
    """Row G7: a power of two, within the context."""
    found = tuning.tuning_sequence_length(mean_length=mean, longest=longest, context=context)
    assert found == length


PUBLISHED = [
    ("llama-3-8b", "lora", {}, {"learning_rate": 2.9e-4, "batch_size": 16, "epochs": 2}),
    ("llama-3-8b", "lora", {}, {"lora_rank": 16, "lora_alpha": 32, "lora_targets": "all-linear"}),
    ("llama-3-8b", "full", {}, {"learning_rate": 2.9e-5, "batch_size": 128, "weight_decay": 0.0}),
    ("gemma-2-9b", "lora", {}, {"learning_rate": 2e-4, "schedule": "cosine"}),
    ("gemma-2-9b", "full", {}, {"learning_rate": 2e-5}),
    ("smollm2-360m", "full", {}, {"learning_rate": 1e-3}),
    ("smollm2-1.7b", "full", {}, {"learning_rate": 3e-4}),
    ("olmo-2-13b", "full", {}, {"learning_rate": 1e-5}),
    ("llama-2-7b", "qlora", {}, {"learning_rate": 2e-4, "lora_rank": 64, "lora_alpha": 16}),
    ("llama-2-7b", "qlora", {}, {"gradient_clip": 0.3, "schedule": "constant", "beta2": 0.999}),
    ("llama-2-70b", "qlora", {}, {"learning_rate": 1e-4, "lora_dropout": 0.05}),
    ("mistral-7b", "dpo", {}, {"learning_rate": 5e-6, "preference_beta": 0.1, "epochs": 1}),
    ("smollm2-360m", "dpo", {}, {"learning_rate": 1e-6, "lora_rank": None}),
    ("smollm2-360m", "kto", {}, {"learning_rate": 1e-6, "batch_size": 32}),
    ("smollm2-360m", "grpo", {}, {"learning_rate": 1e-6, "group_size": 8, "temperature": 1.0}),
    ("mistral-7b", "grpo", {}, {"learning_rate": 1e-5, "kl_coefficient": 0.0}),
    ("smollm2-360m", "reward", {}, {"learning_rate": 1e-4}),
    ("bert-base", "full", {}, {"learning_rate": 3e-5, "batch_size": 32, "epochs": 3}),
    ("bert-base", "full", {"examples": "500"}, {"epochs": 10, "batch_size": 16}),
    ("bert-large", "full", {}, {"learning_rate": 2e-5}),
    ("bert-tiny", "full", {}, {"learning_rate": 1e-4, "epochs": 4}),
    ("roberta-base", "full", {}, {"learning_rate": 1e-5, "warmup_share": 0.06, "beta2": 0.98}),
    ("roberta-base", "full", {}, {"gradient_clip": None, "weight_decay": 0.1}),
    ("roberta-base", "lora", {}, {"learning_rate": 4e-4, "lora_rank": 8, "lora_alpha": 16}),
    ("vit-base", "full", {"examples": "50000"}, {"optimizer": "sgd", "learning_rate": 0.01}),
    ("vit-base", "full", {"examples": "50000"}, {"batch_size": 512, "epochs": 103}),
    ("vit-base", "full", {"examples": "3000"}, {"batch_size": 512, "learning_rate": 0.003}),
    ("convnext-tiny", "full", {"examples": "50000"}, {"learning_rate": 5e-5, "epochs": 30}),
    ("deit-base", "full", {"examples": "50000"}, {"learning_rate": 1e-5}),
]
"""Model, regime, facts, and settings that sources give them."""


@pytest.mark.parametrize(("model", "regime", "said", "values"), PUBLISHED)
def test_published_values_are_advised(
    model: str, regime: str, said: dict[str, Any], values: dict[str, Value]
) -> None:
    """Each model and method gets what its rows say."""
    found = tuned(model, regime, **said).values()
    assert {name: found[name] for name in values} == pytest.approx(values)


def test_continued_pretraining_takes_a_lower_rate() -> None:
    """Row B40: plain text is learnt at 1e-5, with adapters at up to 4e-5."""
    full = tuned("llama-2-7b", "full", task="language-modelling").values()
    lora = tuned("llama-2-7b", "lora", task="language-modelling").values()
    assert (full["learning_rate"], lora["learning_rate"]) == (1e-5, 4e-5)


def test_sources_that_disagree_are_named() -> None:
    """The outlying rate for preferences stands beside everybody else's."""
    rate = tuned("mistral-7b", "dpo").settings["learning_rate"]
    assert any("torchtune" in other for other in rate.alternatives)
    conventions = tuned("llama-3-8b", "lora").settings["lora_alpha"].alternatives
    assert len(conventions) == 2


def test_reward_models_are_searched_by_factors() -> None:
    """Row B61: TRL's rate, a tenth to twice of it."""
    rate = tuned("mistral-7b", "reward").settings["learning_rate"]
    assert (rate.value, rate.range, rate.scale) == (1e-4, (1e-5, 2e-4), "log")
    small = tuned("qwen-2.5-0.5b", "reward", gpu_memory="16GB", avg_tokens=871.2)
    assert small.settings["quantization"].value is None, "fits with every weight trained"
    assert "memory-exceeded" not in {caution.code for caution in small.warnings}


@pytest.mark.parametrize(("model", "most"), [("gpt-2", 1e-3), ("gpt-2-xl", 3e-4)])
def test_small_decoders_are_searched_up_to_what_was_published(model: str, most: float) -> None:
    """Row B17: SmolLM2 takes 1e-3 below half a billion parameters, 3e-4 above."""
    assert tuned(model, "full").settings["learning_rate"].range == (2e-5, most)


def test_gemma_is_searched_down_to_torchtunes_rate() -> None:
    """Row B42 takes 5e-5 for Gemma-2-9B, a quarter of what others start at."""
    rate = tuned("gemma-2-9b", "lora").settings["learning_rate"]
    assert (rate.value, rate.range) == (2e-4, (5e-5, 5e-4))
    assert any("B42" in source for source in rate.sources)


@pytest.mark.parametrize(
    ("model", "examples", "found"),
    [
        ("roberta-large", "600k", (3, (2, 10), "B5")),
        ("bert-base", "2213", (3, (2, 20), "B6")),
        ("bert-base", "20k", (3, (2, 4), "B1")),
    ],
)
def test_passes_of_encoders_show_who_took_more(
    model: str, examples: str, found: tuple[int, tuple[int, int], str]
) -> None:
    """RoBERTa took 10 on tasks of any size; few examples gain from up to 20."""
    epochs = tuned(model, "full", examples=examples, avg_tokens=100.0, classes=3).settings["epochs"]
    assert (epochs.value, epochs.range) == found[:2]
    assert any(found[2] in source for source in epochs.sources)


def test_few_images_are_tuned_for_as_many_steps() -> None:
    """Row B9: 500 steps on 3,000 images and fewer; a batch of a tenth would leave no rate."""
    values = tuned("vit-base", "full", examples="121", classes=9).values()
    assert (values["batch_size"], values["epochs"]) == (64, 265)
    assert values["learning_rate"] == pytest.approx(0.003 * 64 / 512, rel=0.05)


@pytest.mark.parametrize(("examples", "share"), [("800", 0.0), ("1M", 0.8)])
def test_convnext_skips_what_its_own_tuning_did_on_as_many_images(
    examples: str, share: float
) -> None:
    """Row B12 is about ImageNet; on few images nothing is published."""
    found = tuned("convnext-base", "full", examples=examples, classes=9).settings["drop_path"]
    assert (found.value, found.range) == (share, (0.0, 0.8))


def test_few_examples_keep_their_steps() -> None:
    """Row G5: 400 examples in 3 passes make 100 steps at 12, so 8 are taken."""
    found = tuned("llama-3-8b", "lora", examples="400").values()
    assert (found["batch_size"], found["epochs"]) == (8, 3)


def test_device_decides_what_preferences_train() -> None:
    """Every weight where it fits, adapters where it does not, at 4 bit where those do not."""
    large = tuned("qwen2.5-0.5b", "dpo", gpu_memory="80GB").values()
    small = tuned("llama-3-8b", "dpo", gpu_memory="48GB").values()
    tiny = tuned("llama-3-8b", "dpo", gpu_memory="16GB").values()
    assert large["lora_rank"] is None
    assert (small["lora_rank"], small["quantization"]) == (16, "none")
    assert (tiny["lora_rank"], tiny["quantization"]) == (16, "4bit")


def test_state_that_does_not_fit_is_stored_at_8_bit() -> None:
    """Full tuning of 8B fits 80 GB with the 8-bit optimizer only."""
    assert tuned("llama-3-8b", "full", gpu_memory="80GB").values()["optimizer"] == "adamw-8bit"
    assert tuned("llama-3-8b", "full", gpu_memory="192GB").values()["optimizer"] == "adamw"


def test_old_device_gets_the_precision_it_has() -> None:
    """A T4 has no bfloat16."""
    assert tuned("bert-base", "full", gpu="T4").values()["precision"] == "float16"


def test_decided_rank_halves_the_rate() -> None:
    """Rows B38 and B39: at rank 256 the usual rate spikes."""
    usual = float(tuned("llama-3-8b", "lora").values()["learning_rate"] or 0)
    high = tuned("llama-3-8b", "lora", further={"lora_rank": 256})
    assert high.values()["learning_rate"] == pytest.approx(usual / 2, rel=0.05)
    assert high.settings["lora_rank"].locked


def test_decided_batch_carries_the_rate() -> None:
    """Row F7: four times the batch, twice the rate."""
    usual = float(tuned("llama-3-8b", "lora").values()["learning_rate"] or 0)
    large = tuned("llama-3-8b", "lora", chosen={"batch_size": 64}).values()
    assert large["learning_rate"] == pytest.approx(2 * usual, rel=0.05)


def test_setting_that_advice_lacks_is_kept() -> None:
    """A decision is never dropped, even where nothing is advised."""
    found = tuned("llama-3-8b", "lora", further={"ema_decay": 0.999}).settings["ema_decay"]
    assert (found.value, found.basis, found.locked) == (0.999, "chosen", True)


@pytest.mark.parametrize(
    ("regime", "chosen", "further", "named"),
    [
        ("lora", {"hidden_layers": 3}, {}, "fixed in a pretrained model"),
        ("full", {}, {"lora_rank": 8}, "no meaning"),
        ("lora", {}, {"preference_beta": 0.1}, "no meaning"),
        ("lora", {"batch_size": 10**6}, {}, "more than the 12,000"),
    ],
)
def test_decision_without_a_meaning_is_refused(
    regime: str, chosen: dict[str, Any], further: dict[str, Value], named: str
) -> None:
    """A setting of another way of training is refused, never ignored."""
    with pytest.raises(UsageError, match=named):
        tuned("llama-3-8b", regime, chosen=chosen, further=further)


@pytest.mark.parametrize(("model", "regime"), [("vit-base", "lora"), ("bert-base", "dpo")])
def test_tuning_that_nobody_published_is_refused(model: str, regime: str) -> None:
    """Where there is no source, there is no advice."""
    with pytest.raises(UsageError, match="nothing is published here"):
        tuned(model, regime)


MODELS = st.sampled_from(
    ["llama-3-8b", "qwen3-0.6b", "gemma-3-270m", "mistral-7b", "llama-2-70b", "nobody-7b"]
)
OTHERS = st.sampled_from(["bert-base", "bert-tiny", "roberta-large", "modernbert-base", "vit-base"])
WAYS = st.sampled_from(["full", "lora"])
REGIMES = st.sampled_from(["full", "lora", "qlora", "dpo", "kto", "grpo", "reward"])
EXAMPLES = st.integers(1, 10**7).map(str)
DEVICES = st.none() | st.sampled_from(["12GB", "24GB", "80GB"])
COUNTS = st.sampled_from([1, 2, 3, 8])
LENGTHS = st.none() | st.floats(1, 4000)


def check(recipe: Recipe) -> None:
    """Hold a recipe against what every recipe promises."""
    assert list(recipe.settings) == [name for name in SETTINGS if name in recipe.settings]
    for name, setting in recipe.settings.items():
        known = SETTINGS[name]
        assert known.belongs(family=recipe.workload.family, regime=recipe.workload.regime), name
        assert re.fullmatch(r"[A-Z0-9].*[^.]\.", setting.why), name
        assert "\n" not in setting.why
        assert setting.sources or setting.basis == "chosen", name
        if setting.value is None or setting.range is None or setting.basis == "chosen":
            continue
        if setting.scale == "choice":
            assert setting.value in setting.range, name
        else:
            low, high = setting.range
            assert low <= setting.value <= high, name
    said = {caution.code for caution in recipe.warnings}
    assert said & lints.CODES <= {"memory-exceeded"}


@given(model=MODELS, regime=REGIMES, examples=EXAMPLES, memory=DEVICES, count=COUNTS, mean=LENGTHS)
def test_any_tuning_of_a_language_model_is_advised(
    model: str, regime: str, examples: str, memory: str | None, count: int, mean: float | None
) -> None:
    """Each setting has a reason, sources and a place in its range, and no lint complains."""
    check(tuned(model, regime, examples=examples, gpu_memory=memory, gpus=count, avg_tokens=mean))


@given(model=OTHERS, regime=WAYS, examples=EXAMPLES, memory=DEVICES)
def test_any_tuning_of_an_encoder_is_advised(
    model: str, regime: str, examples: str, memory: str | None
) -> None:
    """The same for texts and images."""
    if model == "vit-base":
        regime = "full"
    check(tuned(model, regime, examples=examples, gpu_memory=memory, classes=3))


@given(regime=REGIMES, examples=st.integers(200, 10**6).map(str), memory=DEVICES, count=COUNTS)
def test_parts_make_the_batch(regime: str, examples: str, memory: str | None, count: int) -> None:
    """Micro-batch times accumulation times devices is the batch."""
    found = tuned("llama-3-8b", regime, examples=examples, gpu_memory=memory, gpus=count).values()
    parts = int(found["micro_batch_size"] or 0) * int(found["accumulation"] or 0) * count
    assert parts == found["batch_size"]


def test_every_published_fact_is_there() -> None:
    """67 rows, each under its number, with settings or a formula."""
    rows = load("finetune").rows
    assert {f"B{number}" for number in range(1, 68)} <= rows.keys()
