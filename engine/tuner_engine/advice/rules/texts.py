"""Which model, batch and length does a set of texts ask for, by their number?"""

from tuner_engine.advice.rules.tabular import at_most_a_tenth

FEW_TEXTS = 20_000
"""Training texts below which a set is small. House choice, rows H45 to H47."""

MANY_TEXTS = 200_000
"""Training texts from which a set is large. House choice, rows H45 to H47."""

VERY_MANY_TEXTS = 1_000_000
"""Training texts from which the medium encoder is worth its time. House choice, row H46."""


def text_batch_size(train_examples: int) -> int:
    """Return the batch for so many texts: 32, 64 or 128, at most a tenth of them.

    Args:
        train_examples: Texts after splitting, at least 1.

    Source: House choice, row H45.
    """
    batch = 32 if train_examples < FEW_TEXTS else 64 if train_examples < MANY_TEXTS else 128
    return at_most_a_tenth(batch, train_examples=train_examples)


def text_model(train_examples: int, *, accelerated: bool) -> str:
    """Return the model for so many texts; without an accelerator nothing larger than mini.

    From few texts a bag of words learns more than an encoder does: Joulin et al. (arXiv 1607.01759)
    find it level with deep networks up to some hundred thousand, behind them from there on.

    Args:
        train_examples: Texts after splitting, at least 1.
        accelerated: Whether a GPU or TPU was stated or found.

    Source: House choice, row H46.
    """
    if train_examples < MANY_TEXTS:
        return "text-bag"
    if not accelerated:
        return "text-encoder-mini"
    return "text-encoder-small" if train_examples < VERY_MANY_TEXTS else "text-encoder-medium"


def text_epochs(train_examples: int) -> int:
    """Return the passes over so many texts: 10, 5 or 3. Source: House choice, row H47."""
    return 10 if train_examples < FEW_TEXTS else 5 if train_examples < MANY_TEXTS else 3
