"""Do the laws of language models give the numbers that were published or computed with them?"""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tuner_engine.advice.rules import decoders, noise, published_sizes, reach, repetition
from tuner_engine.advice.rules import scaling_laws as laws
from tuner_engine.advice.rules.memory import training_flops

SIZES = st.floats(min_value=2e7, max_value=1e12)
TOKENS = st.floats(min_value=1e8, max_value=1e14)

TAKEN = {
    "GPT-2 124M": (85e6, 3e11, 6e-4),
    "Pythia 70M": (19e6, 3e11, 1e-3),
    "Pythia 1B": (805e6, 3e11, 2.5e-4),
    "Cerebras-GPT 111M": (85e6, 2.2e9, 6e-4),
    "SmolLM 135M": (106e6, 6e11, 3e-3),
    "SmolLM 1.7B": (1.6e9, 1e12, 5e-4),
    "OLMo 2 1B": (1.07e9, 4e12, 4e-4),
    "OLMo 2 7B": (6.9e9, 4e12, 3e-4),
    "OLMo 2 13B": (13e9, 5e12, 3e-4),
    "LLaMA 65B": (65e9, 1.4e12, 1.5e-4),
    "GPT-3 175B": (175e9, 3e11, 6e-5),
}
"""Training → parameters without embeddings, tokens, and the peak rate that it really took."""


@pytest.mark.parametrize(
    ("parameters", "tokens", "taken", "step_law", "deepseek"),
    [
        (10.65e6, 82e6, 1e-3, 4.7, 3.4),
        (805e6, 3e11, 2.5e-4, 11, 2.8),
        (106e6, 6e11, 3e-3, 4.7, 0.28),
        (1.07e9, 4e12, 4e-4, 12, 1.2),
        (6.9e9, 4e12, 3e-4, 4.4, 1.3),
    ],
)
def test_laws_over_what_was_taken(
    parameters: float, tokens: float, taken: float, step_law: float, deepseek: float
) -> None:
    """Rows F2 and F4: far from their grids the laws miss by the factors that were computed."""
    by_step = laws.step_law_learning_rate(parameters, tokens) / taken
    by_deepseek = laws.deepseek_learning_rate(training_flops(round(parameters), tokens)) / taken
    assert by_step == pytest.approx(step_law, rel=0.06)
    assert by_deepseek == pytest.approx(deepseek, rel=0.06)


def test_step_law_counts_parameters_without_vocabulary() -> None:
    """Row F2: the N of the released runs is that of the layers alone."""
    width, inner, layers = 960, 9368, 7
    assert layers * (4 * width**2 + 3 * width * inner) == 214_663_680


def test_step_law_batch_of_characters() -> None:
    """Row F1: nanoGPT's 82 million characters ask for 19 thousand tokens a batch."""
    assert laws.step_law_batch_tokens(82e6) == pytest.approx(19_000, rel=0.02)


def test_step_law_batch_is_held_at_four_million() -> None:
    """Row F1: beyond 1e12 tokens the formula grows past what large trainings used."""
    assert laws.step_law_batch_tokens(1e11) < 2**22
    assert laws.step_law_batch_tokens(4e12) == 2**22


@pytest.mark.parametrize(
    ("parameters", "tokens", "inside"),
    [
        (6e7, 3e10, True),
        (5.9e7, 1e10, False),
        (1.1e9, 1e11, True),
        (1.1e9, 1.1e11, False),
        (1.2e9, 1e11, False),
        (2e8, 1.01e11, False),
    ],
)
def test_step_law_has_a_box(parameters: float, tokens: float, inside: bool) -> None:  # noqa: FBT001
    """Row F2: 6e7 to 1.1e9 parameters, at most 500 tokens for each, 1e11 in all."""
    assert laws.within_step_law(parameters, tokens) is inside


@pytest.mark.parametrize("name", TAKEN)
def test_blend_is_near_what_was_taken(name: str) -> None:
    """Row H54: what published trainings took lies in the range around it, or just below its end."""
    parameters, tokens, taken = TAKEN[name]
    rate = laws.blended_learning_rate(parameters, tokens)
    low, high = reach.searched_rates(rate)
    assert low / 1.2 <= taken <= high


@given(parameters=SIZES, tokens=TOKENS)
def test_blend_never_leaves_the_laws_or_the_limit(parameters: float, tokens: float) -> None:
    """Row H54: whatever the training, the rate is positive and at most 5e-3."""
    rate = laws.blended_learning_rate(parameters, tokens)
    assert 0 < rate <= laws.HIGHEST_ADAMW_RATE


