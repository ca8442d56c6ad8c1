"""Why does the highlighted setting have its value?"""

from collections.abc import Iterator

from tuner_engine.printable import printable
from tuner_engine.recipe import Recipe, Setting
from tuner_tui.ui import wording
from tuner_tui.ui.widgets.labelled import Line, Paragraphs


class Why(Paragraphs):
    """The reason, range, sources and evidence of one setting, and the rows that it rests on."""

    def show(self, recipe: Recipe, name: str) -> None:
        """Explain one setting."""
        self.show_lines(everything(recipe, name))

    def clear(self) -> None:
        """Explain nothing."""
        self.show_lines(())


def explanation(name: str, setting: Setting) -> tuple[Line, ...]:
    """Return what is known about a setting, most important first."""
    lines = [("setting", _head(name, setting), "bold"), ("why", printable(setting.why), "")]
    if extent := wording.extent(setting):
        lines.append(("range", extent, ""))
    lines += [("others", printable(other), "") for other in setting.alternatives]
    if setting.changes:
        lines.append(("changes", printable(setting.changes), ""))
    lines += [("source", printable(source), "$text-muted") for source in setting.sources]
    lines += [("evidence", f"run {printable(run)}", "$text-muted") for run in setting.evidence]
    return tuple(lines)


def everything(recipe: Recipe, name: str) -> tuple[Line, ...]:
    """Return what `advise --explain` says about a setting, most important first."""
    from tuner_engine.advice.explain import explain

    told = explain(recipe, name)
    lines = list(explanation(name, told.setting))
    if told.meaning:
        lines.insert(1, ("meaning", printable(told.meaning), ""))
    for ground in told.grounds:
        lines.append((f"{printable(ground.id)} ({ground.status})", "", "bold"))
        parts = (
            ("says", ground.says),
            ("formula", ground.formula),
            ("numbers", ground.numbers),
            ("valid", ground.valid),
            ("note", ground.note),
            *(("source", source) for source in ground.sources),
        )
        lines += _told(parts)
    return tuple(lines)


def _told(parts: tuple[tuple[str, str], ...]) -> Iterator[Line]:
    for label, text in parts:
        if text:
            yield label, printable(text), "$text-muted" if label == "source" else ""


def _head(name: str, setting: Setting) -> str:
    unit = f" {printable(setting.unit)}" if setting.unit and setting.value is not None else ""
    lock = ", locked" if setting.locked else ""
    belief = f"{setting.basis}, {setting.confidence} confidence{lock}"
    return f"{printable(name.replace('_', ' '))} = {wording.value(setting.value)}{unit}  ({belief})"
