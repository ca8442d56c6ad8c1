"""What does the file hold, and how was it understood?"""

from collections.abc import Iterable, Iterator

from textual.content import Content
from textual.widgets import Static

from tuner_tui.ui import wording
from tuner_tui.ui.session import Session

Line = tuple[str, str, str]
"""Label, text and style of one fact."""

_LABEL_WIDTH = 8
"""Cells that the labels on the left take."""

_CAUTIONS = 3
"""How many cautions are listed before the rest are counted. House choice."""


class Facts(Static):
    """The facts of the data, its split, and what to be careful about."""

    DEFAULT_CSS = "Facts { height: auto; }"

    _lines: tuple[Line, ...] = ()

    def show(self, session: Session) -> None:
        """Show what is known so far."""
        self._lines = facts(session)
        self._wrap()

    def on_resize(self) -> None:
        """Wrap the facts to the width there is."""
        self._wrap()

    def _wrap(self) -> None:
        width = self.content_size.width or self.app.size.width
        self.update(Content("\n").join(wrapped(self._lines, width=width)))


def facts(session: Session) -> tuple[Line, ...]:
    """Return what is known, one fact a line: label, text and style."""
    source = wording.printable(session.spec.data.source)
    if session.problem is not None:
        return ("data", source, ""), ("problem", session.problem, "$text-error")
    recipe = session.recipe
    if recipe is None:
        return ("data", source, ""), ("", "reading …", "$text-muted")
    data, workload = recipe.data, recipe.workload
    lines = [("data", source, "bold")]
    if data is not None:
        lines += [
            ("read", wording.data_line(data), ""),
            ("target", wording.target_line(data, workload), ""),
            ("features", wording.kinds_line(data.columns), ""),
        ]
    lines.append(("split", wording.split_line(workload), ""))
    warnings = wording.cautions(recipe)
    lines += [("caution", warning, "$text-warning") for warning in warnings[:_CAUTIONS]]
    if len(warnings) > _CAUTIONS:
        lines.append(("", f"and {len(warnings) - _CAUTIONS} more cautions", "$text-warning"))
    return tuple(lines)


def wrapped(lines: Iterable[Line], *, width: int) -> Iterator[Content]:
    """Yield the facts as they stand on the screen: labels left, text wrapped beside them.

    Args:
        lines: Label, text and style of each.
        width: Cells from edge to edge.
    """
    room = max(10, width - _LABEL_WIDTH - 1)
    for label, text, style in lines:
        for place, part in enumerate(Content.styled(text, style).wrap(room)):
            head = label if place == 0 else ""
            yield Content.styled(head.ljust(_LABEL_WIDTH + 1), "$text-muted") + part
