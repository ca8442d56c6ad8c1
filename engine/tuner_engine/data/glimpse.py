"""What can be seen of a source before anybody reads it?

Invariant: looking costs the beginning of the file, however large it is.
"""

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path, PurePath

from tuner_engine.data.source import Source, head, locate
from tuner_engine.data.tables import demo, sniff
from tuner_engine.specs import DataSpec


@dataclass(frozen=True)
class Glimpse:
    """A source that somebody named.

    Attributes:
        spec: How it was named, and what else was said of it.
    """

    spec: DataSpec

    @property
    def demo(self) -> str | None:
        """Name of the demo, where one is meant."""
        named = self.spec.source
        return named.removeprefix(demo.PREFIX) if named.startswith(demo.PREFIX) else None

    @cached_property
    def is_folder(self) -> bool:
        """Whether a folder was named."""
        try:
            return self.demo is None and Path(self.spec.source).expanduser().is_dir()
        except (OSError, RuntimeError, ValueError):
            return False

    @cached_property
    def source(self) -> Source:
        """The file, neither demo nor folder.

        Raises:
            DataError: There is no such file.
        """
        return locate(self.spec.source)

    @cached_property
    def first(self) -> bytes:
        """Its first decompressed bytes, at most `sniff.HEAD_BYTES`."""
        return head(self.source, sniff.HEAD_BYTES)

    @property
    def is_whole(self) -> bool:
        """Whether these are all of them."""
        return len(self.first) < sniff.HEAD_BYTES

    @property
    def suffixes(self) -> frozenset[str]:
        """Of the name, in small letters, that of compression included."""
        return frozenset(suffix.lower() for suffix in PurePath(self.spec.source).suffixes)
