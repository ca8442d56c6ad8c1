"""How do engines and endpoints say how a model writes?

One table each. Limits are those that the program enforces. Sources: vllm `sampling_params.py` at
00388f6; llama.cpp `tools/server`; ollama `api/types.go` and its Modelfile page; transformers 5.23.0
`GenerationConfig`; openai 3.54.0 and anthropic 0.75.0 and 2.12.0, the types of a request.
"""

import re

from tuner_engine.export.base_model import base_model
from tuner_engine.export.case import Case
from tuner_engine.export.coercion import NotAValueError, coerced
from tuner_engine.export.entries import (
    NOTHING,
    Entry,
    Fields,
    Found,
    Table,
    Written,
    dropping,
    merged,
    named,
    only,
    same,
)
from tuner_engine.export.outcome import Approximated, Dropped

TRAINING = "it is for training, and this is for sampling"

_ADDITIVE = (-2.0, 2.0)
"""Frequency and presence penalties that OpenAI and vLLM accept."""

_POSITIVE_SHARE = (1e-9, 1.0)

VLLM = Table(
    entries=(
        named("temperature", "temperature", limits=(0.0, 2.0)),
        named("top_p", "top_p", limits=_POSITIVE_SHARE),
        named("top_k", "top_k"),
        named("min_p", "min_p", limits=(0.0, 1.0)),
        named("frequency_penalty", "frequency_penalty", limits=_ADDITIVE),
        named("presence_penalty", "presence_penalty", limits=_ADDITIVE),
        *same("repetition_penalty", "max_tokens", "seed"),
    ),
    hints={"model": "name it where vLLM is started or asked"},
    otherwise=TRAINING,
)
"""`vllm.SamplingParams`."""


def _tell_of_order(case: Case) -> Written:
    """Say that temperature comes last in llama.cpp, where that changes anything."""
    serving = case.workload.serving
    if serving is not None and (serving.engine or "").lower() in {"llama.cpp", "ollama"}:
        return NOTHING
    temperature, top_p = case.number("temperature"), case.number("top_p")
    cuts = (top_p is not None and top_p < 1) or bool(case.number("min_p"))
    if temperature is None or temperature in {0.0, 1.0} or not cuts:
        return NOTHING
    why = (
        "temperature comes last there and first in vLLM and Transformers, so that top_p and min_p "
        'cut otherwise; for their order add "samplers": '
        '["penalties", "temperature", "top_k", "top_p", "min_p"]'
    )
    near = Approximated(name="temperature", value=temperature, written=temperature, why=why)
    return Written(approximated=(near,))


_LLAMA = (
    *same("temperature", "top_p", "top_k", "min_p", "frequency_penalty", "presence_penalty"),
    named("repetition_penalty", "repeat_penalty"),
)

LLAMA_CPP = Table(
    entries=(
        *_LLAMA,
        named("max_tokens", "n_predict", also=("max_tokens",)),
        named("seed", "seed", unset=-1),
        Entry(settings=(), write=_tell_of_order),
    ),
    hints={"model": "name it where llama-server is started: `-m model.gguf`"},
    otherwise=TRAINING,
)
"""The JSON of a request to `llama-server`."""

_NAME = re.compile(r"[\w.:/@+-]{1,200}", re.ASCII)
"""What a model may be called in a Modelfile: one word, so that no line can be added."""


def _write_from(case: Case) -> Written:
    name = case.base_model
    if name is None:
        return dropping("model", case.values.get("model"), "name a pretrained model after FROM")
    if not _NAME.fullmatch(name):
        return dropping("model", name, "it is no name that a Modelfile can hold; put it after FROM")
    return Written(fields={"FROM": name})


def _read_from(fields: Fields) -> Found:
    return base_model("FROM").read(fields)


OLLAMA = Table(
    entries=(
        Entry(settings=("model",), write=_write_from, read=_read_from),
        *_LLAMA,
        named("max_tokens", "num_predict"),
        *same("seed"),
        Entry(settings=(), write=_tell_of_order),
    ),
    otherwise=TRAINING,
)
"""The parameters of a Modelfile."""


def _write_generation(case: Case) -> Written:
    """Return temperature and what narrows sampling; without sampling, they are refused."""
    names = ("temperature", "top_p", "top_k", "min_p")
    values = {name: case.values[name] for name in names if case.values.get(name) is not None}
    if values.get("temperature") == 0:
        why = "greedy decoding takes the likeliest token, and Transformers refuses it beside that"
        lost = tuple(
            Dropped(name=name, value=value, why=why)
            for name, value in values.items()
            if name != "temperature"
        )
        return Written(fields={"do_sample": False}, dropped=lost)
    if not values:
        return NOTHING
    # Transformers cuts to the 50 likeliest tokens unless told otherwise.
    whole = {} if "top_k" in values else {"top_k": 0}
    numbers = {name: float(value or 0) for name, value in values.items() if name != "top_k"}
    top_k = {"top_k": values["top_k"]} if "top_k" in values else whole
    return Written(fields={"do_sample": True, **numbers, **top_k})


