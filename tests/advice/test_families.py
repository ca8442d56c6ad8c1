"""Does every family, model, optimizer and schedule get a recipe that can be trained and traced?"""

import dataclasses
import re
from collections.abc import Callable
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tuner_engine.advice import advise
from tuner_engine.advice.corpus import FOUNDATIONS as DECODERS
from tuner_engine.errors import UsageError
from tuner_engine.recipe import Recipe
from tuner_engine.settings import ordered
from tuner_engine.specs import Choices, Model, Optimizer, Schedule, hyperparameters
from tuner_engine.workload import Family, Hardware, Pixels, Profile

Make = Callable[..., Profile]

FAMILIES: dict[str, Family] = {
    "mlp": "tabular",
    "tabular": "tabular",
    "ft": "tabular",
    "cnn": "image",
    "resnet": "image",
    "vit": "image",
    "text": "text",
    "decoder": "language",
    "own": "own",
}
"""First word of a model's name → the family that it belongs to."""

ALL_FAMILIES = sorted(set(FAMILIES.values()))
EXAMPLES = st.integers(min_value=1, max_value=10**8)


def family(model: str) -> Family:
    return FAMILIES[model.partition("-")[0]]


def recipe(profile: Profile, **chosen: Any) -> Recipe:
    return advise(profile, Choices(**chosen), created="now")


@pytest.mark.parametrize("model", get_args(Model))
def test_every_model_can_be_trained_with_everything(model: str, of: Make) -> None:
    """Each optimizer with each schedule gives a whole recipe, whose numbers lie in their ranges."""
    for optimizer in get_args(Optimizer):
        for schedule in get_args(Schedule):
            made = recipe(of(family(model)), model=model, optimizer=optimizer, schedule=schedule)
            stated = dataclasses.asdict(hyperparameters(made))
            assert list(made.settings) == ordered(made.settings)
            optional = {"arguments", "momentum", "beta1", "beta2", "epsilon"}
            needed = stated.keys() - optional - {"min_learning_rate_share", "drop_path"}
            assert needed <= made.settings.keys()
            assert_inside(made)


def assert_inside(made: Recipe) -> None:
    """Hold every advised number to the range it came with."""
    for name, setting in made.settings.items():
        if setting.basis == "chosen" or setting.value is None or setting.range is None:
            continue
        if setting.scale == "choice":
            assert setting.value in setting.range, name
        else:
            low, high = setting.range
            assert low <= setting.value <= high, name


@given(examples=EXAMPLES, named=st.sampled_from(ALL_FAMILIES), accelerated=st.booleans())
def test_any_amount_of_data_gets_a_recipe(
    examples: int,
    named: Family,
    accelerated: bool,  # noqa: FBT001
    of: Make,
) -> None:
    """From one example to a hundred million: trainable, inside its ranges, without a warning."""
    made = recipe(of(named, examples, accelerated=accelerated))
    assert hyperparameters(made).batch_size <= examples
    assert_inside(made)
    assert made.warnings == ()


@given(examples=EXAMPLES, model=st.sampled_from(get_args(Model)))
def test_every_setting_says_why_where_from_and_what_would_change_it(
    examples: int, model: str, of: Make
) -> None:
    """One sentence each, and sources that end in their rows and how those were read."""
    for name, setting in recipe(of(family(model), examples), model=model).settings.items():
        if setting.basis != "chosen":
            assert re.fullmatch(r"[A-Z0-9].*[^.]\.", setting.why), name
        assert re.fullmatch(r"[A-Z].*[^.]\.", setting.changes), name
        assert setting.sources, name
        assert all(re.search(r" \(\w\d+(, [\w-]+)*\)$", source) for source in setting.sources)


@given(examples=EXAMPLES, named=st.sampled_from(ALL_FAMILIES))
def test_agreeing_with_everything_changes_nothing(examples: int, named: Family, of: Make) -> None:
    """A person who decides what was advised anyway gets the same training."""
    profile = of(named, examples)
    before = recipe(profile).values()
    stated = {
        name: value
        for name, value in before.items()
        if value is not None and name in Choices.__dataclass_fields__
    }
    assert recipe(profile, **stated).values() == before


