"""Does the app refuse to start where it could not be seen or left?"""

import pytest

from tuner_tui.ui import preflight

XTERM = {"TERM": "xterm-256color"}


def test_a_terminal_is_enough() -> None:
    """With a terminal on both sides there is nothing to refuse."""
    assert preflight.refusal(XTERM, stdin_is_tty=True, stderr_is_tty=True) is None


@pytest.mark.parametrize(
    ("environ", "stdin", "stderr"),
    [
        (XTERM, False, True),
        (XTERM, True, False),
        ({"TERM": "dumb"}, True, True),
        ({"TERM": ""}, True, True),
        ({}, True, True),
    ],
)
def test_a_missing_terminal_is_named_in_one_line(
    *, environ: dict[str, str], stdin: bool, stderr: bool
) -> None:
    """Each way of having no terminal gives one line that names the plain command."""
    reason = preflight.refusal(environ, stdin_is_tty=stdin, stderr_is_tty=stderr)

    assert reason is not None
    assert "\n" not in reason
    assert preflight.PLAIN_COMMAND in reason
