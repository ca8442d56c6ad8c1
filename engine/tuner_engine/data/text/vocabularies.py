"""Which number stands for which piece of text?

Characters, bytes, or pieces learnt by byte-pair encoding. Invariant: a vocabulary is learnt from
training text alone and then reads any text; token 0 pads and stands for no text, and what was never
seen has a token, too.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
from numpy.typing import NDArray

from tuner_engine.data.dataset import TokenEncoding

if TYPE_CHECKING:
    from tokenizers import Tokenizer

PAD, UNKNOWN, END = 0, 1, 2
"""First tokens of a vocabulary of characters: padding, a character never seen in training, and the
end of an example."""

_MARKS = "\0\N{REPLACEMENT CHARACTER}\x03"
"""What these three are written as among `TokenEncoding.characters`: NUL, the replacement character,
and ASCII's end of text."""

_END_WORDS = (
    *("</s>", "<|endoftext|>", "<|end_of_text|>", "<eos>", "<end>", "[SEP]", "<|im_end|>", "<sep>"),
    *("<|eot_id|>", "<end_of_turn>"),
)
"""How published tokenizers write the end of a text, likeliest first."""

_PAD_WORDS = ("<pad>", "[PAD]", "<|pad|>", "<|padding|>")

_LEAST_PAIR_COUNT = 2
"""Times that a pair must be seen before it becomes a token: once teaches nothing."""


@dataclass(frozen=True, slots=True)
class Ragged:
    """Sequences of different lengths behind one another.

    Attributes:
        flat: Tokens of all of them.
        lengths: Of each, int64.
    """

    flat: NDArray[Any]
    lengths: NDArray[np.int64]

    @property
    def starts(self) -> NDArray[np.int64]:
        """Where each begins in `flat`."""
        return np.cumsum(self.lengths) - self.lengths


class Vocabulary(Protocol):
    """A way to cut text into numbered pieces."""

    @property
    def name(self) -> str:
        """`char`, `byte`, `bpe`, or the name of a file."""

    @property
    def size(self) -> int:
        """Different tokens, special ones included."""

    @property
    def end(self) -> int:
        """Token that ends an example."""

    @property
    def encoding(self) -> TokenEncoding:
        """What turns tokens back into text."""

    def encode(self, texts: Sequence[str]) -> Ragged:
        """Return the tokens of each text, of type `token_type(size)`."""


def token_type(size: int) -> np.dtype[Any]:
    """Return the smallest of uint8, uint16 and int32 that holds every token."""
    return np.dtype(np.uint8 if size <= 1 << 8 else np.uint16 if size <= 1 << 16 else np.int32)


@dataclass(frozen=True)
class Characters:
    """Each character is a token.

    Attributes:
        known: Different characters of the training text.
    """

    known: frozenset[str]

    @property
    def name(self) -> str:
        """`char`."""
        return "char"

    @cached_property
    def written(self) -> str:
        """The character of each token, in order."""
        return _MARKS + "".join(sorted(self.known - set(_MARKS)))

    @property
    def size(self) -> int:
        """Characters and the three marks."""
        return len(self.written)

    @property
    def end(self) -> int:
        """The mark for the end of an example."""
        return END

    @property
    def encoding(self) -> TokenEncoding:
        """The characters in the order of their tokens."""
        return TokenEncoding(characters=self.written)

    @cached_property
    def _tokens(self) -> NDArray[Any]:
        """Token by code point, and one entry more for all that lie beyond."""
        codes = _code_points(self.written)
        tokens = np.full(int(codes.max()) + 2, UNKNOWN, token_type(self.size))
        tokens[codes] = np.arange(codes.size)
        return tokens

    def encode(self, texts: Sequence[str]) -> Ragged:
        """Return one token for each character."""
        codes = _code_points("".join(texts))
        found = self._tokens[np.minimum(codes, self._tokens.size - 1)]
        return Ragged(found, np.array([len(text) for text in texts], np.int64))


