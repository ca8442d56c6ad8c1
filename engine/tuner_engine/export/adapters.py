"""How do trainers say which low-rank adapters are trained?

Our `lora_targets` names a kind of matrix, theirs a list of modules or one word. The lists are those
of Llama-like models, whose module names most open models share.
"""

from tuner_engine.export.case import Case
from tuner_engine.export.coercion import shown, text_of
from tuner_engine.export.entries import ABSENT, NOTHING, Entry, Fields, Found, Unread, Written
from tuner_engine.export.outcome import Approximated, Dropped
from tuner_engine.recipe import Value

ATTENTION = ("q_proj", "k_proj", "v_proj", "o_proj")
"""Matrices of attention. Source: `transformers/models/llama/modeling_llama.py`."""

PERCEPTRON = ("gate_proj", "up_proj", "down_proj")
"""Matrices of the multilayer perceptron. Same source."""

ALL = "all-linear"

MODULES: dict[str, tuple[str, ...]] = {
    "attention": ATTENTION,
    "mlp": PERCEPTRON,
    ALL: (*ATTENTION, *PERCEPTRON),
}
"""Our word → the modules it means in a Llama-like model."""


def targets(path: str, *, every: str, joined: bool = False, listed: bool = False) -> Entry:
    """Return the entry of which matrices get adapters.

    Args:
        path: Their field.
        every: Their word for every linear matrix.
        joined: Whether several modules are one text with commas instead of a list.
        listed: Whether the program knows no word for every matrix, and wants them listed.
    """

    def write(case: Case) -> Written:
        value = case.values.get("lora_targets")
        if value is None:
            return NOTHING
        if value not in MODULES:
            why = "it is none of all-linear, attention, mlp; list the modules by hand"
            return Written(dropped=(Dropped(name="lora_targets", value=value, why=why),))
        if value == ALL and not listed:
            return Written(fields={path: every})
        modules = MODULES[str(value)]
        return Written(fields={path: ",".join(modules) if joined else list(modules)})

    return Entry(
        settings=("lora_targets",), write=write, read=lambda fields: _read(fields, path, every)
    )


def meant(raw: object, *, every: str, path: str) -> Found:
    """Return the kind of matrices that a word or a list of modules means."""
    names = raw.split(",") if isinstance(raw, str) else raw
    if not isinstance(names, list | tuple) or not names:
        return Found(unread=(Unread(field=path, why="it is no list of modules"),))
    modules = {(text_of(name) or "").strip() for name in names}
    if modules in ({every}, {"all"}, {ALL}):
        return Found(settings={"lora_targets": ALL}, used=(path,))
    for word, meaning in MODULES.items():
        if modules == set(meaning):
            return Found(settings={"lora_targets": word}, used=(path,))
    return _nearest(modules, path)


def _nearest(modules: set[str], path: str) -> Found:
    """Return the kind that all the modules are of, or say that there is none."""
    for word, meaning in MODULES.items():
        if modules <= set(meaning):
            listed: Value = shown(", ".join(sorted(modules)))
            why = "only some matrices of this kind get adapters"
            near = Approximated(name="lora_targets", value=listed, written=word, why=why)
            return Found(settings={"lora_targets": word}, used=(path,), approximated=(near,))
    return Found(unread=(Unread(field=path, why="its modules are none that are known here"),))


def _read(fields: Fields, path: str, every: str) -> Found:
    return meant(fields[path], every=every, path=path) if path in fields else ABSENT
