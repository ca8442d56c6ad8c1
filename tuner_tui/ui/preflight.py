"""Is there a terminal that the app can use?

Textual draws on stderr and reads stdin: without either it would be invisible, or deaf and busy.
"""

from collections.abc import Mapping

PLAIN_COMMAND = "tuner-tui tune DATA"
"""What does the app's main job without a terminal."""


def refusal(environ: Mapping[str, str], *, stdin_is_tty: bool, stderr_is_tty: bool) -> str | None:
    """Return one line saying why the app cannot start here, or none if it can.

    Args:
        environ: The process's environment; only `TERM` is read.
        stdin_is_tty: Whether keys can be read.
        stderr_is_tty: Whether the screen can be drawn.
    """
    if not stdin_is_tty:
        problem = "standard input is not a terminal"
    elif not stderr_is_tty:
        problem = "standard error, where the app draws, is not a terminal"
    elif (term := environ.get("TERM", "")) in {"", "dumb"}:
        problem = f"TERM is {term!r}, a terminal that cannot move its cursor"
    else:
        return None
    return f"the app needs a terminal: {problem}; without one use `{PLAIN_COMMAND}`"
