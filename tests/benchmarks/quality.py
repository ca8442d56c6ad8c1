"""How good is what `tuner-tui train` trains by itself, beside scikit-learn on the same rows?

```text
python tests/benchmarks/quality.py [--budget 10m] [--seed 0] DATA[@TARGET] …
```

Every data set is trained once by the command line with nothing decided, in a process of its own.
Of tables and images, `HistGradientBoosting` and `MLPClassifier` or `MLPRegressor` with their own
defaults learn the same training rows and are scored on the same test rows; of texts a
`LogisticRegression` on TF-IDF of the same tokens. Data sets that the project has set itself a bar
for, recognised by their name, are held to it; prints a line for each
and asserts nothing.
"""

import argparse
import json
import subprocess
import sys
import time
import warnings
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np


class Bar(NamedTuple):
    """What a data set must reach."""

    metric: str
    """Of the test split; `valid_loss` is the best loss on validation, in nats."""
    least: float
    """The lowest value that will do; of a loss the highest."""
    arguments: tuple[str, ...] = ()
    """Options that make the split the one that others report on."""


BARS = {
    "demo:digits": Bar("accuracy", 0.97),
    "mnist": Bar("accuracy", 0.97, ("--test-share", "0.2", "--valid-share", "0.05")),
    "sms_spam": Bar("accuracy", 0.98),
    "rt_polarity": Bar("accuracy", 0.74),
    "tinyshakespeare": Bar("valid_loss", 1.9),
    "adult": Bar("accuracy", 0.85),
    "california_housing": Bar("r2", 0.78, ("--target", "median_house_value")),
}
"""Beginning of a file's name → its bar. MNIST is its 10,000 test images, split 80/20."""

METRICS = ("accuracy", "r2", "perplexity")
"""What is printed of a data set without a bar: the first of these that it has."""


def main() -> None:
    """Train and score every data set, and print the table as it grows."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", nargs="+", help="files or demo:NAME, with @TARGET if need be")
    parser.add_argument("--budget", default="10m", help="longest training, as tuner-tui takes it")
    parser.add_argument("--seed", default="0")
    options = parser.parse_args()
    heads = f"{'metric':>11}{'bar':>7}{'ours':>8}{'boosting':>10}{'MLP':>8}{'TF-IDF':>8}{'wall':>7}"
    print(f"{'data':32}{'model':18}{heads}")
    for named in options.data:
        source, _, target = named.partition("@")
        print(line(source, target, budget=options.budget, seed=options.seed), flush=True)


def line(source: str, target: str, *, budget: str, seed: str) -> str:
    """Return one row of the table."""
    name = source if source.startswith("demo:") else Path(source).name
    bar = next((bar for start, bar in BARS.items() if name.startswith(start)), None)
    arguments = [*(bar.arguments if bar else ()), *(("--target", target) if target else ())]
    began = time.monotonic()
    result = trained(source, ["--seed", seed, "--budget", budget, *arguments])
    wall_s = time.monotonic() - began
    if isinstance(result, str):
        return f"{name[-31:]:32}{result}"
    metric = bar.metric if bar else next(m for m in METRICS if m in result["test"]["metrics"])
    ours = measured(result, metric)
    peers = peers_of(source, arguments, metric=metric, seed=int(seed))
    verdict = _verdict(ours, bar)
    figures = "".join(f"{figure:>{width}}" for figure, width in zip(peers, (10, 8, 8), strict=True))
    limit = f"{bar.least:7.3g}" if bar else " " * 7
    model = result["settings"]["model"]["value"]
    return (
        f"{name[-31:]:32}{model:18}{metric:>11}{limit}{ours:8.4f}{figures}{wall_s:6.0f}s{verdict}"
    )


def trained(source: str, arguments: list[str]) -> dict[str, Any] | str:
    """Return the result of `tuner-tui train`, or the last line of its complaint."""
    command = [sys.executable, "-m", "tuner_tui", "train", source, "--json", "--quiet", *arguments]
    finished = subprocess.run(command, capture_output=True, text=True, check=False)
    if not finished.stdout:
        complaint = finished.stderr.strip().splitlines() or ["no word of why"]
        return f"exit {finished.returncode}: {complaint[-1]}"
    found: dict[str, Any] = json.loads(finished.stdout)
    return found


def measured(result: dict[str, Any], metric: str) -> float:
    """Return a metric of a training's result."""
    if metric == "valid_loss":
        return float(result["best"]["valid_loss"])
    return float(result["test"]["metrics"][metric])


def _verdict(ours: float, bar: Bar | None) -> str:
    if bar is None:
        return ""
    reached = ours <= bar.least if bar.metric == "valid_loss" else ours >= bar.least
    return "" if reached else "  BELOW THE BAR"


def peers_of(source: str, arguments: list[str], *, metric: str, seed: int) -> tuple[str, str, str]:
    """Return what boosting, a network and a linear model score, where they can be trained."""
    from tuner_engine import data
    from tuner_engine.data.dataset import TokenEncoding
    from tuner_engine.specs import DataSpec

    stated = dict(zip(arguments[::2], arguments[1::2], strict=True))
    shares: dict[str, Any] = {
        name: float(stated[option])
        for name, option in {"test_share": "--test-share", "valid_share": "--valid-share"}.items()
        if option in stated
    }
    spec = DataSpec(source=source, target=stated.get("--target"), **shares)
    dataset = data.load(spec, seed=seed)
    if dataset.test is None or "y" not in dataset.train:
        return "-", "-", "-"
    if isinstance(dataset.encoding, TokenEncoding):
        return "-", "-", linear(dataset.train, dataset.test)
    train, test = (
        (np.asarray(part["x"], np.float32).reshape(len(part["y"]), -1), part["y"])
        for part in (dataset.train, dataset.test)
    )
    return boosting(train, test, metric=metric), network(train, test, metric=metric), "-"


Split = tuple[np.ndarray, np.ndarray]


def boosting(train: Split, test: Split, *, metric: str) -> str:
    """Return the score of gradient-boosted trees."""
    from sklearn import ensemble

    kinds = {"r2": ensemble.HistGradientBoostingRegressor}
    kind = kinds.get(metric, ensemble.HistGradientBoostingClassifier)
    return _scored(kind(random_state=0), train, test)


def network(train: Split, test: Split, *, metric: str) -> str:
    """Return the score of a network on standardised columns."""
    from sklearn import neural_network, pipeline, preprocessing

    kinds = {"r2": neural_network.MLPRegressor}
    kind = kinds.get(metric, neural_network.MLPClassifier)
    model = pipeline.make_pipeline(preprocessing.StandardScaler(), kind(random_state=0))
    return _scored(model, train, test)


def linear(train: Mapping[str, Any], test: Mapping[str, Any]) -> str:
    """Return the score of logistic regression on the words and pairs of texts."""
    from sklearn import feature_extraction, linear_model, pipeline

    words = feature_extraction.text.TfidfVectorizer(
        tokenizer=str.split, token_pattern=None, lowercase=False, ngram_range=(1, 2)
    )
    model = pipeline.make_pipeline(words, linear_model.LogisticRegression())
    return _scored(model, *((_written(part["tokens"]), part["y"]) for part in (train, test)))


def _written(tokens: np.ndarray) -> list[str]:
    """Return texts as the numbers of their tokens, without padding."""
    return [" ".join(map(str, row[row != 0])) for row in tokens]


def _scored(model: Any, train: tuple[Any, Any], test: tuple[Any, Any]) -> str:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # its own defaults may end before it has converged
        return f"{model.fit(*train).score(*test):.4f}"


if __name__ == "__main__":
    main()
