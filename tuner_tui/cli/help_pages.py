"""How is the help of one command laid out?

One option a line, sentences aligned and wrapped, no boxes: it reads the same in a pager, a pipe
and a narrow terminal.
"""

import textwrap
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from cyclopts.help import HelpEntry, HelpPanel
    from rich.console import Console, ConsoleOptions

_WIDEST_NAME = 26
"""Columns of the left side; a longer name gets a line of its own. House choice."""

_WIDEST_PAGE = 100
"""Columns of a page; longer lines are hard to read. House choice."""


class HelpPage:
    """Cyclopts' protocol of a help formatter."""

    def __call__(self, console: "Console", options: "ConsoleOptions", panel: "HelpPanel") -> None:
        """Print one group of options or commands."""
        if not panel.entries:
            return
        width = min(options.max_width, _WIDEST_PAGE)
        _print(console, f"\n{_plain(panel.title)}:")
        for entry in panel.entries:
            _print(console, "\n".join(_laid_out(_names(entry), _sentence(entry), width=width)))

    def render_usage(self, console: "Console", options: "ConsoleOptions", usage: Any) -> None:
        """Print the line that shows the order of the parts."""
        _print(console, f"Usage: {_plain(usage).removeprefix('Usage: ')}")

    def render_description(self, console: "Console", options: "ConsoleOptions", text: Any) -> None:
        """Print what the command is for."""
        _print(console, f"\n{_plain(text)}")


def _names(entry: "HelpEntry") -> str:
    if entry.positional_label:
        return entry.positional_label
    shorts = [*entry.positive_shorts, *entry.positive_names]
    kind = (entry.metavar or "").removesuffix("...")
    value = "VALUE" if kind in {"CHOICE", "STR"} else kind
    return f"{', '.join(shorts)} {value}".rstrip()


def _sentence(entry: "HelpEntry") -> str:
    parts = [_plain(entry.description)]
    if entry.choices:
        parts.append(f"One of {', '.join(entry.choices)}.")
    if entry.default:
        parts.append(f"[{entry.default}]")
    return " ".join(part for part in parts if part)


def _laid_out(name: str, sentence: str, *, width: int) -> list[str]:
    indent = " " * (_WIDEST_NAME + 4)
    rows = textwrap.wrap(sentence, max(20, width - len(indent)), break_on_hyphens=False) or [""]
    if len(name) > _WIDEST_NAME:
        rows.insert(0, "")
    first, *others = rows
    head = f"  {name:<{_WIDEST_NAME}}  {first}".rstrip()
    return [head, *(indent + row for row in others)]


def _plain(part: Any) -> str:
    text = getattr(part, "primary_renderable", part)
    return str(getattr(text, "plain", text)).strip()


def _print(console: "Console", text: str) -> None:
    console.print(text, highlight=False, markup=False, soft_wrap=True)
