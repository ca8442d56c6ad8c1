"""Which rows of a file too large to hold are read?

Every record draws one random key, in the order of the file; those with the smallest keys are kept.
Invariant: each record is equally likely, and the choice depends only on the seed and the number of
records, not on how the file is cut into chunks.
"""

import csv
import itertools
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tuner_engine.data.tables.records import scan
from tuner_engine.errors import DataError
from tuner_engine.printable import printable

_TOLERANT_RECORDS = 10_000
"""Records per block where quoting is irregular. House choice."""

END_MARK = "\x00end of file"
"""A last record that Python's CSV reader returns as itself unless a quote is still open."""

STREAM = 1
"""Second word of the seed: keeps sampling apart from splitting."""


@dataclass(frozen=True, slots=True)
class Block:
    """Some consecutive records that are not blank: offsets into `text`, and their lines."""

    text: bytes
    starts: NDArray[np.int64]
    ends: NDArray[np.int64]
    lines: NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Chosen:
    """The sampled records in the order of the file, and how many there were."""

    records: list[bytes]
    lines: NDArray[np.int64]
    total: int


class IrregularQuotingError(Exception):
    """Records cannot be told apart by counting quotes."""


def generator(seed: int) -> np.random.Generator:
    """Return the random numbers that sampling draws from."""
    return np.random.default_rng((seed, STREAM))


def smallest(drawn: NDArray[np.float64], count: int) -> NDArray[np.int64]:
    """Return where the `count` smallest keys stand, ascending."""
    if count >= drawn.size:
        return np.arange(drawn.size)
    return np.sort(np.argsort(drawn, kind="stable")[:count])


def choose(blocks: Iterable[Block], *, rows: int, seed: int, most_bytes: int) -> Chosen | None:
    """Return a uniform sample of the records in `blocks`.

    Args:
        blocks: All records.
        rows: How many to keep.
        seed: Of the choice.
        most_bytes: Largest size of the records kept.

    Returns:
        None if what is kept outgrows `most_bytes`.
    """
    rng = generator(seed)
    drawn = np.empty(0)
    kept: list[bytes] = []
    lines = np.empty(0, dtype=np.int64)
    total = 0
    for block in blocks:
        fresh = rng.random(block.starts.size)
        total += fresh.size
        worst = drawn.max() if drawn.size >= rows else np.inf
        taken = np.flatnonzero(fresh < worst)
        drawn = np.concatenate([drawn, fresh[taken]])
        lines = np.concatenate([lines, block.lines[taken]])
        spans = zip(block.starts[taken].tolist(), block.ends[taken].tolist(), strict=True)
        kept += [block.text[start:end] for start, end in spans]
        best = smallest(drawn, rows)
        drawn, lines, kept = drawn[best], lines[best], [kept[index] for index in best.tolist()]
        if sum(map(len, kept)) > most_bytes:
            return None
    return Chosen(records=kept, lines=lines, total=total)


def behind_header(blocks: Iterator[Block]) -> tuple[tuple[bytes, int], Iterator[Block]]:
    """Return the first record with its line, and the blocks without it."""
    first = next(block for block in blocks if block.starts.size)
    header = first.text[first.starts[0] : first.ends[0]]
    rest = Block(first.text, first.starts[1:], first.ends[1:], first.lines[1:])
    return (header, int(first.lines[0])), itertools.chain([rest], blocks)


def regular_blocks(
    chunks: Iterable[bytes], *, delimiter: str, quote: str, most_bytes: int, name: str
) -> Iterator[Block]:
    """Yield the records of a stream; a footnote after a blank last line is left out.

    Args:
        chunks: The text, cut anywhere.
        delimiter: Between cells; nothing for lines of JSON.
        quote: Around cells; nothing for lines of JSON.
        most_bytes: Longest single record.
        name: The file, for errors.

    Raises:
        IrregularQuotingError: Quotes do not tell where records end.
        DataError: A record is longer than `most_bytes`.
    """
    carry, line, after_blank = b"", 1, False
    for chunk in chunks:
        text = carry + chunk
        found = scan(text, delimiter=delimiter, quote=quote, whole=False)
        if found is None:
            raise IrregularQuotingError
        full = np.flatnonzero(~found.blank)
        if full.size < 2:
            carry = text
            if len(carry) > most_bytes:
                raise DataError(f"{name}: the record on line {line:,} does not fit in memory")
            continue
        # The last record is held back: only at the end is it known to be a footnote.
        body, last = full[:-1], full[-1]
        yield Block(text, found.starts[body], found.ends[body], line + found.lines[body])
        carry, after_blank = text[found.starts[last] :], bool(found.blank[last - 1])
        line += int(found.lines[last])
    found = scan(carry, delimiter=delimiter, quote=quote)
    if found is None:
        raise IrregularQuotingError
    full = np.flatnonzero(~found.blank)
    if delimiter and full.size and found.cells[full[-1]] == 1:
        last = full[-1]
        full = full[:-1] if (found.blank[last - 1] if last else after_blank) else full
    yield Block(carry, found.starts[full], found.ends[full], line + found.lines[full])


def tolerant_blocks(
    lines: Iterable[bytes], *, delimiter: str, quote: str, name: str
) -> Iterator[Block]:
    """Yield the records that Python's tolerant CSV reader finds, one line at a time.

    Raises:
        DataError: A quote is never closed.
    """
    taken: list[bytes] = []
    pending: list[tuple[bytes, int]] = []

    def text() -> Iterator[str]:
        for line in lines:
            taken.append(line)
            yield line.decode("latin-1")
        yield END_MARK

    begun, line, row = 1, 1, [""]
    reader = csv.reader(text(), delimiter=delimiter, quotechar=quote, skipinitialspace=True)
    try:
        for row in reader:
            if any(row) and row != [END_MARK]:
                pending.append((b"".join(taken).rstrip(b"\r\n"), line))
            if len(pending) == _TOLERANT_RECORDS:
                yield _block(pending)
                pending.clear()
            taken.clear()
            begun, line = line, reader.line_num + 1
    except csv.Error as error:
        raise DataError(unreadable(name, line, error)) from error
    if row != [END_MARK]:
        raise DataError(f"{name}: line {begun:,} opens a quote that is never closed")
    yield _block(pending)


def unreadable(name: str, line: int, error: csv.Error) -> str:
    """Return the complaint about a record that Python's CSV reader gives up on."""
    return (
        f"{name}: line {line:,} cannot be read ({printable(str(error))}); "
        "perhaps a quote is opened and never closed"
    )


def _block(records: list[tuple[bytes, int]]) -> Block:
    sizes = np.array([len(record) for record, _ in records], dtype=np.int64)
    ends = np.cumsum(sizes)
    lines = np.array([line for _, line in records], dtype=np.int64)
    return Block(b"".join(record for record, _ in records), ends - sizes, ends, lines)
