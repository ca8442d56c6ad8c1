"""In which ways can something leave the app, and what would each of them write?

A `Way` is a name and a function: what it writes is made when it is looked at. Plain functions,
without Textual. Invariant: a failure is one line of text, and a file appears whole or not at all.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from tuner_engine import atomic, export
from tuner_engine.errors import TunerError, UsageError
from tuner_engine.export import Exported
from tuner_engine.printable import printable
from tuner_engine.recipe import Recipe
from tuner_tui.ui import wording

if TYPE_CHECKING:
    from tuner_tui.chart.figure import Figure
    from tuner_tui.chart.view import View

SAMPLING = {
    "vllm": "vllm",
    "llama.cpp": "llama.cpp",
    "ollama": "ollama",
    "hf-generation": "transformers",
    "openai": "openai",
    "anthropic": "anthropic",
}
"""Format that says how a model is sampled → the engine that reads it."""

EITHER = frozenset({"json", "flat", "yaml", "toml", "env"})
"""Formats that hold any recipe."""

_ENDINGS = {"json": "recipe", "flat": "values", "yaml": "values", "toml": "values", "env": "values"}
"""What the proposed name of a file says about its format; others say their own name."""

LOOKED_AT = 500
"""Lines of a preview. House choice: the longest recipe has fewer."""

_TEXT_COLUMNS, _TEXT_ROWS = 100, 30
"""Size of a chart as a text file. House choice."""

_GLANCE = (52, 16)
"""Size of a chart in the preview: what fits beside the list in 80 columns. House choice."""

_PICTURE = (1200, 720)
"""Size of a chart as a picture, in pixels. House choice: half the width of a page at 200 dpi."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """One form in which something can leave.

    Attributes:
        name: Of the format.
        sentence: What it is for, without a full stop.
        file: Name that a file is proposed to have.
        made: What is written; may refuse.
        shown: What is previewed instead, for bytes that are no text.
        about: What leaves, in a few words.
        slow: Whether making it may take longer than a key press should.
    """

    name: str
    sentence: str
    file: str
    made: Callable[[], Exported]
    shown: Callable[[], str] | None = None
    about: str = ""
    slow: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """What a way would write, to be looked at.

    Attributes:
        text: Printable lines; why nothing can be written, if so.
        losses: What the format cannot say, or says only nearly, one line each.
        content: The bytes; none where nothing can be written.
    """

    text: str
    losses: tuple[tuple[str, str], ...] = ()
    content: bytes | None = None


def of_recipes(
    training: Recipe | None, sampling: Recipe | None, *, source: str, sampled: bool = False
) -> tuple[Way, ...]:
    """Return every format, in the order of the engine's list.

    Args:
        training: Recipe of a training; none before there are data.
        sampling: How a model is sampled; none for advice about any model.
        source: The data's name, from which file names are proposed.
        sampled: Whether formats that hold either write the sampling.
    """
    return tuple(
        _of_recipe(one, training, sampling, source=source, sampled=sampled)
        for one in export.formats()
    )


def of_chart(
    figure: "Figure", view: "View", *, remark: str, glyphs: str = "braille"
) -> tuple[Way, ...]:
    """Return the forms in which a chart can leave.

    Args:
        figure: As it is looked at.
        view: The limits that it is looked at in.
        remark: What was done to the numbers, in words.
        glyphs: What the text is drawn with.
    """
    from tuner_tui.chart import exporting as forms
    from tuner_tui.chart.glyphs import GlyphName

    stem = _stem(figure.title.lower().replace(" ", "-") or "chart")
    drawn: GlyphName = "ascii" if glyphs == "ascii" else "braille"

    def text(columns: int = _TEXT_COLUMNS, rows: int = _TEXT_ROWS) -> str:
        return forms.as_text(figure, columns, rows, drawn, view=view)

    def way(name: str, sentence: str, made: Callable[[], bytes], *, seen: bool = False) -> Way:
        return Way(
            name=name,
            sentence=sentence,
            file=f"{stem}.{name.partition('-')[0]}",
            made=lambda: Exported(content=made(), suffix=f".{name}"),
            shown=(lambda: text(*_GLANCE)) if seen else None,
            about=printable(figure.title) or "chart",
            slow=name in {"png", "csv", "csv-long"},
        )

    def svg() -> bytes:
        return forms.as_svg(figure, view, _PICTURE, remark=remark).encode()

    def png() -> bytes:
        return forms.as_png(figure, view, _PICTURE, remark=remark)

    return (
        way("svg", "vectors, on a light ground", svg, seen=True),
        way("png", "a picture, on a light ground", png, seen=True),
        way("csv", "numbers, a column for each curve", lambda: forms.as_csv(figure).encode()),
        way("csv-long", "a row for each point", lambda: forms.as_csv(figure, "long").encode()),
        way("txt", "the chart as text, larger", lambda: text().encode(), seen=True),
    )


def previewed(way: Way) -> Preview:
    """Return what a way would write, or why it cannot."""
    try:
        done = way.made()
    except TunerError as error:
        return Preview(text=printable(str(error)))
    seen = way.shown() if way.shown else done.content.decode("utf-8", "replace")
    return Preview(text=_beginning(seen), losses=_losses(done), content=done.content)


def _beginning(text: str) -> str:
    """Return as much of a text as is looked at, line by line printable."""
    lines = text.splitlines()
    shown = [printable(line, width=500) for line in lines[:LOOKED_AT]]
    rest = len(lines) - len(shown)
    return "\n".join([*shown, *([f"… and {rest:,} more lines"] if rest else [])])


def write(content: bytes, path: Path) -> str | None:
    """Write a file, and return one line saying why that failed, or none.

    Args:
        content: All of it.
        path: The file; whatever it holds is replaced.
    """
    if path.is_dir():
        return f"{shown(path)} is a folder; name a file in it"
    try:
        atomic.write(path, content, mode=0o644)
    except OSError as error:
        return f"{shown(path)}: cannot be written: {error.strerror or error}"
    return None


def shown(path: Path) -> str:
    """Return a path as text for the screen."""
    return printable(str(path))


def proposed(source: str, form: str) -> str:
    """Return a file name in the working folder for the recipe of some data."""
    suffix = _suffixes()[form]
    if not suffix.startswith("."):
        return f"{_stem(source)}.{suffix}"
    return f"{_stem(source)}.{_ENDINGS.get(form, form)}{suffix}"


@cache
def _suffixes() -> dict[str, str]:
    return {one.name: one.suffix for one in export.formats()}


def _of_recipe(
    one: export.Format,
    training: Recipe | None,
    sampling: Recipe | None,
    *,
    source: str,
    sampled: bool,
) -> Way:
    samples = one.name in SAMPLING or (one.name in EITHER and (sampled or training is None))

    def made() -> Exported:
        recipe = _sampled(sampling, training, one.name) if samples else training
        if recipe is None:
            raise UsageError("there is no training to export yet: o opens data")
        return export.exported(recipe, format=one.name)

    base = sampling.workload.base_model if sampling else None
    name = (base or "sampling") if samples else source
    return Way(
        name=one.name,
        sentence=one.sentence,
        file=proposed(name, one.name),
        made=made,
        about=f"sampling of {printable(base or 'any model')}" if samples else "training",
    )


def _sampled(sampling: Recipe | None, training: Recipe | None, form: str) -> Recipe:
    """Return how a model is sampled by the engine that a format is for, if no other was named."""
    from tuner_tui.ui import sampled

    recipe = sampled.first(training) if sampling is None else sampling
    it = sampled.asked(recipe)
    if it.engine is not None or form not in SAMPLING:
        return recipe
    return sampled.instead(recipe, replace(it, engine=SAMPLING[form]))


def _losses(done: Exported) -> tuple[tuple[str, str], ...]:
    """Return label and text of each thing that was lost; what shares a reason shares a line."""
    lines: list[tuple[str, str]] = []
    for near in done.approximated:
        same = near.written is None or near.written == near.value
        instead = "" if same else f" → {wording.value(near.written)}"
        told = f"{printable(near.name)} {wording.value(near.value)}{instead}: {printable(near.why)}"
        lines.append(("nearly", told))
    grouped: dict[str, list[str]] = {}
    for lost in done.dropped:
        value = "" if lost.value is None else f" {wording.value(lost.value)}"
        grouped.setdefault(lost.why, []).append(f"{printable(lost.name)}{value}")
    lines += [
        ("dropped", f"{', '.join(names)}: {printable(why)}") for why, names in grouped.items()
    ]
    return tuple(lines)


def _stem(source: str) -> str:
    name = Path(source.removeprefix("demo:")).name.split(".")[0]
    return printable(name).strip() or "recipe"