@given(parameters=SIZES, tokens=TOKENS)
def test_larger_models_never_take_higher_rates(parameters: float, tokens: float) -> None:
    """Row H54: the blend falls with size, as both of its laws do."""
    rate = laws.blended_learning_rate(parameters, tokens)
    assert laws.blended_learning_rate(2 * parameters, tokens) <= rate


def test_porian_of_a_small_model() -> None:
    """Row F5: 3.7 · N^−0.36 and 0.7576 · N^0.703, here at a hundred million parameters."""
    assert laws.porian_learning_rate(1e8) == pytest.approx(4.88e-3, rel=0.01)
    assert laws.porian_batch_tokens(1e8) == pytest.approx(319_000, rel=0.01)


def test_moonlight_is_for_muon() -> None:
    """Row A72: at 1e20 FLOPs a rate of 9.2e-4 and 1.2 million tokens."""
    assert laws.moonlight_learning_rate(1e20) == pytest.approx(9.2e-4, rel=0.01)
    assert laws.moonlight_batch_tokens(1e20) == pytest.approx(0.0065 * 1e20**0.4138)


def test_power_lines_batch_is_anchored_at_depth_12() -> None:
    """Row F6: at the anchor 2^19 tokens, and twice the tokens take 2^0.383 of it."""
    assert laws.power_lines_batch_tokens(1e9, reference=1e9) == 2**19
    grown = laws.power_lines_batch_tokens(2e9, reference=1e9)
    assert grown == pytest.approx(2**19 * 2**0.383)


def test_decay_keeps_its_timescale() -> None:
    """Row F11: with the rate under the square root, the decay of another batch keeps tau."""
    tau = laws.decay_timescale(batch=1e6, learning_rate=1e-3, weight_decay=0.1, tokens=1e10)
    decay = laws.decay_at_constant_timescale(0.1, batch_ratio=4.0, tokens_ratio=2.0)
    again = laws.decay_timescale(batch=4e6, learning_rate=2e-3, weight_decay=decay, tokens=2e10)
    assert again == pytest.approx(tau)


def test_rate_at_fixed_batch_falls_with_the_horizon() -> None:
    """Row A71: ten times the tokens take 10^−0.32 of the rate."""
    assert laws.horizon_learning_rate(1e-3, tokens_ratio=10) == pytest.approx(4.79e-4, rel=0.01)


def test_mup_divides_by_the_width() -> None:
    """Row F29: a matrix of four times the inputs takes a quarter of the rate."""
    assert laws.mup_learning_rate(6e-3, fan_in=1024, base_fan_in=256) == 1.5e-3


@pytest.mark.parametrize(
    ("epochs", "share"),
    [(1, 1.0), (2, 0.98), (4, 0.93), (8, 0.83), (16, 0.66), (40, 0.38), (100, 0.16)],
)
def test_repeated_tokens_lose_worth(epochs: int, share: float) -> None:
    """Row F14: what a token of each pass is worth, to two digits."""
    assert round(repetition.efficiency(epochs), 2) == share


@pytest.mark.parametrize(
    ("parameters", "tokens", "unique", "loss"),
    [
        (6.34e9, 242e9, 25e9, 2.2256440889984477),
        (8.67e9, 178e9, 25e9, 2.2269634075087867),
    ],
)
def test_data_constrained_loss_gives_the_published_vectors(
    parameters: float, tokens: float, unique: float, loss: float
) -> None:
    """Row F15: the two values that its authors' code prints, to the last digit."""
    found = repetition.data_constrained_loss(parameters, tokens=tokens, unique_tokens=unique)
    assert found == pytest.approx(loss, rel=1e-14)


@pytest.mark.parametrize(("beta2", "steps"), [(0.95, 40), (0.98, 100), (0.99, 200), (0.999, 2000)])
def test_untuned_warmup(beta2: float, steps: int) -> None:
    """Row F13: 2 / (1 − β₂) steps."""
    assert decoders.untuned_warmup_steps(beta2) == pytest.approx(steps)


@pytest.mark.parametrize("name", decoders.PARAMETERS)
def test_decoder_is_as_large_as_its_name(name: str) -> None:
    """The parameters without embeddings come to the number in the name, within a quarter."""
    digits = name.removeprefix("decoder-")
    stated = float(digits[:-1]) * {"m": 1e6, "b": 1e9}[digits[-1]]
    assert decoders.PARAMETERS[name] == pytest.approx(stated, rel=0.25)


