"""What does a person's own config come to, as one document?"""

from typing import Literal

import msgspec

from tuner_engine.export.entries import Unread
from tuner_engine.export.outcome import Approximated
from tuner_engine.recipe import Recipe, Setting


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """What was read of a config, and what is advised in its place."""

    schema: Literal["tuner-tui/import/1"] = "tuner-tui/import/1"
    format: str
    recipe: Recipe
    advice: dict[str, Setting]
    """What is advised for the same facts; empty where too little is known."""
    unread: tuple[Unread, ...]
    approximated: tuple[Approximated, ...]
