"""Are models and devices recognised as people write them, and do their figures add up?"""

import pytest

from tuner_engine.advice import catalogue
from tuner_engine.advice.catalogue import BaseModel

MODELS = [
    ("llama-3-8b", "llama-3-8b"),
    ("meta-llama/Meta-Llama-3-8B-Instruct", "llama-3-8b"),
    ("llama3:8b", "llama-3-8b"),
    ("unsloth/llama-3-8b-bnb-4bit", "llama-3-8b"),
    ("llama-3-8b-my-own-tuning", "llama-3-8b"),
    ("Llama-3.3-70B-Instruct", "llama-3.1-70b"),
    ("Qwen/Qwen2.5-7B-Instruct", "qwen-2.5-7b"),
    ("Qwen3-30B-A3B", "qwen-3-30b-a3b"),
    ("deepseek-ai/DeepSeek-R1-Distill-Qwen-7B", "qwen-2.5-7b"),
    ("mistralai/Mistral-7B-Instruct-v0.3", "mistral-7b"),
    ("Mixtral-8x7B-Instruct-v0.1", "mixtral-8x7b"),
    ("gpt2", "gpt-2"),
    ("gpt2-xl", "gpt-2-xl"),
    ("bert-base-uncased", "bert-base"),
    ("FacebookAI/roberta-large", "roberta-large"),
    ("google/vit-base-patch16-224-in21k", "vit-base"),
    ("allenai/OLMo-2-1124-7B", "olmo-2-7b"),
]

UNKNOWN_MODELS = ["gpt-4o", "claude-opus-4", "llama", "codellama-7b", "phi-4-mini", "", "🦙"]

DEVICES = [
    ("RTX 4090", "RTX 4090"),
    ("rtx4090", "RTX 4090"),
    ("NVIDIA GeForce RTX 4090", "RTX 4090"),
    ("NVIDIA A100-SXM4-80GB", "A100"),
    ("NVIDIA A100-PCIE-40GB", "A100 40GB"),
    ("NVIDIA H100 80GB HBM3", "H100"),
    ("Tesla T4", "T4"),
    ("RTX4060Ti", "RTX 4060 Ti"),
]

UNKNOWN_DEVICES = ["RTX 3080 Ti", "RTX 4070 Ti SUPER", "H100 NVL", "RTX 4090 Laptop GPU", ""]


@pytest.mark.parametrize(("written", "name"), MODELS)
def test_model_is_recognised(written: str, name: str) -> None:
    """Organisation, spelling and the words of later tunings do not matter."""
    found = catalogue.model(written)
    assert found is not None
    assert found.name == name


def test_each_name_and_alias_leads_to_its_entry() -> None:
    """What is read of one line is what reading the whole file gives."""
    spelt = [(name, entry) for entry in catalogue.models() for name in (entry.name, *entry.aliases)]
    assert [name for name, entry in spelt if catalogue.model(name) != entry] == []


@pytest.mark.parametrize("written", UNKNOWN_MODELS)
def test_unknown_model_is_not_guessed(written: str) -> None:
    """A name that only resembles a known one yields nothing."""
    assert catalogue.model(written) is None


@pytest.mark.parametrize(("written", "name"), DEVICES)
def test_device_is_recognised(written: str, name: str) -> None:
    """Makers' words, sockets and the memory's size do not matter."""
    found = catalogue.device(written)
    assert found is not None
    assert found.name == name


@pytest.mark.parametrize("written", UNKNOWN_DEVICES)
def test_sibling_of_a_device_is_not_the_device(written: str) -> None:
    """A word that may change the memory makes another device."""
    assert catalogue.device(written) is None


def added_up(model: BaseModel) -> float:
    """Return the parameters of the matrices and the embedding."""
    width = model.width
    attention = 2 * width * model.query_width + 2 * width * model.key_width
    feed_forward = (3 if model.gated else 2) * width * model.feed_forward
    return model.layers * (attention + feed_forward) + model.embedding_parameters


DENSE = [
    model
    for model in catalogue.models()
    if model.active is None and model.kin != "convnext" and model.parameters > 2e7
]


@pytest.mark.parametrize("model", DENSE, ids=lambda model: model.name)
def test_shape_adds_up_to_the_parameters(model: BaseModel) -> None:
    """Layers, widths and vocabulary account for the parameters, but for norms and positions."""
    assert added_up(model) == pytest.approx(model.parameters, rel=0.04)


@pytest.mark.parametrize(
    ("name", "size"),
    [("my-model-7b", 7e9), ("x-1.5B-it", 1.5e9), ("y-350m", 3.5e8), ("30b-a3b", 3e10)],
)
def test_size_is_read_from_a_name(name: str, size: float) -> None:
    """People write the size of a model into its name."""
    assert catalogue.parameters_in(name) == size


@pytest.mark.parametrize("name", ["gpt-4o", "bert", "4bit", "v2b3c"])
def test_name_without_size_has_none(name: str) -> None:
    """A letter beside a digit is not yet a size."""
    assert catalogue.parameters_in(name) is None


@pytest.mark.parametrize("parameters", [10**6, 10**8, 7 * 10**9, 10**11])
def test_usual_shape_has_the_parameters_asked_for(parameters: int) -> None:
    """A model of unknown shape gets one that is about as large."""
    shape = catalogue.shape_of(parameters, name="x", family="language")
    blocks = 12 * shape.layers * shape.width**2
    assert blocks == pytest.approx(parameters, rel=0.5)
