"""What has this person or team found to work, and where is that kept?

A folder of TOML beside the built-in presets, in the same form. A row of it ranks before everything
built in for the family, task and model that it names; a decision still ranks before both.
Invariant: what a row replaces stays visible in the setting that it gives.
"""

import os
from pathlib import Path

import msgspec
from msgspec.structs import replace

from tuner_engine.advice.beliefs import worded
from tuner_engine.advice.presets import FOLDER, Figure, Presets, Row, family, read
from tuner_engine.recipe import Setting, Value
from tuner_engine.settings import unit
from tuner_engine.workload import Workload

VARIABLE = "TUNER_TUI_PRESETS"
"""Environment variable: the folder of a person's own presets."""


class Recorded(msgspec.Struct, frozen=True, kw_only=True):
    """One figure of an own row, with the row and the sources it names."""

    figure: Figure
    row: Row
    sources: tuple[str, ...]

    @property
    def value(self) -> Value:
        """The value; none where the row says to leave the setting unset."""
        return self.figure.value


def folder() -> Path:
    """Return where a person's own presets are kept; it need not exist."""
    chosen = os.environ.get(VARIABLE)
    if chosen:
        return Path(chosen).absolute()
    import platformdirs

    return platformdirs.user_config_path("tuner-tui") / "presets"


def files() -> list[Path]:
    """Return the files of own presets, by name."""
    return sorted(folder().glob("*.toml"))


def matching(
    workload: Workload, *, decided: Value, advised: Value, data_sha256: str | None
) -> dict[str, Recorded]:
    """Return what own presets say for a workload: setting → the figure that ranks first.

    Rows recorded on the very same data rank first, then those that name the task, then those that
    name the model, then the newest by `at.date`. Where no model was decided, the first row that
    brings one decides it, and rows for other models are passed over.

    Args:
        workload: What is advised for.
        decided: The model that a person decided on, or none.
        advised: The model that would be advised, or none.
        data_sha256: Of the data, where there are any.

    Raises:
        DataError: A file of own presets is malformed.
    """
    fitting = [
        (row, presets)
        for about, presets in (_read(path) for path in files())
        for row in presets.rows.values()
        if about in {workload.family, "any"} and _fits(row, workload)
    ]
    fitting.sort(key=lambda pair: _rank(pair[0], data_sha256=data_sha256))
    model = decided if decided is not None else _brought(fitting, advised=advised)
    return {
        name: Recorded(figure=figure, row=row, sources=presets.cited(row.id))
        for row, presets in fitting
        if not row.models or model in row.models
        for name, figure in row.settings.items()
        if figure.value is not None or figure.unset
    }


def _brought(fitting: list[tuple[Row, Presets]], *, advised: Value) -> Value:
    """Return the model of the first-ranked row that brings one, or the advised one."""
    values = [row.settings["model"].value for row, _ in fitting if "model" in row.settings]
    return next((value for value in reversed(values) if value is not None), advised)


def shelf() -> list[Presets]:
    """Return the rows of every file of own presets.

    Raises:
        DataError: One of them is malformed.
    """
    return [_read(path)[1] for path in files()]


def _read(path: Path) -> tuple[str, Presets]:
    """Return the family that a file of own presets is about, and its rows."""
    return family(path), read([path], sources=FOLDER / "sources.toml")


def _fits(row: Row, workload: Workload) -> bool:
    regimes = {"scratch": "scratch", "inference": "inference"}
    regime = regimes.get(workload.regime, "fine-tune")
    return row.task in {None, workload.task} and row.regime == regime


def _rank(row: Row, *, data_sha256: str | None) -> tuple[bool, bool, bool, str]:
    """Return what orders rows; the last one is followed."""
    same_data = data_sha256 is not None and row.at.get("data_sha256") == data_sha256
    return (same_data, row.task is not None, bool(row.models), str(row.at.get("date", "")))


def remembered(advised: Setting, recorded: Recorded, *, name: str) -> Setting:
    """Return an own figure as a setting, with the advice it ranks before among its alternatives."""
    figure, row = recorded.figure, recorded.row
    same = recorded.value == advised.value
    builtin = (
        f"Built-in advice {'agrees' if same else f'is {worded(advised.value)}'}: {advised.why}"
    )
    return replace(
        advised,
        value=recorded.value,
        range=figure.range or advised.range,
        scale=figure.scale if figure.range else advised.scale,
        unit=unit(name),
        basis="preset",
        confidence=figure.confidence,
        why=figure.why or f"It worked before: {row.note or f'recorded as {row.id}'}",
        sources=(*recorded.sources, *advised.sources),
        alternatives=(builtin, *advised.alternatives),
    )