@pytest.mark.parametrize(
    ("named", "examples", "facts", "model"),
    [
        ("tabular", 7_000, {}, "mlp"),
        ("image", 7_000, {}, "cnn"),
        ("image", 20_000, {"accelerated": True}, "cnn"),
        ("image", 20_001, {"accelerated": True}, "resnet-20"),
        ("image", 20_001, {}, "cnn"),
        ("image", 500, {"pixels": Pixels(height=96, width=65, channels=3)}, "resnet-18"),
        ("text", 3_900, {}, "text-bag"),
        ("text", 199_999, {"accelerated": True}, "text-bag"),
        ("text", 300_000, {}, "text-encoder-mini"),
        ("text", 300_000, {"accelerated": True}, "text-encoder-small"),
        ("text", 2_000_000, {"accelerated": True}, "text-encoder-medium"),
        ("language", 6_000, {}, "decoder-1m"),
        ("language", 10**7, {"accelerated": True}, "decoder-100m"),
        ("own", 100, {}, "own"),
    ],
)
def test_model_follows_data_and_device(
    named: Family, examples: int, facts: dict[str, Any], model: str, of: Make
) -> None:
    """More data and an accelerator bring larger models; a processor never gets the largest."""
    assert recipe(of(named, examples, **facts)).values()["model"] == model


@pytest.mark.parametrize(
    ("model", "layers", "width"),
    [
        ("cnn", 3, 32),
        ("resnet-20", 9, 16),
        ("resnet-18", 8, 64),
        ("vit-tiny", 12, 192),
        ("vit-small", 12, 384),
        ("vit-base", 12, 768),
        ("text-bag", 1, 32),
        ("text-encoder-tiny", 2, 128),
        ("text-encoder-mini", 4, 256),
        ("text-encoder-small", 4, 512),
        ("text-encoder-medium", 8, 512),
        ("text-encoder-base", 12, 768),
        ("tabular-resnet", 2, 128),
        ("ft-transformer", 3, 192),
        ("decoder-1m", 4, 128),
        ("decoder-300m", 24, 1024),
    ],
)
def test_name_of_a_model_gives_its_usual_shape(
    model: str, layers: int, width: int, of: Make
) -> None:
    """Depth and width are those that the name is published with."""
    values = recipe(of(family(model)), model=model).values()
    assert (values["hidden_layers"], values["hidden_width"]) == (layers, width)


@pytest.mark.parametrize(
    ("named", "model", "models"),
    [
        ("image", "mlp", "cnn, resnet-20"),
        ("tabular", "cnn", "mlp, tabular-resnet, ft-transformer"),
        ("text", "decoder-1m", "text-bag, text-encoder-tiny"),
        ("language", "text-encoder-tiny", "decoder-1m"),
        ("own", "mlp", "own"),
    ],
)
def test_model_of_another_family_is_refused(
    named: Family, model: str, models: str, of: Make
) -> None:
    """The error names the models that train on such data."""
    with pytest.raises(UsageError, match=f"model {model} does not train on .*one of {models}"):
        recipe(of(named), model=model)


@pytest.mark.parametrize(("channels", "augmentation"), [(1, "none"), (3, "flip-crop")])
def test_colour_images_are_varied(channels: int, augmentation: str, of: Make) -> None:
    """One channel is mostly writing, which a flip would change."""
    pixels = Pixels(height=32, width=32, channels=channels)
    assert recipe(of("image", pixels=pixels)).values()["augmentation"] == augmentation


@pytest.mark.parametrize(
    ("model", "optimizer", "batch", "rate"),
    [
        ("cnn", "adamw", 64, 2e-3),
        ("cnn", "adamw", 256, 4e-3),
        ("cnn", "sgd", 128, 0.05),
        ("resnet-20", "sgd", 256, 0.1),
        ("resnet-20", "sgd", 32, 0.013),
        ("vit-small", "adamw", 1024, 1e-3),
        ("vit-small", "adamw", 512, 7.1e-4),
        ("vit-small", "adamw", 64, 5e-4),
        ("text-bag", "adamw", 32, 4e-3),
        ("text-encoder-tiny", "adamw", 32, 1e-3),
        ("text-encoder-base", "adamw", 32, 2e-4),
        ("text-encoder-tiny", "lion", 32, 1.8e-4),
        ("own", "adamw", 64, 1e-3),
    ],
)
def test_rate_is_carried_from_the_batch_it_was_found_at(
    model: str, optimizer: str, batch: int, rate: float, of: Make
) -> None:
    """By the square root within four times for Adam's relatives, in proportion for SGD."""
    made = recipe(of(family(model)), model=model, optimizer=optimizer, batch_size=batch)
    assert made.values()["learning_rate"] == rate


def test_rate_far_from_its_batch_is_unsure(of: Make) -> None:
    """Sixteen times below the published batch the square root is held, and says so."""
    setting = recipe(of("image"), model="vit-small", batch_size=64).settings["learning_rate"]
    assert setting.confidence == "low"
    assert "held at 4 times" in setting.why


