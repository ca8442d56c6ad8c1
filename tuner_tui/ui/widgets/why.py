"""Why does the highlighted setting have its value?"""

from textual.containers import VerticalScroll

from tuner_engine.printable import printable
from tuner_engine.recipe import Setting
from tuner_tui.ui import wording
from tuner_tui.ui.widgets.labelled import Labelled, Line


class Why(VerticalScroll):
    """The reason, range, sources and evidence of one setting; scrolls when they are many."""

    DEFAULT_CSS = "Why { height: auto; scrollbar-size-vertical: 1; }"

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's name
        self._lines = Labelled()
        super().__init__(self._lines, id=id)

    def show(self, name: str, setting: Setting) -> None:
        """Explain one setting."""
        self._lines.show_lines(explanation(name, setting))
        self.scroll_home(animate=False)

    def clear(self) -> None:
        """Explain nothing."""
        self._lines.show_lines(())


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
