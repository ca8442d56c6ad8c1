"""Does the arithmetic of memory and time give the published numbers, and what would make it fit?"""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from tuner_engine.advice import catalogue, duration, estimates, fitting, memory
from tuner_engine.advice.catalogue import GIB, BaseModel
from tuner_engine.advice.memory import Plan
from tuner_engine.advice.rules import adapters
from tuner_engine.advice.rules import memory as rules
from tuner_engine.recipe import Setting
from tuner_engine.workload import Hardware, Tokens, Workload


def known(name: str) -> BaseModel:
    found = catalogue.model(name)
    assert found is not None
    return found


def plan(model: str = "llama-3-8b", **changed: object) -> Plan:
    base = Plan(base=known(model), method="adapters", rank=16, sequence_length=1024)
    return replace(base, **changed)


MEASURED_GB = [
    ("llama-3.2-1b", 1, False, 4.49),
    ("llama-3.2-1b", 2, True, 5.53),
    ("llama-3.2-3b", 1, False, 9.67),
    ("llama-3.2-3b", 2, True, 10.30),
    ("llama-3-8b", 1, False, 19.73),
    ("llama-3-8b", 2, True, 17.41),
    ("llama-2-7b", 1, False, 19.77),
    ("llama-2-7b", 2, True, 13.68),
    ("gemma-2-9b", 2, True, 20.92),
]
"""Model, micro-batch, whether 4-bit, and gigabytes measured by litgpt: row C24, 512 tokens."""


@pytest.mark.parametrize(("model", "micro", "quantized", "measured"), MEASURED_GB)
def test_adapters_take_what_was_measured(
    *, model: str, micro: int, quantized: bool, measured: float
) -> None:
    """Within a fifth of what litgpt measured on an A10G."""
    stated = plan(model, micro_batch_size=micro, quantized=quantized, rank=32, sequence_length=512)
    assert memory.need(stated).bytes / 1e9 == pytest.approx(measured, rel=0.2)


def test_largest_model_on_one_card() -> None:
    """Row C25: QLoRA tunes 65B on 48 GB, at one example of 512 tokens with recomputing."""
    base = catalogue.shape_of(65 * 10**9, name="llama-65b", family="language")
    stated = Plan(
        base=base,
        method="adapters",
        quantized=True,
        rank=64,
        sequence_length=512,
        rematerialize=True,
    )
    assert 30 * GIB < memory.need(stated).bytes < 48 * GIB


@pytest.mark.parametrize(("optimizer", "each"), [("adamw", 16), ("sgd", 12), ("adamw-8bit", 10)])
def test_full_tuning_takes_bytes_a_parameter(optimizer: str, each: int) -> None:
    """Rows F21 and F23: 2 for the weight, 2 for the gradient, the rest for the optimizer."""
    assert rules.mixed_precision_bytes(10**9, optimizer=optimizer) == each * 10**9


def test_activations_follow_their_formula() -> None:
    """Row F24: 34 · tokens · width · layers; 2 of them and one layer if computed again."""
    sizes = {"width": 4096, "layers": 32}
    kept = rules.activation_bytes(512, recomputed=False, **sizes)
    assert kept == 34 * 512 * 4096 * 32
    again = rules.activation_bytes(512, recomputed=True, **sizes)
    assert again == 2 * 512 * 4096 * 32 + 34 * 512 * 4096
    pairs = 32 * 512 * 512
    unfused = rules.activation_bytes(512, recomputed=False, pairs=pairs, **sizes)
    assert unfused == kept + 5 * pairs * 32


def test_reward_model_writes_no_words() -> None:
    """It gives a number for each of two sequences, so that no logits over a vocabulary are held."""
    stated = plan("qwen-2.5-0.5b", pairs=True, sequence_length=4096)
    without = replace(stated, writes=False)
    logits = rules.logit_bytes(stated.tokens, vocabulary=stated.base.vocabulary)
    assert memory.need(stated).bytes - memory.need(without).bytes == logits


def test_cache_of_keys_and_values() -> None:
    """Row F27: Llama-3-8B keeps 128 KiB a token."""
    base = known("llama-3-8b")
    taken = rules.cache_bytes(1, layers=base.layers, key_width=base.key_width)
    assert taken == 128 * 1024


@pytest.mark.parametrize(
    ("recomputed", "adapted", "each"),
    [(False, False, 6), (True, False, 8), (False, True, 4), (True, True, 6)],
)
def test_operations_a_parameter_and_token(*, recomputed: bool, adapted: bool, each: int) -> None:
    """Rows F20 and C29: 6, 8 with recomputing, two thirds with adapters."""
    flops = rules.training_flops(10**9, 10**9, recomputed=recomputed, adapters=adapted)
    assert flops == each * 1e18


def test_adapters_of_llama_have_the_published_parameters() -> None:
    """Row F19: 851,968 in attention, 1,769,472 in the blocks and 132,352 in the head, per rank."""
    base = known("llama-3.1-8b")
    attention = adapters.parameters_per_rank(base, targets="attention")
    blocks = adapters.parameters_per_rank(base, targets="mlp")
    both = adapters.parameters_per_rank(base, targets="all-linear")
    head = adapters.parameters_per_rank(base, targets="all-linear", head=True) - both
    assert (attention, blocks, head) == (851_968, 1_769_472, 132_352)
    assert both == attention + blocks


