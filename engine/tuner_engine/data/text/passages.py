"""How is a text read that may be larger than memory?

A passage at a time, as often as needed. Invariant: the same file gives the same passages every
time; line ends are line feeds, and bytes that are no text are counted and shown as replaced.
"""

import codecs
import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from tuner_engine.data.source import CHUNK_BYTES, Source, digest, head, opened
from tuner_engine.data.tables import sniff
from tuner_engine.errors import DataError
from tuner_engine.workload import Caution

PASSAGE_CHARACTERS = 1 << 16
"""Size of a passage of running text: enough that Python's share of the work is small, little enough
that many are worked on at once. House choice."""

_BROKEN_SHARE = 0.05
"""Most undecodable bytes over other non-ASCII characters for a text to be UTF-8 with a few broken
bytes; above, it is in another encoding. House choice."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Passages:
    """A text, or many.

    Attributes:
        name: As the person named it, safe to print.
        sha256: Of the bytes read.
        format: As in `DataFacts`.
        encoding: Of the file; none where it states none.
        read: Begins again with every call; yields passages in the order of the file.
        separate: Whether each passage is a document of its own; otherwise they follow on from one
            another.
        column: Where a table's text stands; empty for running text.
        whole_rows: Lines or documents of the whole file, where only a sample is read.
        cautions: What was left out or changed.
    """

    name: str
    sha256: str
    format: str
    encoding: str | None
    read: Callable[[], Iterator[str]]
    separate: bool
    column: str = ""
    whole_rows: int | None = None
    cautions: tuple[Caution, ...] = ()


@dataclass(frozen=True, slots=True)
class Decoding:
    """How bytes become characters, and how many bytes do not."""

    encoding: str
    broken: int = 0

    @property
    def shown(self) -> str:
        """The encoding without the word for its byte order mark."""
        return self.encoding.removesuffix("-sig")


def plain(source: Source, *, max_lines: int | None) -> Passages:
    """Return the running text in a file.

    Args:
        source: The file.
        max_lines: Read at most this many lines, from the beginning: a sample of lines out of their
            order would be no text.

    Raises:
        DataError: The file is no text.
    """
    refuse_binary(source)
    decoding = decoding_of(source)
    cautions = broken_bytes(decoding)
    whole = None
    if max_lines is not None:
        lines = sum(block.count("\n") for block in _blocks(source, decoding))
        whole = lines if lines > max_lines else None
    limit = None if whole is None else max_lines

    def read() -> Iterator[str]:
        return _passages(_first_lines(_blocks(source, decoding), limit))

    return Passages(
        name=source.name,
        sha256=digest(source),
        format="text+gzip" if source.gzipped else "text",
        encoding=decoding.shown,
        read=read,
        separate=False,
        whole_rows=whole,
        cautions=cautions,
    )


def refuse_binary(source: Source) -> None:
    """Raise if a file begins like no text.

    Raises:
        DataError: It does.
    """
    first = head(source, sniff.HEAD_BYTES)
    what = sniff.binary(first)
    if what is not None:
        raise DataError(f"{source.name}: {what}, not text; text is plain, JSON lines or Parquet")
    if not sniff.beginning(first).strip():
        raise DataError(f"{source.name}: the file holds only blank lines; there is nothing to read")


def decoding_of(source: Source) -> Decoding:
    """Return how a file's bytes are to be decoded, after looking at all of them.

    UTF-8 unless a byte order mark says otherwise or too much of it is none; then cp1252, or Latin-1
    where cp1252 has no character.
    """
    marked = sniff.marked_encoding(head(source, 4))
    if marked is not None:
        _check(source, marked)
        return Decoding(marked)
    broken, beyond_ascii = _replaced(source)
    if broken <= _BROKEN_SHARE * (beyond_ascii - broken):
        return Decoding("utf-8", broken)
    try:
        _check(source, "cp1252")
    except DataError:
        return Decoding("latin-1")
    return Decoding("cp1252")


def broken_bytes(decoding: Decoding) -> tuple[Caution, ...]:
    """Return a caution where bytes had to be replaced."""
    if not decoding.broken:
        return ()
    message = (
        f"{decoding.broken:,} places are not valid UTF-8 and are read as "
        "\N{REPLACEMENT CHARACTER}; perhaps the file was cut or joined from several."
    )
    return (Caution(code="invalid-utf8", message=message),)


def decoded(source: Source, decoding: Decoding) -> Iterator[io.TextIOWrapper]:
    """Yield, once, the file as a stream of characters with line feeds at line ends."""
    with opened(source) as stream:
        text = io.TextIOWrapper(stream, decoding.encoding, errors="replace", newline=None)
        yield text
        text.detach()


def _blocks(source: Source, decoding: Decoding) -> Iterator[str]:
    for stream in decoded(source, decoding):
        while block := stream.read(PASSAGE_CHARACTERS):
            yield block


def _first_lines(blocks: Iterator[str], count: int | None) -> Iterator[str]:
    if count is None:
        yield from blocks
        return
    for block in blocks:
        here = block.count("\n")
        if here >= count:
            yield "\n".join(block.split("\n", count)[:count]) + "\n"
            return
        count -= here
        yield block


def _passages(blocks: Iterator[str]) -> Iterator[str]:
    """Yield blocks cut again where a line ends, or a word, so that none is torn."""
    carry = ""
    for block in blocks:
        text = carry + block
        cut = (text.rfind("\n") + 1) or (text.rfind(" ") + 1) or len(text)
        yield text[:cut]
        carry = text[cut:]
    if carry:
        yield carry


def _replaced(source: Source) -> tuple[int, int]:
    """Return how often UTF-8 fails, and how many characters beyond ASCII it then finds."""
    decoder = codecs.getincrementaldecoder("utf-8")("replace")
    broken = beyond_ascii = 0
    with opened(source) as stream:
        more = True
        while more:
            raw = stream.read(CHUNK_BYTES)
            more = bool(raw)
            text = decoder.decode(raw, final=not more)
            if text.isascii():
                continue
            beyond_ascii += len(text) - len(text.encode("ascii", "ignore"))
            broken += text.count("\N{REPLACEMENT CHARACTER}") - raw.count(b"\xef\xbf\xbd")
    return max(0, broken), beyond_ascii


def _check(source: Source, encoding: str) -> None:
    """Raise if a file does not keep an encoding."""
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        with opened(source) as stream:
            while raw := stream.read(CHUNK_BYTES):
                decoder.decode(raw)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError as error:
        raise DataError(f"{source.name}: not valid {encoding} throughout") from error
