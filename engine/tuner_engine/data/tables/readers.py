"""How does a file become a table?

Invariant: what a file holds is decided by its content; a sample and the whole file go through the
same parser.
"""

import codecs
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from tuner_engine.data import memory
from tuner_engine.data.source import (
    CHUNK_BYTES,
    Source,
    content,
    digest,
    head,
    locate,
    opened,
    too_large,
)
from tuner_engine.data.tables import delimited, dialect, jsonlines, parquet, preamble, sample, sniff
from tuner_engine.data.tables.table import Layout, Table
from tuner_engine.errors import DataError


@dataclass(frozen=True, slots=True)
class _Demand:
    """What is to be read, and within what."""

    source: Source
    first: bytes
    max_rows: int | None
    seed: int
    budget: memory.Budget
    above: preamble.Preamble | None = None


@dataclass(frozen=True, slots=True)
class _Text:
    """UTF-8 text to parse: a whole file, or the sampled records of one with their lines."""

    content: bytes
    encoding: str
    lines: NDArray[np.int64] | None = None
    whole_rows: int | None = None


def read(named: str, *, max_rows: int | None, seed: int, available_bytes: int) -> Table:
    """Return the table in a file.

    Args:
        named: The file, as the person named it.
        max_rows: Read a uniform sample of at most this many rows.
        seed: Of the sample.
        available_bytes: Memory that reading may take.

    Raises:
        DataError: The file cannot be read, or is no table.
    """
    source = locate(named)
    first = head(source, sniff.HEAD_BYTES)
    kind = sniff.format_of(first, name=source.name)
    if kind == "parquet":
        return _parquet(source, max_rows=max_rows, seed=seed, available_bytes=available_bytes)
    lines = kind in ("json", "jsonl")
    budget = memory.budget(
        first,
        separators=b":" if lines else b",;|\t\n",
        cell_bytes=memory.JSON_CELL_BYTES if lines else memory.DELIMITED_CELL_BYTES,
        available_bytes=available_bytes,
    )
    demand = _Demand(source, first, max_rows, seed, budget)
    if kind == "json":
        return _json(demand)
    return _jsonl(demand) if lines else _delimited(demand)


def _parquet(source: Source, *, max_rows: int | None, seed: int, available_bytes: int) -> Table:
    found = parquet.read(source, max_rows=max_rows, seed=seed, available_bytes=available_bytes)
    return Table(
        name=source.name,
        sha256=digest(source),
        frame=found.frame,
        places=found.rows,
        place_word="row",
        layout=Layout(format=_named("parquet", source)),
        whole_rows=found.total if found.frame.height < found.total else None,
        unusable=found.unusable,
    )


def _jsonl(demand: _Demand) -> Table:
    text = _whole(demand) if demand.max_rows is None else _sampled(demand, way=None)
    records = text.content.split(b"\n")
    lines = np.arange(1, len(records) + 1) if text.lines is None else text.lines
    full = [index for index, record in enumerate(records) if record.strip()]
    found = jsonlines.parse(
        [records[index] for index in full], lines[full].tolist(), name=demand.source.name
    )
    return Table(
        name=demand.source.name,
        sha256=digest(demand.source),
        frame=found.frame,
        places=lines[full],
        place_word="line",
        layout=Layout(format=_named("jsonl", demand.source), encoding=text.encoding),
        whole_rows=text.whole_rows,
        unusable=found.unusable,
    )


def _json(demand: _Demand) -> Table:
    text, encoding = sniff.to_utf8(content(demand.source, demand.budget), name=demand.source.name)
    items = jsonlines.array(text, name=demand.source.name)
    rows = np.arange(len(items))
    if demand.max_rows is not None:
        rows = sample.smallest(sample.generator(demand.seed).random(len(items)), demand.max_rows)
    found = jsonlines.of_objects([items[row] for row in rows.tolist()], name=demand.source.name)
    return Table(
        name=demand.source.name,
        sha256=digest(demand.source),
        frame=found.frame,
        places=rows + 1,
        place_word="row",
        layout=Layout(format=_named("json", demand.source), encoding=encoding),
        whole_rows=len(items) if rows.size < len(items) else None,
        unusable=found.unusable,
    )


def _delimited(demand: _Demand) -> Table:
    beginning = _with_newlines(sniff.beginning(demand.first).encode(), demand).decode()
    whole = len(demand.first) < sniff.HEAD_BYTES
    above = preamble.find(beginning, whole=whole)
    demand = replace(demand, above=above)
    beginning = b"".join(preamble.taken_off([beginning.encode()], above)).decode()
    way = dialect.sniff(beginning, whole=whole, name=demand.source.name)
    text = _whole(demand) if demand.max_rows is None else _sampled(demand, way=way)
    cells = delimited.parse(text.content, way, name=demand.source.name, lines=text.lines)
    return Table(
        name=demand.source.name,
        sha256=digest(demand.source),
        frame=cells.frame,
        places=cells.lines,
        place_word="line",
        layout=Layout(
            format=_named(_format(way, above), demand.source),
            encoding=text.encoding,
            delimiter=" " if above.spaced else way.delimiter,
            header=way.header,
            decimal_comma=way.decimal_comma,
        ),
        whole_rows=text.whole_rows,
        cautions=(*preamble.cautions(above), *cells.cautions),
    )