PLANS = st.builds(
    plan,
    st.sampled_from(["llama-3-8b", "qwen3-0.6b", "gemma-2-27b", "mixtral-8x7b"]),
    method=st.sampled_from(["full", "adapters"]),
    quantized=st.booleans(),
    sequence_length=st.integers(64, 8192),
    optimizer=st.sampled_from(["adamw", "sgd", "adamw-8bit"]),
    devices=st.sampled_from([1, 2, 8]),
    pairs=st.booleans(),
    reference=st.booleans(),
)


@given(stated=PLANS, gib=st.integers(4, 800), per_device=st.integers(1, 64))
def test_fitted_plan_fits_or_nothing_does(stated: Plan, gib: int, per_device: int) -> None:
    """If any micro-batch, recomputing or sharding fits, the one taken does, and makes the batch."""
    available = gib * GIB
    taken = fitting.fitted(stated, per_device=per_device, available_bytes=available)
    assert per_device % taken.micro_batch_size == 0
    if memory.need(taken).bytes <= available:
        return
    smallest = replace(taken, micro_batch_size=1, rematerialize=True, sharded=3)
    if stated.devices == 1:
        smallest = replace(smallest, sharded=0)
    assert memory.need(smallest).bytes > available


@given(stated=PLANS, gib=st.integers(4, 800))
def test_suggestion_is_only_made_where_it_fits(stated: Plan, gib: int) -> None:
    """What fits gets no suggestion, and what does not gets one at least."""
    found = fitting.fit(stated, available_bytes=gib * GIB)
    assert found.fits == (not found.suggestions)


@given(stated=PLANS)
def test_saving_saves_and_more_takes_more(stated: Plan) -> None:
    """Recomputing, sharding and 4 bit never take more; a larger micro-batch never less."""
    taken = memory.need(stated).bytes
    assert memory.need(replace(stated, rematerialize=True)).bytes <= taken
    assert memory.need(replace(stated, sharded=3)).bytes <= taken
    assert memory.need(replace(stated, quantized=True)).bytes <= taken
    assert memory.need(replace(stated, micro_batch_size=2)).bytes > taken


def test_time_follows_from_operations_and_speed() -> None:
    """6 · 8e9 · 1e9 operations at 40 % of 1,000 TFLOP/s take two minutes and a third."""
    base = catalogue.shape_of(8 * 10**9, name="x", family="language")
    found = duration.estimate(
        Plan(base=base, sequence_length=1024),
        tokens_per_epoch=10**6,
        epochs=1,
        peak_teraflops=1000,
        utilisation=0.4,
    )
    assert found.seconds == pytest.approx(6 * 8e9 * 1e6 / 4e14)
    assert not found.assumed


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(12, "12 s"), (600, "10 min"), (7200, "2 h"), (864_000, "10 days")],
)
def test_time_in_words(seconds: float, words: str) -> None:
    """Lengths of time are said as people say them."""
    assert duration.in_words(seconds) == words


def recipe(**values: object) -> dict[str, Setting]:
    return {
        name: Setting(value=value, basis="preset", confidence="high", why="x")  # type: ignore[arg-type]
        for name, value in values.items()
    }


def work(hardware: Hardware | None) -> Workload:
    return Workload(
        family="language",
        task="instruction",
        train_examples=1000,
        valid_examples=10,
        test_examples=0,
        features=0,
        outputs=1,
        tokens=Tokens(
            tokenizer="bpe",
            vocabulary=128_256,
            train_tokens=300_000,
            sequence_length=1024,
            mean_length=300,
            median_length=300,
            longest=1024,
        ),
        regime="lora",
        base_model="llama-3-8b",
        hardware=hardware,
    )


def test_edited_recipe_is_worked_out_anew() -> None:
    """Memory and time follow from a recipe alone, whoever wrote it."""
    card = Hardware(device="RTX 4090")
    settings = recipe(lora_rank=16, sequence_length=1024, micro_batch_size=1, epochs=2)
    small = estimates.memory_fit(settings, work(card))
    large = estimates.memory_fit(settings | recipe(micro_batch_size=16), work(card))
    assert small is not None
    assert large is not None
    assert small.fits
    assert not large.fits
    padded = estimates.time_needed(settings, work(card))
    packed = estimates.time_needed(settings | recipe(packing=True), work(card))
    assert padded is not None
    assert packed is not None
    assert padded.seconds / packed.seconds == pytest.approx(1024 / 300)


@pytest.mark.parametrize("hardware", [None, Hardware(device="gpu"), Hardware(device="my toaster")])
def test_unknown_device_gets_no_estimate(hardware: Hardware | None) -> None:
    """Where memory or speed is not known, nothing is claimed."""
    settings = recipe(lora_rank=16, epochs=2)
    assert estimates.memory_fit(settings, work(hardware)) is None
    assert estimates.time_needed(settings, work(hardware)) is None


def test_stated_shape_of_a_language_model_counts_embeddings() -> None:
    """A decoder that is built here is as large as its layers, width and vocabulary make it."""
    built = replace(work(None), regime="scratch", base_model=None)
    shape = estimates.base_of(recipe(model="decoder-10m", hidden_layers=6, hidden_width=384), built)
    assert shape is not None
    assert shape.parameters == 12 * 6 * 384**2 + 128_256 * 384
    assert estimates.base_of(recipe(model="cnn", hidden_layers=3, hidden_width=32), built) is None
