"""What was found in the data, in two sentences?

Invariant: only facts that mean something for the kind of data are told.
"""

from tuner_engine.printable import printable
from tuner_engine.workload import DataFacts, Pixels, Tokens, Workload


def sentences(workload: Workload, data: DataFacts) -> list[str]:
    """Return what the data hold, and what is learnt from them."""
    split = (
        f"{workload.train_examples:,} examples to train, {workload.valid_examples:,} to validate, "
        f"{workload.test_examples:,} to test"
    )
    return [f"{printable(data.source)}: {content(workload, data)}; {split}", goal(workload, data)]


def content(workload: Workload, data: DataFacts) -> str:
    """Return how much of what there is."""
    match workload.family:
        case "image" if workload.pixels:
            return f"{data.rows:,} images of {_size(workload.pixels)}"
        case "text" if workload.tokens:
            return f"{data.rows:,} texts, {_lengths(workload.tokens)}"
        case "language" if workload.tokens:
            words = f"{workload.tokens.train_tokens:,} tokens to train on"
            return f"{words}, {_lengths(workload.tokens)}"
        case "own":
            return "a task of your own"
        case _:
            return f"{data.rows:,} rows, {workload.features:,} features"


def goal(workload: Workload, data: DataFacts) -> str:
    """Return what is learnt, and whether that was a guess."""
    guess = ", which was guessed" if data.target_guessed else ""
    target = f" of '{printable(data.target)}'" if data.target else ""
    match workload.task:
        case "classification":
            return f"classification{target} in {workload.outputs} classes{guess}"
        case "regression":
            return f"regression{target}{guess}"
        case "language-modelling":
            return "language modelling: each token predicts the next"
        case "instruction":
            return f"completions{target} are learnt, prompts are only read{guess}"
        case _:
            return "its own loss is learnt"


def _size(pixels: Pixels) -> str:
    colours = {1: "grey", 3: "colours"}.get(pixels.channels, f"{pixels.channels} channels")
    return f"{pixels.height}×{pixels.width} {colours}"


def _lengths(tokens: Tokens) -> str:
    cut = f", {tokens.truncated_share:.0%} cut" if tokens.truncated_share else ""
    kind = {"char": "characters", "byte": "bytes", "bpe": "byte pairs"}.get(
        tokens.tokenizer, printable(tokens.tokenizer)
    )
    return f"a vocabulary of {tokens.vocabulary:,} ({kind}), {tokens.sequence_length} at once{cut}"
