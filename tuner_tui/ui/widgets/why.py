"""Why does the highlighted setting have its value?"""

from tuner_engine.printable import printable
from tuner_engine.recipe import Setting
from tuner_tui.ui import wording
from tuner_tui.ui.widgets.labelled import Line, Paragraphs


class Why(Paragraphs):
    """The reason, range, sources and evidence of one setting."""

    def show(self, name: str, setting: Setting) -> None:
        """Explain one setting."""
        self.show_lines(explanation(name, setting))

    def clear(self) -> None:
        """Explain nothing."""
        self.show_lines(())


def explanation(name: str, setting: Setting) -> tuple[Line, ...]:
    """Return what is known about a setting, most important first."""
    unit = f" {printable(setting.unit)}" if setting.unit and setting.value is not None else ""
    lock = ", locked" if setting.locked else ""
    belief = f"{setting.basis}, {setting.confidence} confidence{lock}"
    head = f"{printable(name.replace('_', ' '))} = {wording.value(setting.value)}{unit}  ({belief})"
    lines = [("setting", head, "bold"), ("why", printable(setting.why), "")]
    if extent := wording.extent(setting):
        lines.append(("range", extent, ""))
    lines += [("source", printable(source), "$text-muted") for source in setting.sources]
    lines += [("evidence", f"run {printable(run)}", "$text-muted") for run in setting.evidence]
    return tuple(lines)
