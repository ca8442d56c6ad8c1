"""Does every field that is written exist in the program it is for?

The names come from recorded lists, each with its library and version; where a library is installed,
it parses the export itself.
"""

import ast
import importlib.util
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, get_args

import pytest
import yaml

from tuner_engine.export import exported
from tuner_engine.recipe import Recipe
from tuner_engine.specs import Optimizer, Schedule

Make = Callable[..., Recipe]
Recorded = Callable[[str, str], set[str]]

SCHEDULES: tuple[str, ...] = get_args(Schedule)
OPTIMIZERS: tuple[str, ...] = (*get_args(Optimizer), "adamw-8bit")

GRPO: dict[str, Any] = {
    "kl_coefficient": 0.01,
    "group_size": 8,
    "temperature": 1.0,
    "top_p": 1.0,
    "top_k": 0,
    "min_p": 0.0,
    "repetition_penalty": 1.0,
    "max_tokens": 256,
}
CONFIGS = {
    "qlora": ("SFTConfig", {}),
    "dpo": ("DPOConfig", {"preference_beta": 0.1}),
    "kto": ("KTOConfig", {"preference_beta": 0.1}),
    "grpo": ("GRPOConfig", GRPO),
    "reward": ("RewardConfig", {}),
}


def has(library: str) -> bool:
    return importlib.util.find_spec(library) is not None


def fields(recipe: Recipe, name: str) -> dict[str, Any]:
    content = exported(recipe, format=name).content
    # YAML takes JSON's 1e-08 for a word.
    found: dict[str, Any] = json.loads(content) if content[:1] == b"{" else yaml.safe_load(content)
    return found


def constants(recipe: Recipe, name: str) -> dict[str, Any]:
    """Return the mappings that a module assigns, without running it."""
    tree = ast.parse(exported(recipe, format=name).content)
    return {
        node.targets[0].id: ast.literal_eval(node.value)
        for node in tree.body
        if isinstance(node, ast.Assign)
        and isinstance(node.targets[0], ast.Name)
        and isinstance(node.value, ast.Dict)
    }


@pytest.mark.parametrize("schedule", SCHEDULES)
def test_transformers_fields(schedule: str, qlora: Make, recorded: Recorded) -> None:
    """Every schedule is said with fields and words that TrainingArguments has."""
    written = fields(qlora(schedule=schedule), "transformers")
    assert written.keys() <= recorded("transformers", "TrainingArguments")
    words = json.loads((Path(__file__).parent / "recorded/transformers.json").read_text())["words"]
    assert written.get("lr_scheduler_type", "cosine") in words["lr_scheduler_type"]


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_transformers_words(optimizer: str, qlora: Make) -> None:
    """Every optimizer is said with a word that it has, or dropped."""
    words = json.loads((Path(__file__).parent / "recorded/transformers.json").read_text())["words"]
    written = fields(qlora(optimizer=optimizer), "transformers")
    assert written.get("optim", "adamw_torch") in words["optim"]


@pytest.mark.parametrize("regime", CONFIGS)
def test_trl_fields(regime: str, qlora: Make, recorded: Recorded) -> None:
    """Each config is written with its own fields."""
    config, own = CONFIGS[regime]
    assert fields(qlora({"regime": regime}, **own), "trl").keys() <= recorded("trl", config)


@pytest.mark.parametrize("targets", ["all-linear", "attention", "mlp"])
def test_peft_fields(targets: str, qlora: Make, recorded: Recorded) -> None:
    """The adapter's config has LoraConfig's fields."""
    assert fields(qlora(lora_targets=targets), "peft").keys() <= recorded("peft", "LoraConfig")


@pytest.mark.parametrize("schedule", SCHEDULES)
@pytest.mark.parametrize("regime", CONFIGS)
def test_axolotl_fields(regime: str, schedule: str, qlora: Make, recorded: Recorded) -> None:
    """Axolotl forbids fields that it does not know; none is written, below `trl` neither."""
    recipe = qlora({"regime": regime}, schedule=schedule, **CONFIGS[regime][1])
    written = fields(recipe, "axolotl")
    assert written.pop("trl", {}).keys() <= recorded("axolotl", "trl")
    assert written.keys() <= recorded("axolotl", "AxolotlInputConfig")


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
@pytest.mark.parametrize("regime", CONFIGS)
def test_llama_factory_fields(regime: str, optimizer: str, qlora: Make, recorded: Recorded) -> None:
    """Its own fields, and those of the TrainingArguments that it still takes."""
    recipe = qlora({"regime": regime}, optimizer=optimizer, **CONFIGS[regime][1])
    known = recorded("llamafactory", "own") | recorded("transformers", "TrainingArguments")
    # transformers 5.6 and before, which it takes, has the ratio that later ones dropped.
    assert fields(recipe, "llama-factory").keys() <= known | {"warmup_ratio"}


@pytest.mark.parametrize("regime", CONFIGS)
def test_unsloth_arguments(regime: str, qlora: Make, recorded: Recorded) -> None:
    """Each call gets keywords that its function has."""
    config, own = CONFIGS[regime]
    written = constants(qlora({"regime": regime}, **own), "unsloth")
    assert written["MODEL"].keys() <= recorded("unsloth", "from_pretrained")
    assert written["ADAPTER"].keys() <= recorded("unsloth", "get_peft_model")
    assert written["TRAINING"].keys() <= recorded("trl", config)


