"""Do styles reach terminals only, and colours only where they are wanted?"""

import io

import pytest

from tuner_tui.cli import output
from tuner_tui.cli.lines import Line, cells, written


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture(autouse=True)
def plain_surroundings(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("NO_COLOR", "TERM"):
        monkeypatch.delenv(name, raising=False)


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        (Line("text"), "text"),
        (Line("text", "bold yellow"), "\x1b[1;33mtext\x1b[0m"),
        (Line("name  0.1", "bold", 4), "\x1b[1mname\x1b[0m  0.1"),
        (Line("", "dim"), ""),
    ],
)
def test_terminal_gets_the_style_of_the_words_it_is_for(line: Line, shown: str) -> None:
    """A style ends where its words end."""
    assert written(line, Terminal()) == shown


def test_pipe_gets_the_text_alone() -> None:
    """What a program reads has no escapes."""
    assert written(Line("text", "bold yellow"), io.StringIO()) == "text"


@pytest.mark.parametrize(
    ("name", "value", "shown"),
    [("NO_COLOR", "1", "\x1b[1mtext\x1b[0m"), ("TERM", "dumb", "text")],
)
def test_colours_can_be_refused(
    name: str, value: str, shown: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """NO_COLOR leaves the weight, a dumb terminal gets nothing but text."""
    monkeypatch.setenv(name, value)
    assert written(Line("text", "bold yellow"), Terminal()) == shown


def test_wide_characters_take_two_columns() -> None:
    """Columns stay aligned beneath names in any script."""
    assert [cells(text) for text in ("ab", "×", "学习", "")] == [2, 1, 4, 0]


def test_lines_are_printed_as_they_are(capsys: pytest.CaptureFixture[str]) -> None:
    """Nothing is wrapped, and no bracket is markup."""
    output.print_lines([Line("[bold]" + "x" * 300, "dim"), Line()])
    assert capsys.readouterr().out == "[bold]" + "x" * 300 + "\n\n"
