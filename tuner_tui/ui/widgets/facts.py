"""What does the file hold, and how was it understood?"""

from tuner_engine.printable import printable
from tuner_engine.workload import DataFacts, Workload
from tuner_tui import found
from tuner_tui.ui import wording
from tuner_tui.ui.session import Session
from tuner_tui.ui.widgets.labelled import Line, Paragraphs

_CAUTIONS = 3
"""How many cautions are listed before the rest are counted. House choice."""


class Facts(Paragraphs):
    """The facts of the data, its split, and what to be careful about.

    Args:
        session: What is known at first.
        id: As of any widget.
    """

    def __init__(self, session: Session, *, id: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(facts(session), id=id)

    def show(self, session: Session) -> None:
        """Show what is known so far."""
        self.show_lines(facts(session))


def facts(session: Session) -> tuple[Line, ...]:
    """Return what is known, one fact a line: label, text and style."""
    source = printable(session.spec.data.source)
    if session.problem is not None:
        return (
            ("data", source, ""),
            ("problem", session.problem, "$text-error"),
            ("", "o opens other data", "$text-muted"),
        )
    recipe = session.recipe
    if recipe is None:
        return ("data", source, ""), ("", "reading …", "$text-muted")
    data, workload = recipe.data, recipe.workload
    lines = [("data", source, "bold")]
    if data is not None:
        lines += [
            ("read", wording.data_line(data), ""),
            *_learnt(data, workload),
        ]
    lines.append(("split", wording.split_line(workload), ""))
    warnings = wording.cautions(recipe)
    lines += [("caution", warning, "$text-warning") for warning in warnings[:_CAUTIONS]]
    if len(warnings) > _CAUTIONS:
        lines.append(("", f"and {len(warnings) - _CAUTIONS} more cautions", "$text-warning"))
    return tuple(lines)


def _learnt(data: DataFacts, workload: Workload) -> tuple[Line, ...]:
    """Return what is learnt from what."""
    if workload.family == "tabular":
        return (
            ("target", wording.target_line(data, workload), ""),
            ("features", wording.kinds_line(data.columns), ""),
        )
    return ("holds", found.content(workload, data), ""), ("goal", found.goal(workload, data), "")
