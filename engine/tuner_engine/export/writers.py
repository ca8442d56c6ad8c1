"""How does a recipe become the file of another program?

Each writer joins a table of fields and a notation. What a program needs besides, and what no recipe
says, stands in a comment where the notation has comments.
"""

from collections.abc import Iterable

from tuner_engine.export import axolotl as axolotl_fields
from tuner_engine.export import hf_trainer, lightning_code, optax_code, sampling, unsloth_code
from tuner_engine.export import llama_factory as llama_factory_fields
from tuner_engine.export import peft as peft_fields
from tuner_engine.export import trl as trl_fields
from tuner_engine.export.case import Case, case
from tuner_engine.export.entries import Table, Written
from tuner_engine.export.outcome import Exported
from tuner_engine.export.texts import as_json, as_modelfile, as_yaml
from tuner_engine.recipe import Recipe, this_tool


def transformers(recipe: Recipe) -> Exported:
    """Return the JSON that `HfArgumentParser` and `TrainingArguments(**…)` take."""
    return _json(recipe, hf_trainer.TRANSFORMERS)


def trl(recipe: Recipe) -> Exported:
    """Return the YAML of the config that the regime asks for."""
    told = case(recipe)
    note = f"trl.{trl_fields.config(told)}(**these)"
    return _yaml(told, trl_fields.write(told), notes=[note])


def peft(recipe: Recipe) -> Exported:
    """Return the `adapter_config.json` of a LoRA adapter."""
    return _json(recipe, peft_fields.TABLE)


def axolotl(recipe: Recipe) -> Exported:
    """Return the YAML of `axolotl train`."""
    told = case(recipe)
    return _yaml(told, axolotl_fields.TABLE.write(told), notes=[f"add {axolotl_fields.TO_ADD}"])


def llama_factory(recipe: Recipe) -> Exported:
    """Return the YAML of `llamafactory-cli train`."""
    told = case(recipe)
    notes = [f"add {llama_factory_fields.TO_ADD}"]
    return _yaml(told, llama_factory_fields.TABLE.write(told), notes=notes)


def optax(recipe: Recipe) -> Exported:
    """Return a Python module that builds optimizer and schedule."""
    return optax_code.write(case(recipe))


def lightning(recipe: Recipe) -> Exported:
    """Return a Python module with the Trainer's arguments and the optimizer."""
    return lightning_code.write(case(recipe))


def unsloth(recipe: Recipe) -> Exported:
    """Return a Python module with the arguments of Unsloth's calls."""
    return unsloth_code.write(case(recipe))


def vllm(recipe: Recipe) -> Exported:
    """Return the JSON of `vllm.SamplingParams`."""
    return _json(recipe, sampling.VLLM)


def llama_cpp(recipe: Recipe) -> Exported:
    """Return the JSON of a request to `llama-server`, without its prompt."""
    return _json(recipe, sampling.LLAMA_CPP)


def ollama(recipe: Recipe) -> Exported:
    """Return a Modelfile."""
    told = case(recipe)
    written = sampling.OLLAMA.write(told)
    content = as_modelfile(written.fields, comments=[_by()])
    return _exported(content, written, suffix="Modelfile")


def hf_generation(recipe: Recipe) -> Exported:
    """Return a `generation_config.json`."""
    return _json(recipe, sampling.GENERATION)


def openai(recipe: Recipe) -> Exported:
    """Return the JSON of a request to `/v1/chat/completions`, without its messages."""
    return _json(recipe, sampling.OPENAI)


def anthropic(recipe: Recipe) -> Exported:
    """Return the JSON of a request to `/v1/messages`, without its messages."""
    return _json(recipe, sampling.ANTHROPIC)


def _json(recipe: Recipe, table: Table) -> Exported:
    written = table.write(case(recipe))
    return _exported(as_json(written.fields), written, suffix=".json")


def _yaml(told: Case, written: Written, *, notes: Iterable[str]) -> Exported:
    content = as_yaml(written.fields, comments=[_by(), *notes])
    return _exported(content, written, suffix=".yaml")


def _exported(content: bytes, written: Written, *, suffix: str) -> Exported:
    return Exported(
        content=content,
        suffix=suffix,
        dropped=written.dropped,
        approximated=written.approximated,
    )


def _by() -> str:
    return f"Recipe by tuner-tui {this_tool().version}"
