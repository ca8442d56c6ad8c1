"""Why does the highlighted setting have its value?"""

from textual.content import Content
from textual.widgets import Static

from tuner_engine.printable import printable
from tuner_engine.recipe import Setting
from tuner_tui.ui import wording


class Why(Static):
    """The reason, range, sources and evidence of one setting."""

    DEFAULT_CSS = "Why { height: auto; }"

    def show(self, name: str, setting: Setting) -> None:
        """Explain one setting."""
        self.update(explanation(name, setting))


def explanation(name: str, setting: Setting) -> Content:
    """Return what is known about a setting, most important first."""
    head = f"{printable(name)} = {wording.value(setting.value)}"
    lock = ", locked" if setting.locked else ""
    belief = f"  {setting.basis}, {setting.confidence} confidence{lock}"
    extent = wording.extent(setting)
    worth = f" · worth searching: {extent}" if extent else ""
    lines = [
        Content.assemble((head, "bold"), (belief, "$text-muted"), (worth, "$text-muted")),
        Content(printable(setting.why)),
    ]
    for label, items in (("source", setting.sources), ("evidence", setting.evidence)):
        if items:
            text = printable("; ".join(items))
            lines.append(Content.assemble((f"{label} ", "$text-muted"), (text, "$text-muted")))
    return Content("\n").join(lines)