def _read_generation(fields: Fields) -> Found:
    parts = [named(name, name).read(fields) for name in ("temperature", "top_p", "top_k", "min_p")]
    settings = {name: value for part in parts for name, value in part.settings.items()}
    used = tuple(name for part in parts for name in part.used)
    if "do_sample" in fields:
        try:
            sampled = coerced("packing", fields["do_sample"])
        except NotAValueError:
            sampled = None
        if sampled is False:
            settings = {"temperature": 0.0}
        used = (*used, "do_sample")
    return Found(
        settings=settings, used=used, unread=tuple(one for part in parts for one in part.unread)
    )


GENERATION = Table(
    entries=(
        Entry(
            settings=("temperature", "top_p", "top_k", "min_p"),
            write=_write_generation,
            read=_read_generation,
        ),
        *same("repetition_penalty"),
        named("max_tokens", "max_new_tokens"),
    ),
    hints={
        "model": "the file lies beside the model's weights",
        "seed": "call `transformers.set_seed({value})` before generating",
        "frequency_penalty": "Transformers has no such penalty",
        "presence_penalty": "Transformers has no such penalty",
    },
    otherwise=TRAINING,
)
"""`generation_config.json`."""

_REASONING = re.compile(r"(^|/)(o\d|gpt-5)")
"""Models of OpenAI that reject a temperature unless their reasoning is switched off."""


def _unless_reasoning(entry: Entry) -> Entry:
    """Return the entry, which says nothing to a model that would refuse it."""
    return only(
        entry,
        when=lambda case: not _REASONING.search(case.base_model or ""),
        why="reasoning models refuse it unless reasoning_effort is none",
    )


_NOT_OPENAI = "OpenAI's endpoint has no such parameter; vLLM's takes it in `extra_body`"

OPENAI = Table(
    entries=(
        base_model("model"),
        _unless_reasoning(named("temperature", "temperature", limits=(0.0, 2.0))),
        _unless_reasoning(named("top_p", "top_p", limits=(0.0, 1.0))),
        _unless_reasoning(named("frequency_penalty", "frequency_penalty", limits=_ADDITIVE)),
        _unless_reasoning(named("presence_penalty", "presence_penalty", limits=_ADDITIVE)),
        named("max_tokens", "max_completion_tokens", also=("max_tokens", "max_output_tokens")),
        *same("seed"),
    ),
    hints=dict.fromkeys(("top_k", "min_p", "repetition_penalty"), _NOT_OPENAI),
    otherwise=TRAINING,
)
"""The JSON of a request to `/v1/chat/completions`, without its messages."""

_SAMPLING_CLAUDE = re.compile(r"claude-(3|2|instant|(opus|sonnet|haiku)-4)")
"""Models of Anthropic that take a temperature."""

_NEWER_CLAUDE = re.compile(r"claude-(opus|sonnet|haiku)-4-[7-9]")
"""Of those, the ones that no longer do."""

_REFUSED = "current Claude models refuse it; steer by the prompt, or name an older model"


def _write_claude(case: Case) -> Written:
    """Return what an older model takes: temperature before top_p, never both."""
    values = {
        name: value
        for name in ("temperature", "top_p", "top_k")
        if (value := case.values.get(name)) is not None
    }
    name = case.base_model or ""
    if not _SAMPLING_CLAUDE.search(name) or _NEWER_CLAUDE.search(name):
        return merged(dropping(one, value, _REFUSED) for one, value in values.items())
    parts = [entry.write(case) for entry in _CLAUDE]
    if {"temperature", "top_p"} <= values.keys():
        why = "Claude models refuse it beside a temperature; keep one of them"
        parts[1] = dropping("top_p", values["top_p"], why)
    return merged(parts)


_CLAUDE = (
    named("temperature", "temperature", limits=(0.0, 1.0)),
    named("top_p", "top_p", limits=(0.0, 1.0)),
    *same("top_k"),
)


def _read_claude(fields: Fields) -> Found:
    parts = [entry.read(fields) for entry in _CLAUDE]
    return Found(
        settings={name: value for part in parts for name, value in part.settings.items()},
        used=tuple(name for part in parts for name in part.used),
        unread=tuple(one for part in parts for one in part.unread),
    )


_NOT_ANTHROPIC = "Anthropic's endpoint has no such parameter"

ANTHROPIC = Table(
    entries=(
        base_model("model"),
        *same("max_tokens"),
        Entry(settings=("temperature", "top_p", "top_k"), write=_write_claude, read=_read_claude),
    ),
    hints=dict.fromkeys(
        ("min_p", "repetition_penalty", "frequency_penalty", "presence_penalty", "seed"),
        _NOT_ANTHROPIC,
    ),
    otherwise=TRAINING,
)
"""The JSON of a request to `/v1/messages`, without its messages."""