@pytest.mark.parametrize(
    ("count", "epochs", "searched"),
    [(80, 100, (33, 267)), (1_020, 67, (22, 179)), (9_000, 15, (5, 40))],
)
def test_few_images_are_passed_over_more_often(
    count: int, epochs: int, searched: tuple[int, int], of: Make
) -> None:
    """Row H20: a thousand steps or fifteen passes, whichever are more, in a hundred at most."""
    found = recipe(of("image", count), model="cnn").settings["epochs"]
    assert (found.value, found.range) == (epochs, searched)


def test_branches_are_skipped_where_there_are_many(of: Make) -> None:
    """DeiT's tenth for a transformer, none for a residual network, and no word of it for others."""
    shares = {
        model: recipe(of("image"), model=model).values().get("drop_path", "absent")
        for model in ("vit-small", "resnet-20", "cnn")
    }
    assert shares == {"vit-small": 0.1, "resnet-20": 0.0, "cnn": "absent"}
    decided = recipe(of("image"), model="vit-small", drop_path=0.2)
    assert hyperparameters(decided).drop_path == 0.2
    assert decided.settings["drop_path"].locked


@pytest.mark.parametrize(("named", "model"), [("image", "cnn"), ("tabular", "mlp")])
def test_branches_that_are_not_there_cannot_be_skipped(named: Family, model: str, of: Make) -> None:
    """A decision without effect is refused, with what would have one."""
    with pytest.raises(UsageError, match=r"leave (drop_path|it) out"):
        recipe(of(named), model=model, drop_path=0.1)


def test_deit_is_shown_beside_the_rate_of_a_transformer(of: Make) -> None:
    """Its proportional rule gives another rate: 5e-4 · 128 / 512."""
    setting = recipe(of("image"), model="vit-small", batch_size=128).settings["learning_rate"]
    assert any(said.startswith("DeiT says 0.00013") for said in setting.alternatives)
    assert any("exponent was 0.13 to 0.58" in said for said in setting.alternatives)


def test_residual_networks_follow_the_published_training(of: Make) -> None:
    """SGD, a cosine, labels smoothed by 0.1: row A27."""
    settings = recipe(of("image"), model="resnet-20").settings
    assert [settings[name].value for name in ("optimizer", "schedule", "label_smoothing")] == [
        "sgd",
        "cosine",
        0.1,
    ]
    assert "(A27, verified)" in settings["learning_rate"].sources[0]


@pytest.mark.parametrize(
    ("model", "rates"),
    [("tabular-resnet", (1e-3, 1e-2, 1e-3)), ("ft-transformer", (1e-4, 1e-2, 1e-3))],
)
def test_other_networks_on_tables_share_the_published_loop(
    model: str, rates: tuple[float, ...], of: Make
) -> None:
    """A constant rate that patience ends, with the network's own rate for each optimizer."""
    values = recipe(of("tabular"), model=model).values()
    assert (values["schedule"], values["epochs"], values["patience"]) == ("constant", 256, 16)
    found = tuple(
        recipe(of("tabular"), model=model, optimizer=name).values()["learning_rate"]
        for name in ("adamw", "sgd", "muon")
    )
    assert found == rates


def test_small_corpus_of_characters(of: Make) -> None:
    """A million characters get the published small decoder, four passes and 2,000 tokens a step."""
    values = recipe(of("language", 6_093, train_tokens=780_000)).values()
    assert (values["model"], values["learning_rate"], values["epochs"]) == ("decoder-1m", 2e-3, 4)
    assert (values["batch_size"], values["dropout"], values["weight_decay"]) == (16, 0.0, 0.1)


def test_corpus_too_small_for_its_model_is_read_sixteen_times(of: Make) -> None:
    """146M parameters on 100M tokens, on which datablations' runs got better until pass 59."""
    epochs = stated(of, 146_000_000, 100_000_000).settings["epochs"]
    assert (epochs.value, epochs.range) == (16, (1, 40))
    assert "of 20 that would be wanted" in epochs.why


def test_many_passes_over_a_corpus_bring_dropout_and_heavy_decay(of: Make) -> None:
    """Beyond four passes nanoGPT's dropout is taken, and the decay of repeated data is named."""
    settings = recipe(of("language"), epochs=20).settings
    assert settings["dropout"].value == 0.2
    assert any("30 times" in said for said in settings["weight_decay"].alternatives)


def test_corpus_without_tokens_is_refused(of: Make) -> None:
    """Nothing can be said of a language model before its tokens are counted."""
    with pytest.raises(UsageError, match="--tokens"):
        recipe(of("language", tokens=None))


