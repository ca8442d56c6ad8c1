"""Which tables come with the program?

They are scikit-learn's bundled sets: real data on a fresh machine without a network.
"""

import hashlib
import importlib.util
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from tuner_engine.data.tables import sample
from tuner_engine.data.tables.table import Layout, Table
from tuner_engine.errors import DataError
from tuner_engine.printable import printable

if TYPE_CHECKING:
    import polars as pl

PREFIX = "demo:"

DEMOS = {
    "digits": "1,797 handwritten digits of 8x8 pixels, 10 classes",
    "diabetes": "442 patients, progression after one year, regression",
    "breast-cancer": "569 tumours, malignant or benign",
    "wine": "178 wines, 3 growers",
}
"""Names after `demo:`, and what each holds. Source: scikit-learn's toy data sets."""

TEXTS = {"python": "the source of Python's own standard library, as running text"}
"""Demos that are no tables, which the readers of text know."""


def table(named: str, *, max_rows: int | None, seed: int) -> Table:
    """Return a bundled table.

    Args:
        named: `demo:digits` and the like.
        max_rows: Keep a uniform sample of at most this many rows.
        seed: Of the sample.

    Raises:
        DataError: There is no such table.
    """
    name = named.removeprefix(PREFIX)
    if name not in DEMOS:
        listed = ", ".join(PREFIX + known for known in (*DEMOS, *TEXTS))
        raise DataError(f"no demo is called {printable(named)!r}; there are: {listed}")
    frame = _frame(name)
    rows = frame.height
    kept = np.arange(rows)
    if max_rows is not None:
        kept = sample.smallest(sample.generator(seed).random(rows), max_rows)
    return Table(
        name=named,
        sha256=hashlib.sha256(frame.write_csv().encode()).hexdigest(),
        frame=frame[kept],
        places=kept + 1,
        place_word="row",
        layout=Layout(format="demo"),
        target="target",
        whole_rows=rows if kept.size < rows else None,
    )


def _frame(name: str) -> "pl.DataFrame":
    import polars as pl

    plain = _plain_digits() if name == "digits" else None
    if plain is not None:
        names = [*(f"pixel_{row}_{column}" for row in range(8) for column in range(8)), "target"]
        return pl.DataFrame(plain, schema=names)
    bunch = _loader(name)()
    labels = bunch["target"]
    if name in ("breast-cancer", "wine"):
        labels = np.asarray(bunch["target_names"])[labels]
    columns = {
        str(feature): bunch["data"][:, index].astype(np.float64)
        for index, feature in enumerate(bunch["feature_names"])
    }
    numeric = np.issubdtype(labels.dtype, np.number)
    target = labels.astype(np.float64) if numeric else [str(label) for label in labels]
    return pl.DataFrame({**columns, "target": target})


def _plain_digits() -> "np.ndarray | None":
    """Return the digits as scikit-learn stores them, [images, 64 pixels and the digit].

    Importing scikit-learn takes longer than all the rest of advice; where its file has another
    place, none is returned and its loader is asked.
    """
    package = importlib.util.find_spec("sklearn")
    folders = package.submodule_search_locations if package else None
    file = Path(next(iter(folders or ()), "")) / "datasets" / "data" / "digits.csv.gz"
    return np.loadtxt(file, delimiter=",") if file.is_file() else None


def _loader(name: str) -> Callable[[], Any]:
    from sklearn import datasets

    loaders: dict[str, Callable[[], Any]] = {
        "digits": datasets.load_digits,
        "diabetes": lambda: datasets.load_diabetes(scaled=False),
        "breast-cancer": datasets.load_breast_cancer,
        "wine": datasets.load_wine,
    }
    return loaders[name]