def _format(way: dialect.Dialect, above: preamble.Preamble) -> str:
    return "tsv" if way.delimiter == "\t" and not above.spaced else "csv"


def _named(what: str, source: Source) -> str:
    return f"{what}+gzip" if source.gzipped else what


def _whole(demand: _Demand) -> _Text:
    raw = content(demand.source, demand.budget)
    text, encoding = sniff.to_utf8(raw, name=demand.source.name)
    return _Text(_without_preamble([_with_newlines(text, demand)], demand), encoding)


def _without_preamble(chunks: Iterable[bytes], demand: _Demand) -> bytes:
    return b"".join(chunks if demand.above is None else preamble.taken_off(chunks, demand.above))


def _with_newlines(text: bytes, demand: _Demand) -> bytes:
    """Return the text with line feeds where the file ends its lines with carriage returns alone."""
    lone = b"\n" not in demand.first and b"\r" in demand.first
    return text.replace(b"\r", b"\n") if lone else text


def _sampled(demand: _Demand, *, way: dialect.Dialect | None) -> _Text:
    """Return a sample of the records, below the header if there is one."""
    try:
        return _chosen(demand, _regular_blocks(demand, way), header=_has_header(way))
    except sample.IrregularQuotingError:
        lines = _lines(_chunks(demand))
        delimiter, quote = (way.delimiter, way.quote) if way else (",", '"')
        blocks = sample.tolerant_blocks(
            lines, delimiter=delimiter, quote=quote, name=demand.source.name
        )
        return _chosen(demand, blocks, header=_has_header(way))


def _has_header(way: dialect.Dialect | None) -> bool:
    return way is not None and way.header


def _regular_blocks(demand: _Demand, way: dialect.Dialect | None) -> Iterator[sample.Block]:
    return sample.regular_blocks(
        _chunks(demand),
        delimiter=way.delimiter if way else "",
        quote=way.quote if way else "",
        most_bytes=demand.budget.most_bytes,
        name=demand.source.name,
    )


def _chosen(demand: _Demand, blocks: Iterator[sample.Block], *, header: bool) -> _Text:
    above, rows = sample.behind_header(blocks) if header else (None, blocks)
    wanted = demand.max_rows or 0
    chosen = sample.choose(rows, rows=wanted, seed=demand.seed, most_bytes=demand.budget.most_bytes)
    if chosen is None:
        raise too_large(
            demand.source.name,
            needed_bytes=wanted * demand.budget.bytes_per_row * demand.budget.bytes_per_byte,
            available_bytes=demand.budget.available_bytes,
            fitting_rows=demand.budget.most_rows,
        )
    records, lines = chosen.records, chosen.lines
    if above:
        records, lines = [above[0], *records], np.insert(lines, 0, above[1])
    text, encoding = sniff.to_utf8(b"\n".join(records), name=demand.source.name)
    return _Text(
        content=text,
        encoding=_encoding_mark(demand) or encoding,
        lines=lines,
        whole_rows=chosen.total if chosen.total > wanted else None,
    )


def _encoding_mark(demand: _Demand) -> str | None:
    marked = sniff.marked_encoding(demand.first)
    return marked.removesuffix("-sig") if marked else None


def _chunks(demand: _Demand) -> Iterator[bytes]:
    """Yield the content in pieces, without what stands above a table or lines it up."""
    pieces = _pieces(demand)
    return pieces if demand.above is None else preamble.taken_off(pieces, demand.above)


def _pieces(demand: _Demand) -> Iterator[bytes]:
    """Yield the content in pieces; UTF-8 where a byte order mark announces an encoding."""
    marked = sniff.marked_encoding(demand.first)
    decoder = codecs.getincrementaldecoder(marked)() if marked else None
    with opened(demand.source) as stream:
        while chunk := stream.read(CHUNK_BYTES):
            try:
                text = decoder.decode(chunk).encode() if decoder else chunk
            except UnicodeDecodeError as error:
                raise DataError(f"{demand.source.name}: not valid {marked} throughout") from error
            yield _with_newlines(text, demand)


def _lines(chunks: Iterable[bytes]) -> Iterator[bytes]:
    carry = b""
    for chunk in chunks:
        *full, carry = (carry + chunk).split(b"\n")
        yield from (line + b"\n" for line in full)
    if carry:
        yield carry
