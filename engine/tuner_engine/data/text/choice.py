"""Which vocabulary suits a text, and how large is it?

Invariant: what a person names is taken; otherwise the size follows the training text alone.
"""

import math
from collections.abc import Iterable, Iterator
from pathlib import Path, PurePath

from tuner_engine.data.text import store
from tuner_engine.data.text.vocabularies import Bytes, Characters, Subwords, Vocabulary, learn
from tuner_engine.errors import DataError, UsageError
from tuner_engine.printable import printable
from tuner_engine.specs import DataSpec
from tuner_engine.workload import Caution, TaskKind

FEW_CHARACTERS = 128
"""Most different characters of a text that is read by characters. House choice: one alphabet,
digits and punctuation."""

SHORT_TEXT = 5_000_000
"""Most characters of such a text. House choice: longer ones hold enough to learn words of."""

SAMPLE_CHARACTERS = 1 << 24
"""Most training characters that byte pairs are counted on; more change few of them and take
minutes. House choice."""

_LEAST, _MOST = 512, 1 << 15
"""Bounds of a vocabulary whose size nobody stated: the bytes and a few hundred pairs, and what
decoders of about 100M parameters carry. House choice; GPT-2 has 50,257."""

_LEAST_STATED = 258
"""All bytes, padding and the end of an example."""

_MOST_WORDS = 1 << 14
"""Largest vocabulary of a classifier whose size nobody stated. House choice."""


def wanted(spec: DataSpec, *, distinct: int, characters: int, task: TaskKind) -> str:
    """Return `char`, `byte`, `bpe` or the path of a `tokenizer.json`.

    Args:
        spec: What the person named, if anything.
        distinct: Different characters of the text.
        characters: Of the whole text.
        task: What is learnt; only language modelling reads single characters unasked.

    Raises:
        UsageError: A vocabulary size is stated for what learns none.
    """
    few = distinct <= FEW_CHARACTERS and characters <= SHORT_TEXT
    unasked = "char" if few and task == "language-modelling" and not spec.vocabulary else "bpe"
    chosen = spec.tokenizer or unasked
    if spec.vocabulary is None:
        return chosen
    if chosen != "bpe":
        raise UsageError(
            f"vocabulary {spec.vocabulary:,}: only byte pairs are learnt to a size; the tokenizer "
            f"{printable(chosen, width=60)} has its own; leave one of them out"
        )
    if spec.vocabulary < _LEAST_STATED:
        raise UsageError(
            f"vocabulary {spec.vocabulary:,}: byte pairs need at least {_LEAST_STATED}: every byte "
            "and two marks; for fewer choose the tokenizer char"
        )
    return chosen


def build(
    chosen: str,
    texts: Iterable[str],
    *,
    spec: DataSpec,
    characters: int,
    task: TaskKind,
    kept: str | None = None,
) -> tuple[Vocabulary, tuple[Caution, ...]]:
    """Return the vocabulary, learnt if need be, and what a person should know of it.

    Args:
        chosen: As `wanted` returned it.
        texts: Of the training split; read only as far as needed.
        spec: The size, if the person stated one.
        characters: Of the training split.
        task: What is learnt.
        kept: Key under which byte pairs are kept for the next run; none to learn them again.

    Raises:
        DataError: The `tokenizer.json` cannot be used.
    """
    match chosen:
        case "char":
            return Characters(frozenset().union(*(set(text) for text in texts))), ()
        case "byte":
            return Bytes(), ()
        case "bpe":
            words = task == "classification"
            size = spec.vocabulary or subword_size(characters, words=words)
            known = store.remembered(kept) if kept else None
            if known is not None:
                return Subwords("bpe", known, padded=True), _sampled(characters)
            found = learn(_sample(texts, characters), size=size, lowercase=words)
            if kept:
                store.remember(kept, found.tokenizer)
            return found, _sampled(characters)
        case path:
            return read(path, padded=task != "language-modelling"), ()


def subword_size(characters: int, *, words: bool) -> int:
    """Return how many byte pairs a training text of so many characters can teach.

    It grows with the square root of the text, as the number of different words does (Heaps' law),
    to a power of two: 2,048 for a million characters. A classifier learns from the words a text
    holds rather than from their order, and gets four times as many.

    Source: house choice. On 7,500 sentences of film reviews a linear classifier on such tokens
    validates at 71 % with 1,000 of them, 74 % with 2,000, 75 % with 8,000, 75.5 % with 14,000.
    """
    root = math.log2(max(1, characters)) / 2
    if words:
        return min(max(_LEAST, 1 << round(root + 3)), _MOST_WORDS)
    return min(max(_LEAST, 1 << math.floor(root + 1)), _MOST)


def read(path: str, *, padded: bool) -> Subwords:
    """Return the vocabulary in a `tokenizer.json`.

    Args:
        path: The file.
        padded: Whether token 0 must be free for padding.

    Raises:
        DataError: The file cannot be read, or is no tokenizer.
    """
    from tokenizers import Tokenizer

    name = printable(path, width=200)
    try:
        content = Path(path).expanduser().read_bytes()
    except (OSError, ValueError) as error:
        reason = printable(getattr(error, "strerror", None) or str(error))
        raise DataError(
            f"{name}: the tokenizer cannot be read ({reason}); name a tokenizer.json, or char, "
            "byte or bpe"
        ) from error
    try:
        tokenizer = Tokenizer.from_buffer(content)
    except Exception as error:  # the library raises bare `Exception` for every kind of bad content
        reason = printable(str(error), width=100)
        raise DataError(
            f"{name}: no tokenizer.json of the `tokenizers` library ({reason}); name another, or "
            "char, byte or bpe"
        ) from error
    tokenizer.no_padding()
    tokenizer.no_truncation()
    if not tokenizer.get_vocab_size(with_added_tokens=True):
        raise DataError(f"{name}: the tokenizer has no tokens; train it, or name char, byte or bpe")
    return Subwords(PurePath(name).name, tokenizer, padded=padded)


def _sample(texts: Iterable[str], characters: int) -> Iterator[str]:
    """Yield the text, or of a long one the beginning of each passage."""
    share = min(1.0, SAMPLE_CHARACTERS / max(1, characters))
    for text in texts:
        yield text if share == 1.0 else text[: math.ceil(len(text) * share)]


def _sampled(characters: int) -> tuple[Caution, ...]:
    if characters <= SAMPLE_CHARACTERS:
        return ()
    message = (
        f"The vocabulary is learnt from {SAMPLE_CHARACTERS:,} of the {characters:,} characters of "
        "the training text, spread over all of it."
    )
    return (Caution(code="vocabulary-sampled", message=message),)
