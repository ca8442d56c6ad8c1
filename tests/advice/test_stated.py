"""Do a person's own words become facts, with what they left out assumed and named?"""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tuner_engine.advice import quantities, stated
from tuner_engine.advice.stated import Stated, Subject
from tuner_engine.errors import UsageError
from tuner_engine.specs import DataSpec
from tuner_engine.workload import Pixels, Serving, Workload


def facts(about: Subject | None = None, **said: object) -> Workload:
    return stated.workload(Stated(**said), about or Subject())  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "count"),
    [("12000", 12_000), ("12,000", 12_000), ("12k", 12_000), ("8B", 8 * 10**9), ("1.5e9", 1.5e9)],
)
def test_count_is_read(text: str, count: float) -> None:
    """Counts are written in several ways."""
    assert quantities.count(text, option="--examples") == count


@pytest.mark.parametrize(("text", "length"), [("4096", 4096), ("128k", 131_072)])
def test_length_in_tokens_is_binary(text: str, length: int) -> None:
    """A context of 128k is 131,072 tokens."""
    assert quantities.tokens(text, option="--context") == length


@pytest.mark.parametrize("text", ["24GB", "24 GiB", "24", "24g", "24576MB"])
def test_memory_is_read(text: str) -> None:
    """A card of 24 GB holds 24 GiB."""
    assert quantities.memory_bytes(text, option="--gpu-memory") == 24 * 2**30


@given(text=st.text(max_size=12).filter(lambda text: not any(sign.isdigit() for sign in text)))
def test_text_without_a_digit_is_refused_in_one_line(text: str) -> None:
    """Whatever is typed becomes a number or a sentence."""
    with pytest.raises(UsageError) as caught:
        quantities.count(text, option="--examples")
    assert "\n" not in str(caught.value)


@given(number=st.integers(1, 10**15), suffix=st.sampled_from(["", "k", "K", " m"]))
def test_any_number_is_read_back(number: int, suffix: str) -> None:
    """Separators and suffixes only scale."""
    factor = quantities.THOUSANDS[suffix.strip().lower()]
    if number * factor <= quantities.LARGEST:
        read = quantities.count(f"{number:,}{suffix}", option="--examples")
        assert read == pytest.approx(number * factor)


def test_brief_example_becomes_a_workload() -> None:
    """A LoRA tuning is described in five facts; two more are assumed and listed."""
    found = facts(
        Subject(model="llama-3-8b"),
        examples="12000",
        avg_tokens=300.0,
        regime="lora",
        gpu_memory="24GB",
    )
    assert (found.family, found.task, found.regime) == ("language", "instruction", "lora")
    assert (found.train_examples, found.base_parameters) == (12_000, 8_030_261_248)
    assert found.tokens is not None
    assert (found.tokens.mean_length, found.tokens.vocabulary) == (300.0, 128_256)
    assert found.hardware is not None
    assert found.hardware.memory_bytes == 24 * 2**30
    assert found.assumed == ("sequence_length", "valid_examples")


def test_what_nobody_said_is_listed() -> None:
    """A model alone leaves nearly everything to assumptions."""
    found = facts(Subject(model="llama-3-8b"))
    assert found.regime == "lora"
    assert set(found.assumed) == {
        "regime",
        "mean_length",
        "sequence_length",
        "train_examples",
        "valid_examples",
    }


def test_size_in_a_name_is_an_assumption() -> None:
    """A model nobody knows is as large as its name says, and that is listed."""
    found = facts(Subject(model="nobody/my-7b"), regime="qlora")
    assert found.base_parameters == 7 * 10**9
    assert "base_parameters" in found.assumed


def test_stated_size_goes_before_the_catalogue() -> None:
    """Nothing that was stated is overridden."""
    found = facts(Subject(model="llama-3-8b"), params="9B")
    assert found.base_parameters == 9 * 10**9


def test_pretraining_is_counted_in_tokens() -> None:
    """Tokens and a context make sequences."""
    found = facts(params="7B", tokens="2B", context="4096")
    assert (found.regime, found.task) == ("scratch", "language-modelling")
    assert found.train_examples == round(2e9 / 4096)
    assert found.base_parameters == 7 * 10**9


def test_image_facts() -> None:
    """Classes and a size describe images."""
    found = facts(family="image", classes=10, image_size="32x32x3", examples="50000")
    assert (found.outputs, found.pixels) == (10, Pixels(height=32, width=32, channels=3))
    assert found.task == "classification"


