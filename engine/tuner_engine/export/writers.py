"""How does a recipe become the file of another program?

Each writer joins a table of fields and a notation. What a program needs besides, and what no recipe
says, stands in a comment where the notation has comments. A table is imported by its own writer,
so that one format does not pay for the others.
"""

from collections.abc import Iterable

from tuner_engine.export.case import Case, case
from tuner_engine.export.entries import Table, Written
from tuner_engine.export.outcome import Exported
from tuner_engine.export.texts import as_json, as_modelfile, as_yaml
from tuner_engine.recipe import Recipe, this_tool


def transformers(recipe: Recipe) -> Exported:
    """Return the JSON that `HfArgumentParser` and `TrainingArguments(**…)` take."""
    from tuner_engine.export.hf_trainer import TRANSFORMERS

    return _json(recipe, TRANSFORMERS)


def trl(recipe: Recipe) -> Exported:
    """Return the YAML of the config that the regime asks for."""
    from tuner_engine.export import trl as fields

    told = case(recipe)
    note = f"trl.{fields.config(told)}(**these)"
    return _yaml(told, fields.write(told), notes=[note])


def peft(recipe: Recipe) -> Exported:
    """Return the `adapter_config.json` of a LoRA adapter."""
    from tuner_engine.export.peft import TABLE

    return _json(recipe, TABLE)


def axolotl(recipe: Recipe) -> Exported:
    """Return the YAML of `axolotl train`."""
    from tuner_engine.export.axolotl import TABLE, TO_ADD

    told = case(recipe)
    return _yaml(told, TABLE.write(told), notes=[f"add {TO_ADD}"])


def llama_factory(recipe: Recipe) -> Exported:
    """Return the YAML of `llamafactory-cli train`."""
    from tuner_engine.export.llama_factory import TABLE, TO_ADD

    told = case(recipe)
    notes = [f"add {TO_ADD}"]
    return _yaml(told, TABLE.write(told), notes=notes)


def optax(recipe: Recipe) -> Exported:
    """Return a Python module that builds optimizer and schedule."""
    from tuner_engine.export import optax_code

    return optax_code.write(case(recipe))


def lightning(recipe: Recipe) -> Exported:
    """Return a Python module with the Trainer's arguments and the optimizer."""
    from tuner_engine.export import lightning_code

    return lightning_code.write(case(recipe))


def unsloth(recipe: Recipe) -> Exported:
    """Return a Python module with the arguments of Unsloth's calls."""
    from tuner_engine.export import unsloth_code

    return unsloth_code.write(case(recipe))


def vllm(recipe: Recipe) -> Exported:
    """Return the JSON of `vllm.SamplingParams`."""
    from tuner_engine.export.sampling import VLLM

    return _json(recipe, VLLM)


def llama_cpp(recipe: Recipe) -> Exported:
    """Return the JSON of a request to `llama-server`, without its prompt."""
    from tuner_engine.export.sampling import LLAMA_CPP

    return _json(recipe, LLAMA_CPP)


def ollama(recipe: Recipe) -> Exported:
    """Return a Modelfile."""
    from tuner_engine.export.sampling import OLLAMA

    told = case(recipe)
    written = OLLAMA.write(told)
    content = as_modelfile(written.fields, comments=[_by()])
    return _exported(content, written, suffix="Modelfile")


def hf_generation(recipe: Recipe) -> Exported:
    """Return a `generation_config.json`."""
    from tuner_engine.export.sampling import GENERATION

    return _json(recipe, GENERATION)


def openai(recipe: Recipe) -> Exported:
    """Return the JSON of a request to `/v1/chat/completions`, without its messages."""
    from tuner_engine.export.sampling import OPENAI

    return _json(recipe, OPENAI)


def anthropic(recipe: Recipe) -> Exported:
    """Return the JSON of a request to `/v1/messages`, without its messages."""
    from tuner_engine.export.sampling import ANTHROPIC

    return _json(recipe, ANTHROPIC)


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