@dataclass(frozen=True, slots=True)
class Bytes:
    """Each byte of the UTF-8 text is a token; NUL never occurs in text and pads."""

    @property
    def name(self) -> str:
        """`byte`."""
        return "byte"

    @property
    def size(self) -> int:
        """256."""
        return 256

    @property
    def end(self) -> int:
        """A byte that never occurs in UTF-8."""
        return 255

    @property
    def encoding(self) -> TokenEncoding:
        """Nothing is needed to read bytes."""
        return TokenEncoding()

    def encode(self, texts: Sequence[str]) -> Ragged:
        """Return one token for each byte."""
        raw = [text.replace("\0", "").encode("utf-8", "replace") for text in texts]
        flat = np.frombuffer(b"".join(raw), np.uint8)
        return Ragged(flat, np.array([len(one) for one in raw], np.int64))


@dataclass(frozen=True)
class Subwords:
    """Pieces of words, by a tokenizer of the `tokenizers` library.

    Attributes:
        name: `bpe`, or the name of the file it comes from.
        tokenizer: Neither padding nor truncating.
        padded: Whether token 0 must be free for padding; ids move up by one where it is taken.
    """

    name: str
    tokenizer: "Tokenizer"
    padded: bool

    @cached_property
    def _ids(self) -> dict[str, int]:
        return self.tokenizer.get_vocab(with_added_tokens=True)

    @cached_property
    def shift(self) -> int:
        """How far tokens lie above the ids of the tokenizer."""
        free = any(self._ids.get(word) == PAD for word in _PAD_WORDS)
        return int(self.padded and not free)

    @cached_property
    def _own_end(self) -> int | None:
        return next((self._ids[word] for word in _END_WORDS if word in self._ids), None)

    @cached_property
    def size(self) -> int:
        """One above the highest token."""
        return max(self._ids.values()) + 1 + self.shift + (self._own_end is None)

    @property
    def end(self) -> int:
        """The tokenizer's own mark, else a token behind all others."""
        return self.size - 1 if self._own_end is None else self._own_end + self.shift

    @property
    def encoding(self) -> TokenEncoding:
        """The whole tokenizer."""
        return TokenEncoding(tokenizer=self.tokenizer.to_str().encode(), shift=self.shift)

    def encode(self, texts: Sequence[str]) -> Ragged:
        """Return the tokens of each text, without special ones."""
        found = self.tokenizer.encode_batch_fast(list(texts), add_special_tokens=False)
        lengths = np.array([len(one) for one in found], np.int64)
        flat = np.empty(int(lengths.sum()), token_type(self.size))
        stop = 0
        for one, length in zip(found, lengths.tolist(), strict=True):
            flat[stop : stop + length] = one.ids
            stop += length
        flat += flat.dtype.type(self.shift)
        return Ragged(flat, lengths)


def learn(texts: Iterable[str], *, size: int, lowercase: bool) -> Subwords:
    """Return a vocabulary of byte pairs.

    Args:
        texts: Of the training split.
        size: Most tokens, at least 258; fewer are made where no pair repeats.
        lowercase: Read capital letters as small ones.

    Source: Sennrich, Haddow, Birch, "Neural Machine Translation of Rare Words with Subword Units"
    (2016), arXiv:1508.07909; on bytes as in GPT-2, so that no text is unknown.
    """
    from tokenizers import Tokenizer, decoders, models, normalizers, pre_tokenizers, trainers

    tokenizer = Tokenizer(models.BPE())
    if lowercase:
        tokenizer.normalizer = normalizers.Lowercase()
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [
            # Digits of their own let a small model see how numbers are written.
            pre_tokenizers.Digits(individual_digits=True),
            pre_tokenizers.ByteLevel(add_prefix_space=False),
        ]
    )
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=size,
        min_frequency=_LEAST_PAIR_COUNT,
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        special_tokens=["<pad>", "<end>"],
        show_progress=False,
    )
    tokenizer.train_from_iterator(texts, trainer)
    return Subwords("bpe", tokenizer, padded=True)


def _code_points(text: str) -> NDArray[np.uint32]:
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)
