"""How does a config that was read look as text, beside advice for the same facts?"""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from tuner_engine.printable import printable
from tuner_engine.recipe import Setting
from tuner_tui.cli import tables
from tuner_tui.cli.lines import Line

if TYPE_CHECKING:
    from tuner_engine.configs.report import Report


def lines(report: "Report", *, width: int | None) -> list[Line]:
    """Return settings beside advice, what was not understood, and what looks wrong.

    Args:
        report: What was read.
        width: Columns at which sentences wrap; none to leave each on one line.
    """
    count = len(report.recipe.settings)
    return [
        Line(f"{report.format}: {count} setting{'' if count == 1 else 's'}"),
        Line(),
        *_settings(report),
        *_notes(report, width=width),
        *tables.warnings(report.recipe.warnings, width=width),
    ]


def _settings(report: "Report") -> list[Line]:
    if not report.recipe.settings:
        return []
    if not report.advice:
        values = [(name, tables.number(one.value)) for name, one in report.recipe.settings.items()]
        return tables.columns(("setting", "file"), values)
    rows = [
        (name, tables.number(one.value), *_advised(report.advice.get(name)))
        for name, one in report.recipe.settings.items()
    ]
    return tables.columns(("setting", "file", "advised", "worth trying"), rows)


def _advised(setting: Setting | None) -> tuple[str, str]:
    return ("", "") if setting is None else (tables.number(setting.value), _range(setting))


def _range(setting: Setting) -> str:
    ends = setting.range or ()
    if setting.scale == "choice" or len(ends) < 2:
        return ""
    return f"{tables.number(ends[0])} to {tables.number(ends[-1])}"


def _notes(report: "Report", *, width: int | None) -> Iterable[Line]:
    """Return what was read nearly or not at all, and what was assumed."""
    notes = [
        f"approximated: {printable(one.name)} {tables.number(one.value)}, read as "
        f"{tables.number(one.written)}: {printable(one.why)}"
        for one in report.approximated
    ]
    notes += [f"not understood: {one.field}: {one.why}" for one in report.unread if one.why]
    unknown = [one.field for one in report.unread if not one.why]
    if unknown:
        notes.append(f"no hyperparameters: {', '.join(unknown)}")
    if assumed := report.recipe.workload.assumed:
        notes.append(f"assumed, as the file does not say: {', '.join(assumed)}")
    found = [line for note in notes for line in tables.wrapped(note, width=width)]
    return [Line(), *found] if found else []
