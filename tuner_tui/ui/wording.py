"""How are facts and values written on the screen?

Everything that stems from a file or an error passes `printable` here, and leaves as plain text
without markup.
"""

from collections import Counter
from collections.abc import Sequence

from tuner_engine.printable import printable
from tuner_engine.recipe import Recipe, Setting, Value
from tuner_engine.workload import Caution, ColumnFacts, DataFacts, Workload

DIGITS = 3
"""Significant digits of a value on the screen. House choice."""

SMALLEST_PLAIN = 1e-3
"""Below this a number is written with an exponent. House choice."""


def value(it: Value) -> str:
    """Return one value as short as it can be read without doubt."""
    if it is None:
        return "unset"
    if isinstance(it, bool):
        return "yes" if it else "no"
    if isinstance(it, float):
        return number(it)
    return printable(str(it))


def number(it: float) -> str:
    """Return a number in at most three significant digits."""
    tiny = 0 < abs(it) < SMALLEST_PLAIN
    text = f"{it:.{DIGITS - 1}e}" if tiny else f"{it:.{DIGITS}g}"
    if "e" in text:
        mantissa, exponent = text.split("e")
        short = mantissa.rstrip("0").rstrip(".") if "." in mantissa else mantissa
        return f"{short}e{int(exponent)}"
    return text


def extent(setting: Setting) -> str:
    """Return the range worth searching."""
    if not setting.range:
        return ""
    if setting.scale == "choice":
        return " ".join(value(option) for option in setting.range)
    return f"{value(setting.range[0])} … {value(setting.range[-1])}"


def count(amount: int, noun: str, *, ending: str = "s") -> str:
    """Return `1 row`, `2,000 rows`."""
    return f"{amount:,} {noun}{'' if amount == 1 else ending}"


def data_line(data: DataFacts) -> str:
    """Return how the file was read."""
    parts = [count(data.rows, "row"), count(len(data.columns), "column"), data.format]
    if data.encoding and data.encoding.lower() not in {"utf-8", "utf8"}:
        parts.append(data.encoding)
    if data.header is False:
        parts.append("no header")
    if data.sampled_from_rows is not None:
        parts.append(f"sample of {data.sampled_from_rows:,}")
    return printable(" · ".join(parts))


def target_line(data: DataFacts, workload: Workload) -> str:
    """Return what is predicted and whether that was a guess."""
    guessed = " (a guess: c to change)" if data.target_guessed else ""
    return f"{printable(data.target)}{guessed} · {_question(data, workload)}"


def _question(data: DataFacts, workload: Workload) -> str:
    if workload.task == "regression":
        return "regression"
    names = [printable(name, width=12) for name in data.class_names[:4]]
    more = ", …" if len(data.class_names) > len(names) else ""
    listed = f": {', '.join(names)}{more}" if names else ""
    share = workload.majority_share
    commonest = "" if share is None else f", commonest {share:.0%}"
    return f"{count(workload.outputs, 'class', ending='es')}{commonest}{listed}"


def split_line(workload: Workload) -> str:
    """Return how the rows are split."""
    parts = [
        f"{workload.train_examples:,} train",
        f"{workload.valid_examples:,} valid",
        f"{workload.test_examples:,} test",
    ]
    if workload.features:
        parts.append(count(workload.features, "encoded feature"))
    return " · ".join(parts)


def kinds_line(columns: Sequence[ColumnFacts]) -> str:
    """Return how many columns of each kind are used, and how many are not."""
    used = Counter(column.kind for column in columns if column.role == "feature")
    parts = [f"{amount:,} {kind}" for kind, amount in used.most_common()]
    unused = [column for column in columns if column.role == "unused"]
    if unused:
        names = ", ".join(printable(column.name, width=16) for column in unused[:3])
        parts.append(f"{len(unused):,} unused ({names}{', …' if len(unused) > 3 else ''})")
    return " · ".join(parts)


def cautions(recipe: Recipe) -> tuple[str, ...]:
    """Return the recipe's warnings, one line each."""
    return tuple(caution(it) for it in recipe.warnings)


def caution(it: Caution) -> str:
    """Return one warning as text."""
    return printable(it.message)


def source_name(source: str) -> str:
    """Return the data's name without its folders."""
    return printable(source.rsplit("/", 1)[-1] if not source.startswith("demo:") else source)