def test_image_of_a_digit_has_one_channel() -> None:
    """Images of 28 pixels a side are MNIST's kind; a number of channels goes before that."""
    assert facts(image_size="28x28").pixels == Pixels(height=28, width=28, channels=1)
    assert facts(image_size="28x28x3").pixels == Pixels(height=28, width=28, channels=3)
    assert facts(image_size="32x32").pixels == Pixels(height=32, width=32, channels=3)


def test_table_facts() -> None:
    """Columns describe a table."""
    found = facts(features=12, classes=3, examples="5k")
    assert (found.family, found.features, found.outputs) == ("tabular", 12, 3)
    assert found.assumed == ("valid_examples",)


def test_sampling_facts() -> None:
    """An engine and a purpose make a sampling, and closed models need no size."""
    found = facts(Subject(model="gpt-4o", task="code"), engine="openai")
    assert found.regime == "inference"
    assert found.serving == Serving(engine="openai", purpose="code")
    assert found.base_parameters is None


@pytest.mark.parametrize(
    ("about", "said", "named"),
    [
        (Subject(), {}, "--family"),
        (Subject(), {"regime": "lora"}, "--model"),
        (Subject(model="wat"), {}, "--params"),
        (Subject(model="llama-3-8"), {}, "llama-3-8b"),
        (Subject(model="llama-3-8b"), {"gpu": "foo"}, "--gpu-memory"),
        (Subject(model="llama-3-8b"), {"context": "1M"}, "8,192 or less"),
        (Subject(), {"family": "image", "image_size": "wide"}, "28x28"),
        (Subject(), {"family": "tabular", "examples": "0"}, "expected 1 to"),
        (Subject(model="\x1b[31mbert"), {"regime": "full"}, "not known"),
    ],
)
def test_facts_that_leave_it_open_are_refused(
    about: Subject, said: dict[str, object], named: str
) -> None:
    """What is missing is named, with the option that would say it."""
    with pytest.raises(UsageError) as caught:
        facts(about, **said)
    assert named in str(caught.value)
    assert "\n" not in str(caught.value)
    assert "\x1b" not in str(caught.value)


def test_file_and_facts_combine() -> None:
    """A file says how many examples there are, a person which model is tuned on them."""
    read = facts(family="text", classes=2, avg_tokens=80.0, examples="5000")
    found = stated.over(read, Stated(gpu="T4"), Subject(model="bert-base"))
    assert (found.regime, found.base_model, found.train_examples) == ("full", "bert-base", 5_000)
    assert found.tokens is not None
    assert found.tokens.vocabulary == 30_522


def test_language_model_reads_a_file_of_texts() -> None:
    """Texts with classes are instructions to a language model."""
    read = facts(family="text", classes=2, avg_tokens=80.0, examples="5000")
    found = stated.over(read, Stated(), Subject(model="qwen3-4b"))
    assert (found.family, found.task, found.regime) == ("language", "instruction", "lora")


@pytest.mark.parametrize(
    ("said", "model", "named"),
    [
        ({"examples": "9"}, "bert-base", "--examples is read from DATA"),
        ({}, "vit-base-patch16", "cannot be tuned on text data"),
        ({"regime": "inference"}, "bert-base", "leave DATA out"),
    ],
)
def test_facts_against_a_file_are_refused(said: dict[str, str], model: str, named: str) -> None:
    """What the file says already is not stated again, and images are no texts."""
    read = facts(family="text", classes=2, avg_tokens=80.0, examples="5000")
    with pytest.raises(UsageError, match=named):
        stated.over(read, Stated(**said), Subject(model=model))  # type: ignore[arg-type]


def test_options_of_facts_and_of_data_do_not_collide() -> None:
    """Every fact has an option of its own beside those of data."""
    assert not set(Stated.__dataclass_fields__) & set(DataSpec.__dataclass_fields__)


@pytest.mark.parametrize(("size", "assumed"), [("28x28", True), ("28x28x1", False), (None, True)])
def test_channels_that_nobody_stated_are_assumed(size: str | None, assumed: bool) -> None:  # noqa: FBT001
    """Height and width alone leave open whether an image is grey."""
    found = stated.workload(Stated(family="image", examples="5000", image_size=size), Subject())
    assert ("pixels" in found.assumed) is assumed
