"""Is any config that people have understood, or refused with a reason?

The files are written here as people and programs write them.
"""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tuner_engine import configs
from tuner_engine.configs.notation import LARGEST_BYTES, parsed
from tuner_engine.errors import DataError, TunerError, UsageError

AXOLOTL = """\
# a comment
base_model: NousResearch/Llama-3.2-1B
load_in_8bit: false
load_in_4bit: true
datasets:
  - path: teknium/GPT4-LLM-Cleaned
    type: alpaca
adapter: qlora
lora_r: 32
lora_alpha: 16
lora_dropout: 0.05
lora_target_modules: [gate_proj, down_proj, up_proj, q_proj, v_proj, k_proj, o_proj]
sequence_len: 2048
sample_packing: true
wandb_project: null
wandb_api_key: 0123456789abcdef0123456789abcdef01234567
gradient_accumulation_steps: 4
micro_batch_size: 2
num_epochs: 1
optimizer: adamw_8bit
lr_scheduler: cosine
learning_rate: 2e-4
bf16: auto
gradient_checkpointing: true
warmup_ratio: 0.1
weight_decay: 0.0
"""

LLAMA_FACTORY = """\
model_name_or_path: meta-llama/Meta-Llama-3-8B-Instruct
stage: dpo
do_train: true
finetuning_type: lora
lora_target: all
lora_rank: 8
pref_beta: 0.1
dataset: dpo_en_demo
template: llama3
cutoff_len: 2048
per_device_train_batch_size: 1
gradient_accumulation_steps: 8
learning_rate: 5.0e-6
num_train_epochs: 3.0
lr_scheduler_type: cosine
warmup_ratio: 0.1
bf16: true
"""

TRANSFORMERS = {
    "output_dir": "out",
    "learning_rate": 5e-05,
    "per_device_train_batch_size": 8,
    "gradient_accumulation_steps": 1,
    "num_train_epochs": 3.0,
    "max_steps": -1,
    "lr_scheduler_type": "linear",
    "warmup_ratio": 0.0,
    "warmup_steps": 500,
    "optim": "adamw_torch_fused",
    "adam_beta1": 0.9,
    "hub_token": "hf_" + "a" * 34,
    "label_names": None,
    "fp16": False,
    "bf16": False,
}

TORCHTUNE = """\
model:
  _component_: torchtune.models.qwen2_5.qlora_qwen2_5_0_5b
  lora_attn_modules: ['q_proj', 'v_proj', 'output_proj']
  apply_lora_to_mlp: True
  lora_rank: 8
  lora_alpha: 16
tokenizer:
  _component_: torchtune.models.qwen2_5.qwen2_5_tokenizer
  max_seq_len: null
batch_size: 2
epochs: 1
gradient_accumulation_steps: 8
optimizer:
  _component_: torch.optim.AdamW
  lr: 3e-4
  weight_decay: 0.01
lr_scheduler:
  _component_: torchtune.training.lr_schedulers.get_cosine_schedule_with_warmup
  num_warmup_steps: 100
dtype: bf16
seed: null
"""

MODELFILE = '''\
FROM llama3.2
# a comment
parameter temperature 0.6
PARAMETER num_predict 256
PARAMETER stop "<|eot_id|>"
PARAMETER num_ctx 4096
SYSTEM """
PARAMETER temperature 99
FROM elsewhere
"""
'''


def read(text: str | bytes, form: str | None = None) -> configs.Imported:
    content = text.encode() if isinstance(text, str) else text
    return configs.read(content, name="a file", format=form)


def values(found: configs.Imported) -> dict[str, object]:
    return {name: setting.value for name, setting in found.settings.items()}


def test_axolotl() -> None:
    """YAML reads 2e-4 as text; it is a number all the same."""
    found = read(AXOLOTL)
    assert found.format == "axolotl"
    assert found.facts == configs.Facts(regime="qlora", base_model="NousResearch/Llama-3.2-1B")
    assert values(found) == {
        "model": "NousResearch/Llama-3.2-1B",
        "optimizer": "adamw-8bit",
        "schedule": "cosine",
        "learning_rate": 2e-4,
        "warmup_share": 0.1,
        "batch_size": 8,
        "epochs": 1,
        "weight_decay": 0.0,
        "accumulation": 4,
        "rematerialize": True,
        "sequence_length": 2048,
        "packing": True,
        "quantization": "4bit",
        "lora_rank": 32,
        "lora_alpha": 16.0,
        "lora_dropout": 0.05,
        "lora_targets": "all-linear",
        "micro_batch_size": 2,
    }
    assert [one.field for one in found.unread] == [
        "datasets",
        "wandb_project",
        "wandb_api_key",
        "bf16",
    ]
    assert "auto is neither" in found.unread[-1].why


def test_adapter_alone_says_that_weights_are_at_4_bit() -> None:
    """Axolotl's `adapter: qlora` without the flag beside it."""
    text = "base_model: gpt2\nadapter: qlora\nlora_r: 8\nsequence_len: 512\n"
    found = configs.read(text.encode(), name="a.yaml")
    assert found.settings["quantization"].value == "4bit"
    assert found.facts.regime == "qlora"