def test_lightning_arguments(qlora: Make, recorded: Recorded) -> None:
    """The Trainer gets keywords that it has."""
    written = constants(qlora(max_steps=10), "lightning")
    assert written["TRAINER"]
    assert written["TRAINER"].keys() <= recorded("lightning", "Trainer")


@pytest.mark.parametrize(
    ("name", "library", "kind"),
    [
        ("vllm", "vllm", "SamplingParams"),
        ("llama.cpp", "llama.cpp", "completion"),
        ("hf-generation", "transformers", "GenerationConfig"),
        ("openai", "openai", "chat.completions"),
        ("anthropic", "anthropic", "0.75.0"),
    ],
)
def test_sampling_fields(
    name: str, library: str, kind: str, sampling: Make, recorded: Recorded
) -> None:
    """A request has the fields that the program reads."""
    written = fields(sampling({"base_model": "claude-sonnet-4-5"}), name)
    assert written
    assert written.keys() <= recorded(library, kind)


def test_current_anthropic_fields(sampling: Make, recorded: Recorded) -> None:
    """A model of today gets only what the current library still knows."""
    written = fields(sampling({"base_model": "claude-opus-5"}), "anthropic")
    assert written.keys() <= recorded("anthropic", "2.12.0")


def test_ollama_parameters(sampling: Make, recorded: Recorded) -> None:
    """Every line is a comment, the base model, or a parameter that Ollama has."""
    lines = exported(sampling(), format="ollama").content.decode().splitlines()
    parameters = [line.split()[1] for line in lines if line.startswith("PARAMETER ")]
    assert len(parameters) == 9
    assert set(parameters) <= recorded("ollama", "PARAMETER")
    assert "FROM org/small-1b" in lines


@pytest.mark.skipif(not has("transformers"), reason="transformers is not installed")
@pytest.mark.filterwarnings("ignore::FutureWarning")
@pytest.mark.parametrize("schedule", [name for name in SCHEDULES if name != "own"])
def test_transformers_parses_its_own(schedule: str, qlora: Make, tmp_path: Path) -> None:
    """TrainingArguments takes every schedule, and a scheduler can be made of it."""
    import torch
    from transformers import TrainingArguments
    from transformers.optimization import get_scheduler

    written = fields(qlora(schedule=schedule, precision="float32"), "transformers")
    parsed = TrainingArguments(output_dir=str(tmp_path), use_cpu=True, **written)
    assert parsed.learning_rate == 2e-4
    assert parsed.gradient_accumulation_steps == 4
    parameter = torch.nn.Parameter(torch.zeros(1))
    get_scheduler(
        parsed.lr_scheduler_type,
        torch.optim.SGD([parameter], lr=parsed.learning_rate),
        num_warmup_steps=parsed.get_warmup_steps(1500),
        num_training_steps=1500,
        scheduler_specific_kwargs=dict(parsed.lr_scheduler_kwargs or {}),
    )
    assert parsed.get_warmup_steps(1500) == {"one-cycle": 375, "reduce-on-plateau": 0}.get(
        schedule, 45
    )


@pytest.mark.skipif(not has("transformers"), reason="transformers is not installed")
@pytest.mark.parametrize("temperature", [0.0, 0.7, None])
def test_generation_config_is_valid(
    temperature: float | None, sampling: Make, tmp_path: Path
) -> None:
    """GenerationConfig reads the file, and its strict validation has nothing to say."""
    from transformers import GenerationConfig

    done = exported(sampling(temperature=temperature), format="hf-generation")
    (tmp_path / "generation_config.json").write_bytes(done.content)
    parsed = GenerationConfig.from_pretrained(tmp_path)
    parsed.validate(strict=True)
    assert parsed.max_new_tokens == 1024


@pytest.mark.skipif(not has("peft"), reason="peft is not installed")
@pytest.mark.parametrize("targets", ["all-linear", "attention", "mlp"])
def test_peft_parses_its_own(targets: str, qlora: Make, tmp_path: Path) -> None:
    """PEFT loads the file as an adapter's config."""
    from peft import LoraConfig

    done = exported(qlora(lora_targets=targets), format="peft")
    (tmp_path / "adapter_config.json").write_bytes(done.content)
    parsed = LoraConfig.from_pretrained(tmp_path)
    assert (parsed.r, parsed.lora_alpha, parsed.lora_dropout) == (16, 32, 0.05)


@pytest.mark.skipif(not has("trl"), reason="trl is not installed")
@pytest.mark.filterwarnings("ignore::FutureWarning")
@pytest.mark.parametrize("regime", CONFIGS)
def test_trl_parses_its_own(regime: str, qlora: Make, tmp_path: Path) -> None:
    """Each of TRL's configs takes what is written for its regime."""
    import trl

    config, own = CONFIGS[regime]
    written = fields(qlora({"regime": regime}, precision="float32", **own), "trl")
    parsed = getattr(trl, config)(output_dir=str(tmp_path), use_cpu=True, **written)
    assert parsed.learning_rate == 2e-4
    assert parsed.per_device_train_batch_size == 4
