"""How is a recipe written for Unsloth?

Unsloth loads the model and trains with TRL's config, so the module that is written holds the
arguments of three calls. Source: unsloth 2026.10.9, `models/loader.py` and `models/llama.py`; the
recorded field lists of the tests hold every name.
"""

from msgspec.structs import replace

from tuner_engine.export import trl
from tuner_engine.export.adapters import targets
from tuner_engine.export.base_model import base_model
from tuner_engine.export.case import Case
from tuner_engine.export.code import docstring, mapping
from tuner_engine.export.entries import NOTHING, Entry, Table, Written, merged, named
from tuner_engine.export.outcome import Exported
from tuner_engine.export.texts import nested
from tuner_engine.recipe import this_tool

_ADAPTED = ("lora_rank", "lora_alpha", "lora_dropout", "lora_targets")


def _write_loading(case: Case) -> Written:
    value = case.values.get("quantization")
    fields: dict[str, object] = {
        "load_in_4bit": value == "4bit",
        "load_in_8bit": value == "8bit",
    }
    if case.values.get("lora_rank") is None:
        fields["full_finetuning"] = True
    return Written(fields=fields)


def _write_checkpointing(case: Case) -> Written:
    value = case.values.get("rematerialize")
    if value is None:
        return NOTHING
    return Written(fields={"use_gradient_checkpointing": "unsloth" if value else False})


_MODEL = Table(
    entries=(
        base_model("model_name"),
        named("sequence_length", "max_seq_length"),
        Entry(settings=("quantization",), write=_write_loading),
    ),
    otherwise="",
)
"""Arguments of `FastLanguageModel.from_pretrained`."""

_ADAPTER = Table(
    entries=(
        named("lora_rank", "r"),
        named("lora_alpha", "lora_alpha"),
        named("lora_dropout", "lora_dropout"),
        targets("target_modules", every="", listed=True),
        Entry(settings=("rematerialize",), write=_write_checkpointing),
        named("seed", "random_state"),
    ),
    otherwise="",
)
"""Arguments of `FastLanguageModel.get_peft_model`."""

_CODE = '''

def load():
    """Return the model, ready to train, and its tokenizer."""
    model, tokenizer = FastLanguageModel.from_pretrained(**MODEL)
{adapt}    return model, tokenizer


def arguments(**own):
    """Return the trainer's config; `own` adds what a recipe does not say, as output_dir."""
    return {config}(**TRAINING, **own)
'''


def write(case: Case) -> Exported:
    """Return a module with `load` and `arguments`."""
    config = trl.config(case)
    adapts = case.values.get("lora_rank") is not None
    model = merged(entry.write(case) for entry in _MODEL.entries)
    adapter = merged(entry.write(case) for entry in _ADAPTER.entries) if adapts else NOTHING
    training = trl.TABLES[config].write(case)
    said = {name for entry in _MODEL.entries for name in entry.settings}
    said |= set(_ADAPTED) if adapts else set()
    code = (
        docstring(_head(case))
        # Unsloth patches the libraries that are imported after it.
        + f"\nfrom unsloth import FastLanguageModel\nfrom trl import {config}\n\n"
        + mapping("MODEL", nested(model.fields))
        + (mapping("ADAPTER", nested(adapter.fields)) if adapts else "")
        + mapping("TRAINING", nested(training.fields))
        + _CODE.format(config=config, adapt=_ADAPT if adapts else "")
    )
    told = merged([model, adapter, replace(training, dropped=())])
    dropped = tuple(one for one in training.dropped if one.name not in said)
    return Exported(
        content=code.encode(),
        suffix=".py",
        dropped=(*told.dropped, *dropped),
        approximated=told.approximated,
    )


_ADAPT = "    model = FastLanguageModel.get_peft_model(model, **ADAPTER)\n"


def _head(case: Case) -> list[str]:
    return [
        f"Fine-tuning of a recipe by tuner-tui {this_tool().version}, for Unsloth.",
        "",
        "    model, tokenizer = load()",
        f"    {trl.config(case).replace('Config', 'Trainer')}(model=model, args=arguments(), ...)",
    ]
