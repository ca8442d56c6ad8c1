"""What does a row of the table of keys say?"""

from dataclasses import dataclass
from typing import Literal

Scope = Literal[
    "everywhere",
    "start",
    "setup",
    "recipe",
    "probe",
    "chart",
    "schedule",
    "inference",
    "history",
    "compare",
    "export",
    "bench",
    "dials",
    "exporter",
    "list",
    "dialog",
]
"""Where keys work: everywhere, in one place, in every chart or list, on every
bench where a recipe is worked on, or in every dialog."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """One act and the keys that call it.

    Attributes:
        id: Stable name, for remapping.
        keys: Textual's key names, comma-separated; the first is shown.
        action: What Textual calls.
        words: One to three words for the footer.
        help: One sentence for the help screen.
        scope: Where the keys work.
        shown: How the first key is written.
        footer: Whether the footer lists it.
        priority: Whether it works even while text is typed.
    """

    id: str
    keys: str
    action: str
    words: str
    help: str
    scope: Scope
    shown: str
    footer: bool = False
    priority: bool = False
