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

MOST_CHARACTERS = 1 << 27
"""Running text beyond this is read in stretches spread over all of it, where nobody stated how much
is to be read. House choice: some 30 million subwords, more than a probe on one machine sees, and
half a minute to encode."""

STRETCH_BLOCKS = 16
"""Passages that a stretch is long: as much text as a model learns a topic from. House choice."""

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
            order would be no text. None for stretches of the whole, where it is very long.

    Raises:
        DataError: The file is no text.
    """
    refuse_binary(source)
    decoding = decoding_of(source)
    cautions = broken_bytes(decoding)
    lines = characters = 0
    for block in _blocks(source, decoding):
        lines, characters = lines + block.count("\n"), characters + len(block)
    every = 1 if max_lines is not None else max(1, -(-characters // MOST_CHARACTERS))
    cut = every > 1 or (max_lines is not None and lines > max_lines)
    if every > 1:
        message = (
            f"1 in {every} stretches of this text is read, spread over all {characters:,} "
            "characters; --max-rows states another number of lines, from the beginning."
        )
        cautions += (Caution(code="sampled-text", message=message),)

    def read() -> Iterator[str]:
        blocks = _stretches(_blocks(source, decoding), every=every)
        return _passages(_first_lines(blocks, max_lines if cut else None))

    return Passages(
        name=source.name,
        sha256=digest(source),
        format="text+gzip" if source.gzipped else "text",
        encoding=decoding.shown,
        read=read,
        separate=False,
        whole_rows=lines if cut else None,
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


def _stretches(blocks: Iterator[str], *, every: int) -> Iterator[str]:
    """Yield one stretch of blocks in so many, from a line's beginning to a line's end."""
    if every == 1:
        yield from blocks
        return
    for number, block in enumerate(blocks):
        place = number % (STRETCH_BLOCKS * every)
        if place < STRETCH_BLOCKS:
            first = block.find("\n") + 1 if place == 0 and number else 0
            last = block.rfind("\n") + 1 if place == STRETCH_BLOCKS - 1 else 0
            yield block[first : last or len(block)]


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
