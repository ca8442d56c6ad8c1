"""How do a command's arguments become a call, and a mistake one line?

Cyclopts binds; this module gives every command the same manners: numbers are read strictly, text
is taken as written, and an error names the option, the value and the way out.
"""

import math
import os
from collections.abc import Callable, Sequence
from pathlib import Path
from types import NoneType
from typing import Any, get_args

import cyclopts
from cyclopts import exceptions

from tuner_engine.errors import UsageError
from tuner_engine.printable import printable
from tuner_tui.cli.help_pages import HelpPage


def command(name: str, sentence: str) -> cyclopts.App:
    """Return an empty command that behaves like all the others.

    Args:
        name: As typed after `tuner-tui`.
        sentence: What it is for.
    """
    app = cyclopts.App(
        name=f"tuner-tui {name}",
        help=sentence,
        help_format="plaintext",
        help_formatter=HelpPage(),
        version_flags=(),
        default_parameter=cyclopts.Parameter(
            negative=(), converter=_converted, show_default=_worth_showing
        ),
        result_action="return_value",
        exit_on_error=False,
        print_error=False,
        suppress_keyboard_interrupt=False,
    )
    app["--help"].show = False
    app.group_parameters = app.group_arguments = cyclopts.Group("Options")
    return app


def call(app: cyclopts.App, arguments: Sequence[str]) -> int:
    """Parse the arguments, run the command they name, and return its exit code.

    Raises:
        UsageError: The arguments make no call.
    """
    if app.default_command is None and not arguments:
        known = " or ".join(name for name in app if not name.startswith("-"))
        raise UsageError(f"`{app.name[0]}` needs to know what: {known}")
    try:
        code = app(list(arguments))
    except exceptions.CycloptsError as error:
        name = " ".join([*app.name, *(error.command_chain or ())])
        raise UsageError(f"{_reason(error)}; `{name} --help` lists what is allowed") from error
    return int(code or 0)


def _whole(text: str) -> int:
    try:
        return int(text)
    except ValueError:
        raise ValueError(f"{text!r} is not a whole number") from None


def _finite(text: str) -> float:
    try:
        number = float(text)
    except ValueError:
        number = math.nan
    if not math.isfinite(number):
        raise ValueError(f"{text!r} is not a finite number")
    return number


_READERS: dict[Any, Callable[[str], Any]] = {str: str, Path: Path, int: _whole, float: _finite}
"""Types that are read here: Cyclopts rounds 1.5 to 2, and takes the word `none` for no value."""


def _converted(kind: Any, tokens: Sequence[cyclopts.Token]) -> Any:
    optional = NoneType in get_args(kind)
    plain = next(part for part in get_args(kind) if part is not NoneType) if optional else kind
    if len(tokens) == 1 and plain in _READERS:
        return _READERS[plain](tokens[0].value)
    return cyclopts.convert(plain, tokens)


def _worth_showing(value: object) -> object:
    return None if value is None or value is False or value == "" else value


def _reason(error: exceptions.CycloptsError) -> str:
    error.verbose = False
    if isinstance(error, exceptions.UnusedCliTokensError) and error.unused_tokens:
        return f"unexpected argument {error.unused_tokens[0]!r}"
    text = str(error).replace("--DATA", "DATA").strip().rstrip(".?")
    if isinstance(error, exceptions.UnknownOptionError):
        word = error.token.keyword or error.token.value
        if os.path.lexists(word):
            text = f"{text}; for the file of that name write ./{word}"
    return printable(text[:1].lower() + text[1:])