@pytest.mark.parametrize(
    ("tokens", "accelerated", "model"),
    [
        (1, True, "decoder-1m"),
        (780_000, False, "decoder-1m"),
        (20_000_000, False, "decoder-3m"),
        (10**12, False, "decoder-3m"),
        (10**9, True, "decoder-100m"),
        (10**12, True, "decoder-1b"),
    ],
)
def test_language_model_fits_its_corpus(tokens: int, accelerated: bool, model: str) -> None:  # noqa: FBT001
    """Row H52: 20 tokens a parameter after four passes; a processor is spared the large ones."""
    assert decoders.language_model(tokens, accelerated=accelerated) == model


@given(tokens=st.integers(1, 10**13), parameters=SIZES, spared=st.booleans())
def test_passes_are_worth_twenty_tokens_a_parameter(
    *, tokens: int, parameters: float, spared: bool
) -> None:
    """Rows F14 and F28: as many passes as that takes, and no more than 16; 4 on a processor."""
    epochs = decoders.language_epochs(tokens, parameters=parameters, spared=spared)
    most = 4 if spared else 16
    assert 1 <= epochs <= most
    worth = repetition.effective_tokens(tokens, epochs=epochs)
    assert epochs == most or worth >= 20 * parameters * (1 - 1e-9)
    if epochs > 1:
        assert repetition.effective_tokens(tokens, epochs=epochs - 1) < 20 * parameters * (1 + 1e-9)


@pytest.mark.parametrize(
    ("parameters", "layers", "width"), [(6.44e9, 32, 4096), (1.74e11, 96, 12288), (8.5e7, 12, 768)]
)
def test_shape_of_a_stated_size(parameters: float, layers: int, width: int) -> None:
    """Row H53: Llama 7B, GPT-3 and GPT-2 come out as they are, within a tenth."""
    found = decoders.decoder_shape(parameters)
    assert found[0] == pytest.approx(layers, rel=0.1)
    assert found[1] == pytest.approx(width, rel=0.1)
    assert found[1] % 64 == 0


@given(steps=st.integers(1, 10**7), size=st.sampled_from([(1e6, 100), (1e8, 2_000)]))
def test_warmup_is_at_most_a_tenth(steps: int, size: tuple[float, int]) -> None:
    """Row H55: 2,000 steps, of a toy 100, or one per cent, and never more than a tenth."""
    parameters, least = size
    share = decoders.language_warmup_share(steps, parameters=parameters)
    assert 0.01 <= share <= 0.1
    assert share * steps >= min(least, 0.1 * steps) * 0.999


def test_gpt_3_table_is_read_by_ratio() -> None:
    """Row A49: 5 billion parameters are nearer to 6.7 than to 2.7 by ratio."""
    assert published_sizes.nearest_gpt_3(5e9) == ("6.7B", 1.2e-4)


def test_searched_ranges() -> None:
    """Row C30: a quarter to twice the rate, half to twice the batch."""
    assert reach.searched_rates(4e-4) == (1e-4, 8e-4)
    assert reach.searched_rates(4e-4, measured=False) == pytest.approx((4e-5, 1.2e-3))
    assert reach.searched_batches(64) == (32, 128)
    assert reach.searched_batches(1) == (1, 2)


def test_rate_at_the_noise_scale_is_half() -> None:
    """Row F10: at B = B_noise half of the largest rate is best, and the trade-off is even."""
    assert noise.noise_limited_rate(1e-3, batch=256, noise_scale=256) == 5e-4
    assert noise.examples_for_steps(steps_ratio=2.0) == 2.0


def test_adam_at_four_times_the_batch() -> None:
    """Row F9: twice the rate, four times as far from one, half the epsilon."""
    rate, beta, epsilon = noise.adam_at_batch(
        learning_rate=1e-3, beta=0.99, epsilon=1e-8, factor=4.0
    )
    assert (rate, epsilon) == (2e-3, 5e-9)
    assert math.isclose(beta, 0.96)


def test_clip_at_the_ninetieth_percentile() -> None:
    """Row F32: nine of ten norms pass; more than half clipped means a rate too high."""
    norms = [float(n) for n in range(1, 11)]
    assert noise.clip_threshold(norms) == 9.0
    assert not noise.clips_too_often(norms, threshold=5.0)
    assert noise.clips_too_often(norms, threshold=4.0)