@pytest.mark.parametrize(
    ("field", "value", "why"),
    [
        ("num_train_epochs", "-3", "less than 1"),
        ("per_device_train_batch_size", "0", "less than 1"),
        ("learning_rate", "-1e-4", "not above 0"),
        ("label_smoothing_factor", "7", "no share"),
    ],
)
def test_value_that_nothing_can_have_is_not_understood(field: str, value: str, why: str) -> None:
    """It is listed with a reason, and does not become a setting."""
    text = f"optim: adamw_torch\n{field}: {value}\n"
    found = configs.read(text.encode(), name="a.yaml", format="transformers")
    assert [(one.field, why in one.why) for one in found.unread] == [(field, True)]


def test_llama_factory() -> None:
    """The stage says what is trained, and 3.0 epochs are three."""
    found = read(LLAMA_FACTORY)
    assert found.format == "llama-factory"
    assert found.facts.regime == "dpo"
    assert values(found)["epochs"] == 3
    assert values(found)["preference_beta"] == 0.1
    assert values(found)["batch_size"] == 8
    assert [one.field for one in found.unread] == ["dataset", "template"]


def test_transformers() -> None:
    """Steps of warm-up are no share; that is said, and -1 steps are none."""
    found = read(json.dumps(TRANSFORMERS))
    assert found.format == "transformers"
    assert values(found)["optimizer"] == "adamw"
    assert values(found)["precision"] == "float32"
    assert values(found)["max_steps"] is None
    assert "warmup_share" not in values(found)
    why = {one.field: one.why for one in found.unread}
    assert "counts steps" in why["warmup_steps"]


def test_steps_of_warmup_become_a_share_of_known_steps() -> None:
    """500 of 10,000 is a twentieth."""
    found = read(json.dumps({**TRANSFORMERS, "max_steps": 10_000}))
    assert values(found)["warmup_share"] == 0.05


def test_torchtune() -> None:
    """Components are named like functions; version and size are told apart in their names."""
    found = read(TORCHTUNE)
    assert found.format == "torchtune"
    assert found.facts == configs.Facts(regime="qlora", base_model="qwen2.5-0.5b")
    assert values(found)["batch_size"] == 16
    assert values(found)["learning_rate"] == 3e-4
    assert values(found)["precision"] == "bfloat16"
    assert values(found)["lora_targets"] == "all-linear"
    assert [one.name for one in found.approximated] == ["lora_targets"]


def test_modelfile() -> None:
    """Parameters inside a quoted text are text."""
    found = read(MODELFILE)
    assert found.format == "ollama"
    assert values(found) == {"model": "llama3.2", "temperature": 0.6, "max_tokens": 256}
    assert {one.field for one in found.unread} == {"stop", "num_ctx", "SYSTEM"}


def test_request_to_ollama() -> None:
    """Its own endpoint has the parameters one level down."""
    body = {"model": "qwen3", "prompt": "…", "options": {"temperature": 0.5, "num_predict": 9}}
    found = read(json.dumps(body))
    assert (found.format, values(found)["max_tokens"]) == ("ollama", 9)
    assert [one.field for one in found.unread] == ["prompt"]


@pytest.mark.parametrize(
    ("body", "form", "setting", "value"),
    [
        (
            {"model": "gpt-4.1", "messages": [], "max_completion_tokens": 9},
            "openai",
            "max_tokens",
            9,
        ),
        (
            {"model": "claude-3-haiku", "messages": [], "max_tokens": 9},
            "anthropic",
            "max_tokens",
            9,
        ),
        ({"n_predict": 9, "repeat_penalty": 1.1}, "llama.cpp", "repetition_penalty", 1.1),
        ({"do_sample": False, "eos_token_id": 2}, "hf-generation", "temperature", 0.0),
        ({"temperature": 0.5, "ignore_eos": True}, "vllm", "temperature", 0.5),
        ({"peft_type": "LORA", "r": 8, "target_modules": ["q_proj"]}, "peft", "lora_rank", 8),
    ],
)
def test_request_is_recognised(
    body: dict[str, object], form: str, setting: str, value: object
) -> None:
    """Each by fields that the others lack."""
    found = read(json.dumps(body))
    assert found.format == form
    assert values(found)[setting] == value


@pytest.mark.parametrize(
    "text",
    [
        "learning_rate: 1e-3\nbatch_size: 32\ngradient_clip:\n",
        "learning_rate = 1e-3\nbatch_size = 32\n",
        "export LEARNING_RATE=1e-3\nBATCH_SIZE='32'  # rows\n",
        '\ufeff{"learning_rate": "1e-3", "batch_size": 32.0}',
    ],
)
def test_own_names_in_any_notation(text: str) -> None:
    """Flat values read the same in YAML, TOML, an environment file and JSON with a mark."""
    found = read(text)
    assert found.format == "flat"
    assert values(found)["learning_rate"] == 1e-3
    assert values(found)["batch_size"] == 32


def test_text_in_sixteen_bits_is_read() -> None:
    """Some shells write UTF-16."""
    assert values(read("batch_size: 8\n".encode("utf-16"))) == {"batch_size": 8}


