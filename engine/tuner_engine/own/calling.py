"""Which arguments does a function of the person's want?"""

import inspect
from collections.abc import Callable
from typing import Any

_POSITIONAL = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)


def takes(function: Callable[..., Any], name: str) -> bool:
    """Return whether a function has an argument of this name that can be passed by it."""
    found = _parameters(function).get(name)
    return found is not None and found.kind is not inspect.Parameter.POSITIONAL_ONLY


def required(function: Callable[..., Any]) -> int:
    """Return how many arguments a function needs, and takes without their names."""
    return sum(
        parameter.kind in _POSITIONAL and parameter.default is parameter.empty
        for parameter in _parameters(function).values()
    )


def _parameters(function: Callable[..., Any]) -> dict[str, inspect.Parameter]:
    try:
        return dict(inspect.signature(function).parameters)
    except (TypeError, ValueError):
        return {}  # some functions of compiled libraries do not tell
