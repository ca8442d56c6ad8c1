"""What did the person settle for the app, once and for all?

One TOML file in the user's configuration folder; without it, everything is as the tables say.
Invariant: whatever the file says is either followed or refused by name before the app opens.

```toml
[app]
theme = "dark"        # dark, light, ansi, contrast
glyphs = "braille"    # braille, block, ascii
fps = 30

[keys]
"probe.start" = "r,f5"
```
"""

from pathlib import Path
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from tuner_engine.errors import UsageError
from tuner_engine.printable import printable

ThemeName = Literal["dark", "light", "ansi", "contrast"]
GlyphName = Literal["braille", "block", "ascii"]


class Looks(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How the app is drawn."""

    theme: ThemeName = "dark"
    glyphs: GlyphName = "braille"
    """What charts are made of: terminals without the dots take blocks, or plain letters."""
    fps: Annotated[int, Meta(ge=1, le=120)] = 30
    """Redraws a second at most: half of Textual's own rate, because over a slow link bytes and not
    the processor make an app lag."""


class Config(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Everything that the file can say."""

    app: Looks = Looks()
    keys: dict[str, str] = {}
    """Identifier of an act → the keys that call it, comma-separated, in place of the usual ones."""


def place() -> Path:
    """Return where the file is looked for."""
    import platformdirs

    return platformdirs.user_config_path("tuner-tui") / "config.toml"


def load(path: Path) -> Config:
    """Return what a file settles; without the file, what is usual.

    Raises:
        UsageError: The file cannot be read, is no TOML, or names something that is not known.
    """
    name = printable(str(path))
    try:
        text = path.read_bytes()
    except FileNotFoundError:
        return Config()
    except OSError as error:
        raise UsageError(f"{name}: cannot be read: {error.strerror or error}") from error
    try:
        config = msgspec.toml.decode(text, type=Config)
    except msgspec.ValidationError as error:
        raise UsageError(f"{name}: {_told(error)}") from error
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise UsageError(f"{name}: not TOML: {printable(str(error))}") from error
    if config.keys:
        from tuner_tui.ui import keymap

        keymap.check(config.keys, name=name)
    return config


def _told(error: msgspec.ValidationError) -> str:
    """Return what msgspec found, with what is allowed where it does not say so itself."""
    allowed = (
        "; allowed are [app] theme (dark, light, ansi, contrast), glyphs (braille, block, ascii), "
        "fps (1 to 120), and [keys]"
    )
    return printable(str(error)) + allowed
