"""Which reader of text is asked, and what for?

Invariant: what `profile` reports is what `load` finds, for it is the same work.
"""

from tuner_engine.data.dataset import Dataset
from tuner_engine.data.glimpse import Glimpse
from tuner_engine.data.tables import readers
from tuner_engine.data.text import (
    classification,
    documents,
    instruction,
    labelled,
    language,
    library,
    objects,
    passages,
    recognition,
)
from tuner_engine.data.text.passages import Passages
from tuner_engine.specs import DataSpec, Kind
from tuner_engine.workload import Profile

KINDS: frozenset[Kind] = frozenset({"text", "language", "instruction"})
"""Kinds of data that are read here."""


def recognised(spec: DataSpec) -> bool:
    """Return whether a source of unstated kind holds text to learn from.

    Raises:
        DataError: There is no such file.
    """
    return recognition.kind(Glimpse(spec)) is not None


def load(spec: DataSpec, *, seed: int, available_bytes: int) -> Dataset:
    """Return the text that `spec` names, split and encoded.

    Args:
        spec: Which text, how it is split and how it is cut into tokens.
        seed: Of the split, and of the sample if one is read.
        available_bytes: Memory that may be used; a language model's text may be larger.

    Raises:
        DataError: The text cannot be used.
        UsageError: The shares or the vocabulary make no sense.
    """
    seen = Glimpse(spec)
    kind = recognition.kind(seen) if spec.kind == "auto" else spec.kind
    if kind == "text":
        texts = _labelled(seen, seed=seed, available_bytes=available_bytes)
        return classification.load(texts, spec, seed=seed)
    if kind == "instruction":
        found = objects.read(
            seen, max_rows=spec.max_rows, seed=seed, available_bytes=available_bytes
        )
        return instruction.load(found, spec, seed=seed)
    text = _passages(seen, seed=seed, available_bytes=available_bytes)
    return language.load(text, spec, seed=seed, available_bytes=available_bytes)


def profile(spec: DataSpec, *, seed: int, available_bytes: int) -> Profile:
    """Return what `load` would find.

    Args:
        spec: Which text, how it is split and how it is cut into tokens.
        seed: Of the split, and of the sample if one is read.
        available_bytes: Memory that may be used; a language model's text may be larger.

    Raises:
        DataError: The text cannot be used.
        UsageError: The shares or the vocabulary make no sense.
    """
    return load(spec, seed=seed, available_bytes=available_bytes).profile


def _labelled(seen: Glimpse, *, seed: int, available_bytes: int) -> labelled.Labelled:
    spec = seen.spec
    if recognition.first_rows(seen) is None and recognition.is_labelled(seen):
        return labelled.lines(seen.source, max_rows=spec.max_rows, seed=seed)
    if objects.is_array(seen):
        found = objects.read(
            seen, max_rows=spec.max_rows, seed=seed, available_bytes=available_bytes
        )
        return labelled.table(objects.table(found), spec)
    read = readers.read(
        spec.source, max_rows=spec.max_rows, seed=seed, available_bytes=available_bytes
    )
    return labelled.table(read, spec)


def _passages(seen: Glimpse, *, seed: int, available_bytes: int) -> Passages:
    if seen.demo is not None:
        return library.python(seen.spec.source)
    if recognition.is_records(seen):
        return documents.read(seen, seed=seed, available_bytes=available_bytes)
    return passages.plain(seen.source, max_lines=seen.spec.max_rows)
