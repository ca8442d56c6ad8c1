"""What does a model train on, and what is known of it?

Invariant: equal bytes, spec and seed give equal arrays; whatever is learnt from data (levels,
scales, medians, vocabularies, the target's mean) is learnt from the training split alone.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from numpy.typing import NDArray

from tuner_engine.workload import Profile

Arrays = Mapping[str, NDArray[Any]]
"""One split: arrays by name, axis 0 counting examples in each. They may be memory-mapped, where
the data are larger than memory. Which names there are depends on the encoding."""


@dataclass(frozen=True, slots=True)
class TargetScale:
    """Mean and standard deviation of a regression target over the training split."""

    mean: float
    std: float


@dataclass(frozen=True, slots=True, kw_only=True)
class TableEncoding:
    """How rows became numbers.

    `x` is float32 [examples, features], C-contiguous; `y` is the class index, int32, or the
    standardised target, float32 [examples].

    Attributes:
        groups: For every feature the columns of `x` that encode it.
        target_scale: How the target was standardised; regression only.
    """

    groups: tuple[tuple[int, ...], ...]
    target_scale: TargetScale | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ImageEncoding:
    """How images became numbers.

    `x` is uint8 [examples, height, width, channels]; `y` is the class index, int32 [examples].

    Attributes:
        mean: Of each channel over the training split, in units of `x`.
        std: Likewise; positive.
    """

    mean: tuple[float, ...]
    std: tuple[float, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenEncoding:
    """How text became numbers; token 0 is padding wherever there is any.

    Classification: `tokens` is an integer [examples, length], `y` the class index, int32.
    Language modelling: `tokens` is [examples, length + 1]; each predicts the next.
    Instruction: also `segments`, int32 [examples, length + 1], numbering the examples packed into
    a row from 1, with 0 for padding; and `learn`, bool of the same shape, true for the tokens that
    the loss counts when they are predicted.

    Attributes:
        tokenizer: Content of a `tokenizer.json`; none where characters or bytes are tokens.
        characters: Those of a character vocabulary in the order of their tokens, else empty.
        shift: Tokens are the tokenizer's ids plus this, which frees token 0 for padding.
    """

    tokenizer: bytes | None = None
    characters: str = ""
    shift: int = 0


Encoding = TableEncoding | ImageEncoding | TokenEncoding


@dataclass(frozen=True, slots=True)
class Dataset:
    """Data, ready to train on.

    Attributes:
        profile: What is known of them.
        train: Examples to learn from.
        valid: Examples to choose by.
        test: Examples that nothing is chosen by; none if none were asked for.
        encoding: What the arrays are, and what is needed to read results in the data's units.
    """

    profile: Profile
    train: Arrays
    valid: Arrays
    test: Arrays | None
    encoding: Encoding