@pytest.mark.parametrize(
    ("parameters", "tokens", "rate", "confidence"),
    [
        (4 * 10**8, 8 * 10**9, 1.4e-3, "medium"),
        (10**9, 10**11, 1.6e-3, "medium"),
        (7 * 10**9, 2 * 10**12, 4.2e-4, "low"),
        (70 * 10**9, 15 * 10**12, 1.4e-4, "low"),
        (10**11, 2 * 10**12, 1.4e-4, "low"),
    ],
)
def test_stated_model_follows_the_laws(
    parameters: int, tokens: int, rate: float, confidence: str, of: Make
) -> None:
    """Inside its box Step Law decides; outside, a blend that says so, with every law beside it."""
    setting = stated(of, parameters, tokens).settings["learning_rate"]
    assert setting.value == pytest.approx(rate, rel=0.05)
    assert setting.confidence == confidence
    below, above = (10, 3) if confidence == "low" else (4, 2)
    assert setting.range == (
        pytest.approx(rate / below, rel=0.1),
        pytest.approx(above * rate, rel=0.1),
    )
    said = " ".join(setting.alternatives)
    assert "DeepSeek's law says" in said
    assert "GPT-3's table has" in said
    assert "falls with the tokens" in said
    assert ("beyond its range" in said) == (confidence == "low")


def stated(of: Make, parameters: int, tokens: int) -> Recipe:
    profile = of(
        "language",
        tokens // 4096,
        train_tokens=tokens,
        sequence_length=4096,
        base_parameters=parameters,
        hardware=Hardware(device="H100"),
    )
    return recipe(profile)


@pytest.mark.parametrize(("tokens", "batch"), [(8 * 10**9, 64), (6 * 10**10, 256), (10**13, 1024)])
def test_batch_of_a_stated_model_is_that_of_the_law(tokens: int, batch: int, of: Make) -> None:
    """The power of two nearest to Step Law's batch, in sequences of 4,096, and its limit."""
    assert stated(of, 4 * 10**8, tokens).values()["batch_size"] == batch


def test_stated_model_brings_what_other_trainers_take(of: Make) -> None:
    """Seven billion parameters: no runnable model, and the settings that one elsewhere has."""
    values = stated(of, 7 * 10**9, 2 * 10**12).values()
    assert (values["model"], values["precision"], values["batch_size"]) == (None, "bfloat16", 1024)
    assert (values["hidden_layers"], values["hidden_width"]) == (33, 4224)
    assert (values["beta2"], values["min_learning_rate_share"]) == (0.95, 0.1)
    assert values["sequence_length"] == 4096


@pytest.mark.parametrize(
    ("model", "shape", "rate"),
    [
        ("decoder-30m", {"hidden_width": 256}, 1e-3),
        ("decoder-1m", {"hidden_layers": 20}, 2e-3),
        ("decoder-1b", {"hidden_layers": 1, "hidden_width": 64}, 2e-3),
    ],
)
def test_rate_follows_the_size_not_the_name(
    model: str, shape: dict[str, int], rate: float, of: Make
) -> None:
    """A model shrunk or grown by hand takes the rate of models of its size."""
    assert recipe(of("language"), model=model, **shape).values()["learning_rate"] == rate


@given(parameters=st.integers(1, 10**12), tokens=st.integers(1, 10**14))
def test_any_stated_size_gets_a_rate_that_trains(parameters: int, tokens: int, of: Make) -> None:
    """From one parameter to a trillion: a rate above zero, inside its range, at most 5e-3."""
    setting = stated(of, parameters, max(tokens, 4096)).settings["learning_rate"]
    low, high = setting.range or (0, 0)
    assert 0 < float(low or 0) <= float(setting.value or 0) <= float(high or 0)
    assert float(setting.value or 0) <= 5e-3


def test_muon_is_searched_up_to_nanochats_rate(of: Make) -> None:
    """Row A64 takes 0.02 for matrices; a toy keeps the house's lower rate."""
    large = recipe(of("language"), model="decoder-300m", optimizer="muon").settings
    assert (large["learning_rate"].value, large["learning_rate"].range) == (4e-3, (1e-3, 2e-2))
    small = recipe(of("language"), model="decoder-1m", optimizer="muon").settings
    assert small["learning_rate"].value == 2e-3


def test_large_decoders_take_lower_rates(of: Make) -> None:
    """From 30 million parameters on, each size takes no more than the one before it."""
    made = [recipe(of("language", 10**7), model=name) for name in list(DECODERS)[3:]]
    rates = [setting.settings["learning_rate"].value for setting in made]
    assert rates == sorted(rates, key=float, reverse=True)  # type: ignore[arg-type]
