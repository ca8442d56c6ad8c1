"""How are facts shown that each have a short name?"""

from collections.abc import Iterable, Iterator, Sequence

from textual.containers import VerticalScroll
from textual.content import Content
from textual.geometry import Size
from textual.widget import Widget

Line = tuple[str, str, str]
"""Label, text and style of one fact."""


class Labelled(Widget):
    """Labels on the left, texts beside them, wrapped to the width there is.

    Args:
        lines: What to show at first.
        label_width: Cells that the labels take.
        id: As of any widget.
    """

    DEFAULT_CSS = "Labelled { height: auto; }"

    def __init__(
        self,
        lines: Sequence[Line] = (),
        *,
        label_width: int = 8,
        id: str | None = None,  # noqa: A002 - Textual's name
    ) -> None:
        super().__init__(id=id)
        self._lines = tuple(lines)
        self._label_width = label_width

    def show_lines(self, lines: Iterable[Line]) -> None:
        """Show other lines."""
        self._lines = tuple(lines)
        self.refresh(layout=True)

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """Return the lines that the text takes at a width."""
        return len(self._wrapped(width))

    def render(self) -> Content:
        """Return the lines, wrapped to the width there is."""
        return Content("\n").join(self._wrapped(self.content_size.width))

    def _wrapped(self, width: int) -> list[Content]:
        return list(wrapped(self._lines, width=width, label_width=self._label_width))


class Paragraphs(VerticalScroll):
    """Labelled lines that scroll when they are many.

    Args:
        lines: What to show at first.
        id: As of any widget.
    """

    DEFAULT_CSS = "Paragraphs { height: auto; scrollbar-size-vertical: 1; }"

    def __init__(self, lines: Sequence[Line] = (), *, id: str | None = None) -> None:  # noqa: A002 - Textual's name
        self._labelled = Labelled(lines)
        super().__init__(self._labelled, id=id)

    def show_lines(self, lines: Iterable[Line]) -> None:
        """Show other lines, from the first one on."""
        self._labelled.show_lines(lines)
        self.scroll_home(animate=False)


def wrapped(lines: Iterable[Line], *, width: int, label_width: int) -> Iterator[Content]:
    """Yield lines of text as they stand on the screen.

    Args:
        lines: Label, text and style of each; a label without a text is a heading.
        width: Cells from edge to edge.
        label_width: Cells of the labels, without the gap after them.
    """
    room = max(10, width - label_width - 1)
    for label, text, style in lines:
        if not text:
            yield Content.styled(label, style)
            continue
        for place, part in enumerate(Content.styled(text, style).wrap(room)):
            head = label if place == 0 else ""
            yield Content.styled(head.ljust(label_width + 1), "$text-muted") + part
