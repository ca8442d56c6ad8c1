"""How much data do stated facts mean, and how long is one example?

Invariant: whatever is not stated is assumed, and its name listed.
"""

from msgspec.structs import replace

from tuner_engine.advice import quantities
from tuner_engine.advice.catalogue import BaseModel
from tuner_engine.advice.rules.tuning import tuning_sequence_length
from tuner_engine.advice.stated.facts import Stated, Subject
from tuner_engine.errors import UsageError
from tuner_engine.printable import printable
from tuner_engine.workload import Pixels, Tokens, Workload

EXAMPLES = 10_000
"""Training examples where nobody said how many. House choice."""

VALID_SHARE = 0.15
"""Of validation examples, beside the training examples that were stated. House choice."""

MEAN_TOKENS: dict[str, float] = {"instruction": 300.0, "classification": 100.0}
"""Task → tokens of an example where nobody said how many. House choice."""

CONTEXT = 1024
"""Tokens of a sequence of plain text where nobody said how many. House choice."""

VOCABULARY = 50_257
"""Tokens of a vocabulary where nobody said how many: GPT-2's."""

IMAGE = Pixels(height=224, width=224, channels=3)
"""Size of an image where nobody said. House choice: what pretrained models see."""

GREY_SIDE = 28
"""Pixels a side at which an image has one channel unless more are stated: MNIST and the sets that
were made in its likeness. House choice."""

FEATURES = 20
"""Columns of a table where nobody said how many. House choice."""


def with_answers(
    plain: Workload, facts: Stated, about: Subject, *, base: BaseModel | None
) -> Workload:
    """Return what is known of prompts and answers, when a model is only sampled."""
    if facts.context is None and facts.avg_tokens is None:
        return plain
    mean, assumed = facts.avg_tokens or 0.0, list(plain.assumed)
    assumed += [] if facts.avg_tokens else ["mean_length"]
    context = quantities.tokens(facts.context, option="--context") if facts.context else 0
    assumed += [] if context else ["sequence_length"]
    length = context or (base.context if base else CONTEXT)
    tokens = Tokens(
        tokenizer="bpe",
        vocabulary=about.vocabulary or (base.vocabulary if base else VOCABULARY),
        train_tokens=0,
        sequence_length=length,
        mean_length=mean,
        median_length=mean,
        longest=length,
    )
    return replace(plain, tokens=tokens, assumed=tuple(assumed))


def with_data(
    plain: Workload, facts: Stated, about: Subject, *, base: BaseModel | None
) -> Workload:
    """Return the facts with what is known, or assumed, of the data."""
    assumed = list(plain.assumed)
    if plain.family in {"text", "language"}:
        tokens, examples = _text(plain, facts, about, base=base, assumed=assumed)
    else:
        tokens, examples = None, _examples(facts, assumed)
    outputs = facts.classes or 2
    if plain.task == "classification" and facts.classes is None:
        assumed.append("outputs")
    if plain.task != "classification":
        outputs = tokens.vocabulary if tokens else 1
    if plain.family == "tabular" and facts.features is None:
        assumed.append("features")
    if plain.family == "image" and len(_sides(facts.image_size)) < 3:
        assumed.append("pixels")
    return replace(
        plain,
        train_examples=examples,
        valid_examples=max(round(examples * VALID_SHARE), 1),
        outputs=outputs,
        features=(facts.features or FEATURES) if plain.family == "tabular" else 0,
        tokens=tokens,
        pixels=_pixels(facts) if plain.family == "image" else None,
        assumed=(*assumed, "valid_examples"),
    )


def _examples(facts: Stated, assumed: list[str]) -> int:
    if facts.examples is not None:
        return quantities.count(facts.examples, option="--examples")
    assumed.append("train_examples")
    return EXAMPLES


def _text(
    plain: Workload,
    facts: Stated,
    about: Subject,
    *,
    base: BaseModel | None,
    assumed: list[str],
) -> tuple[Tokens, int]:
    """Return what is known of the tokens, and how many examples they make."""
    stated = quantities.count(facts.tokens, option="--tokens") if facts.tokens else None
    context = quantities.tokens(facts.context, option="--context") if facts.context else None
    pretrained = base if plain.regime != "scratch" else None
    longest = pretrained.context if pretrained else None
    if context is not None and longest is not None and context > longest:
        raise UsageError(
            f"--context {context:,} is more than the {longest:,} tokens that "
            f"{printable(about.model or 'the model')} was made for; give {longest:,} or less"
        )
    if plain.task == "language-modelling":
        length = context or min(CONTEXT, longest or CONTEXT)
        assumed += [] if context else ["sequence_length"]
        mean = float(length)
    else:
        mean = facts.avg_tokens or MEAN_TOKENS.get(plain.task, MEAN_TOKENS["instruction"])
        assumed += [] if facts.avg_tokens else ["mean_length"]
        length = context or tuning_sequence_length(
            mean_length=mean, longest=0, context=longest or 2**20
        )
        assumed += [] if context else ["sequence_length"]
    if stated is not None and facts.examples is None:
        examples = max(round(stated / mean), 1)
    else:
        examples = _examples(facts, assumed)
    if about.vocabulary is None and pretrained is None:
        assumed.append("vocabulary")
    tokens = Tokens(
        tokenizer="bpe",
        vocabulary=about.vocabulary or (pretrained.vocabulary if pretrained else VOCABULARY),
        train_tokens=stated or round(examples * mean),
        sequence_length=length,
        mean_length=mean,
        median_length=mean,
        longest=length if plain.task == "language-modelling" else max(length, round(4 * mean)),
    )
    return tokens, examples


def _pixels(facts: Stated) -> Pixels:
    if facts.image_size is None:
        return IMAGE
    sides = _sides(facts.image_size)
    if len(sides) not in {2, 3} or not all(side.isdecimal() and int(side) for side in sides):
        raise UsageError(
            f"--image-size {printable(facts.image_size)}: expected height x width, as 28x28, or "
            "with channels, as 32x32x3"
        )
    height, width, *channels = map(int, sides)
    grey = height == width == GREY_SIDE
    return Pixels(
        height=height, width=width, channels=channels[0] if channels else 1 if grey else 3
    )


def _sides(image_size: str | None) -> list[str]:
    """Return height, width and channels as they were typed, as many of them as there are."""
    text = (image_size or "").lower().replace("×", "x")
    return [side.strip() for side in text.split("x")]