def test_secret_is_never_kept() -> None:
    """Neither the value of an unknown field, nor one that stands where a setting belongs."""
    secret = "sk-" + "Zx9" * 12
    text = f"learning_rate: {secret}\nopenai_api_key: {secret}\nbatch_size: 8\nmodel: {secret}\n"
    found = read(text)
    assert secret not in str(found)
    assert values(found) == {"batch_size": 8}


def test_login_in_an_address_is_cut_out() -> None:
    """A base model by address is kept without the password."""
    found = read("base_model: https://me:hunter2@host/m\nlora_r: 8\n")
    assert "hunter2" not in str(found)
    assert found.facts.base_model == "https://host/m"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "holds no names"),
        (b"   \n# nothing\n", "holds no names"),
        (b"[1, 2]", "holds no names"),
        (b"just words", "holds no names"),
        (b"\x80\x04\x95K\x00", "never unpickled"),
        (b"{\x00}", "never unpickled"),
        (b'{"a": ', "as json it fails"),
        (b"a: [1\nb: 2", "as yaml it fails"),
        (b"a: !!python/object/apply:os.system ['true']", "as yaml it fails"),
        (b"a: 1\n---\nb: 2\n", "as yaml it fails"),
        (b"[" * 100_000, "as json it fails"),
        (b"a: " + b"[" * 20_000, "it fails"),
        (b'{"learning_rate": ' + b"9" * 5_000 + b"}", "it fails"),
        (b"x" * (LARGEST_BYTES + 1), "larger than"),
        (b"colour: blue\nshape: round\n", "none of its fields"),
    ],
)
def test_what_is_no_config_is_refused(content: bytes, said: str) -> None:
    """With a reason, naming the file."""
    with pytest.raises(DataError, match=said) as caught:
        read(content)
    assert str(caught.value).startswith("a file: ")


def test_endless_yaml_ends() -> None:
    """Anchors that hold themselves, and ones that hold each other ten times, are refused."""
    bomb = "a: &a {x: 1, y: 2}\n" + "".join(
        f"{name}: &{name} {{{', '.join(f'k{i}: *{last}' for i in range(9))}}}\n"
        for last, name in zip("abcdef", "bcdefg", strict=True)
    )
    for text in ("a: &a {b: *a}\nlearning_rate: 1\n", bomb):
        with pytest.raises(DataError, match="more than"):
            read(text)
    lists = "a: &a [1, 2]\n" + "".join(
        f"{name}: &{name} [{', '.join(f'*{last}' for _ in range(9))}]\n"
        for last, name in zip("abcdefghijklmnop", "bcdefghijklmnopq", strict=True)
    )
    found = read(lists + "batch_size: *q\nepochs: 2\n")
    assert values(found) == {"epochs": 2}


def test_unknown_format_lists_the_known() -> None:
    """The error names what was asked for, and what there is."""
    with pytest.raises(UsageError, match="choose from flat, transformers"):
        read("a: 1", form="keras")


def test_fractions_of_an_epoch_are_rounded_and_told() -> None:
    """One and a half epochs are two here."""
    found = read(json.dumps({**TRANSFORMERS, "num_train_epochs": 1.6}))
    assert values(found)["epochs"] == 2
    assert found.approximated[0].value == 1.6
    assert found.settings["epochs"].confidence == "medium"


def test_hostile_names_are_shown_as_text() -> None:
    """A field's name steers no terminal."""
    found = read('{"\\u001b[31mred": 1, "batch_size": 8}')
    assert found.unread[0].field == "\\x1b[31mred"


@given(content=st.binary(max_size=200) | st.text(max_size=200).map(str.encode))
def test_any_bytes_are_read_or_refused(content: bytes) -> None:
    """Whatever a file holds, the answer is settings or one line of error."""
    try:
        found = read(content)
    except TunerError as error:
        lines = str(error).splitlines()
    else:
        lines = [one.field for one in found.unread]
    assert all(map(str.isprintable, lines))


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3)
    ),
    max_leaves=12,
)
NAMES = st.sampled_from(
    (
        *("learning_rate", "bf16", "optim", "lr_scheduler_type", "lr_scheduler_kwargs"),
        *("warmup_steps", "base_model", "lora_target_modules", "target_modules", "optimizer", "r"),
        *("micro_batch_size", "lora_attn_modules", "model", "options", "do_sample", "top_k"),
        *("max_steps", "quantization_bit", "num_train_epochs", "load_in_4bit", "optim_args"),
        *("eval_strategy", "early_stopping_steps"),
    )
)


@given(
    tree=st.dictionaries(NAMES, JSON, min_size=1, max_size=6),
    form=st.sampled_from(configs.READABLE),
)
def test_every_field_is_a_setting_or_unread(tree: dict[str, object], form: str) -> None:
    """Values of any kind under known names: each is understood, or listed."""
    content = json.dumps(tree).encode()
    found = configs.read(content, name="a file", format=form)
    listed = {one.field for one in found.unread}
    known = set(parsed(content, name="a file").fields)
    assert listed <= known
    assert len(known - listed) == 0 or found.settings or known - listed
