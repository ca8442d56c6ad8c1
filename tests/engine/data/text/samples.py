"""Sentences that a test can read back, and the shortest way to load them."""

import csv
import io
import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tuner_engine.data import Dataset, TokenEncoding, load
from tuner_engine.specs import DataSpec

PLENTY = 10**10

_SYLLABLES = [first + second for first in "bcdfglmnprst" for second in "aeiou"]
_CHANCE = np.random.default_rng(0)
WORDS = ["".join(_CHANCE.choice(_SYLLABLES, 1 + index % 3)) for index in range(400)]


def sentence(number: int, words: int = 12) -> str:
    """Return the sentence of a number; no two numbers have the same."""
    chosen = np.random.default_rng(number).choice(WORDS, words - 1).tolist()
    return " ".join([*chosen, f"no{number}"])


def loaded(path: Path | str, *, seed: int = 0, memory: int = PLENTY, **given: Any) -> Dataset:
    return load(DataSpec(source=str(path), **given), seed=seed, available_bytes=memory)


def json_lines(path: Path, rows: Iterable[Mapping[str, Any]]) -> Path:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return path


def table(path: Path, header: Sequence[str], rows: Iterable[Sequence[Any]]) -> Path:
    out = io.StringIO()
    csv.writer(out).writerows([header, *rows])
    path.write_text(out.getvalue())
    return path


def text_of(tokens: NDArray[Any], encoding: TokenEncoding) -> str:
    """Return what tokens say, padding left out."""
    kept = tokens[tokens != 0].astype(np.int64)
    if encoding.characters:
        return "".join(encoding.characters[token] for token in kept)
    if encoding.tokenizer is None:
        return bytes(kept.tolist()).decode("utf-8", "replace")
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_buffer(encoding.tokenizer)
    decoded: str = tokenizer.decode((kept - encoding.shift).tolist(), skip_special_tokens=False)
    return decoded


def codes(data: Dataset) -> set[str]:
    return {caution.code for caution in data.profile.cautions}


def sides(data: Dataset) -> list[Mapping[str, NDArray[Any]]]:
    return [side for side in (data.train, data.valid, data.test) if side is not None]
