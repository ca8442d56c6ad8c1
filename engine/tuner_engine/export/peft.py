"""How does PEFT's `LoraConfig` say what a recipe says?

Written as the `adapter_config.json` beside a trained adapter, which is also what reading expects.
Source: peft 0.21.2; the recorded field list of the tests holds every name.
"""

from tuner_engine.export.adapters import targets
from tuner_engine.export.base_model import base_model
from tuner_engine.export.case import Case
from tuner_engine.export.entries import Entry, Fields, Found, Table, Written, named
from tuner_engine.export.hf_trainer import SAMPLING_HINTS

OUTSIDE = "it belongs to the trainer: `tuner-tui export --format trl` writes that"


def _write_kind(case: Case) -> Written:
    kind = "SEQ_CLS" if case.workload.task in {"classification", "regression"} else "CAUSAL_LM"
    kind = "FEATURE_EXTRACTION" if case.workload.family == "image" else kind
    return Written(fields={"peft_type": "LORA", "task_type": kind})


def _read_kind(fields: Fields) -> Found:
    return Found(used=tuple(name for name in ("peft_type", "task_type") if name in fields))


TABLE = Table(
    entries=(
        Entry(settings=(), write=_write_kind, read=_read_kind),
        base_model("base_model_name_or_path"),
        named("lora_rank", "r"),
        named("lora_alpha", "lora_alpha"),
        named("lora_dropout", "lora_dropout"),
        targets("target_modules", every="all-linear"),
    ),
    hints={
        **SAMPLING_HINTS,
        "quantization": "pass `quantization_config=BitsAndBytesConfig(...)` where the model is "
        "loaded",
    },
    otherwise=OUTSIDE,
)
"""`peft.LoraConfig`."""
