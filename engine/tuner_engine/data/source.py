"""Which file was named, and what are its bytes?

Invariant: a `Source` is a regular, readable, non-empty file; every failure to read it is a
`DataError` of one line that names it as the person did.
"""

import difflib
import gzip
import hashlib
import stat
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import BinaryIO, cast

from tuner_engine.data.memory import Budget, shown_bytes
from tuner_engine.errors import DataError
from tuner_engine.printable import printable

GZIP_MAGIC = b"\x1f\x8b"
CHUNK_BYTES = 1 << 24
"""Bytes read at a time when a file is streamed: large enough that Python's share is small.
House choice."""

_NAME_WIDTH = 200
"""Longest file name shown, in characters. House choice."""


@dataclass(frozen=True, slots=True)
class Source:
    """A file that can be read.

    Attributes:
        name: As the person named it, safe to print.
        path: Where it is.
        gzipped: Whether its bytes are compressed, by content.
        disk_bytes: Its size on disk.
    """

    name: str
    path: Path
    gzipped: bool
    disk_bytes: int


def locate(named: str) -> Source:
    """Return the file that a person named.

    Raises:
        DataError: There is no such file, or it cannot be a table.
    """
    name = printable(named, width=_NAME_WIDTH)
    path = Path(named)
    try:
        path = path.expanduser()
        status = path.stat()
    except FileNotFoundError as error:
        raise DataError(f"{name}: no such file{_near(path)}") from error
    except (OSError, RuntimeError, ValueError) as error:
        raise DataError(f"{name}: cannot be read ({_reason(error)})") from error
    if stat.S_ISDIR(status.st_mode):
        raise DataError(f"{name}: a directory, not a file; name the table inside it")
    if not stat.S_ISREG(status.st_mode):
        raise DataError(f"{name}: a pipe, socket or device; save its content to a file first")
    if status.st_size == 0:
        raise DataError(f"{name}: the file is empty; a table needs a header and rows")
    plain = Source(name=name, path=path, gzipped=False, disk_bytes=status.st_size)
    gzipped = head(plain, len(GZIP_MAGIC)) == GZIP_MAGIC
    return Source(name=name, path=path, gzipped=gzipped, disk_bytes=status.st_size)


def _near(path: Path) -> str:
    try:
        present = [entry.name for entry in path.parent.iterdir()]
    except OSError:
        return f"; the folder {printable(str(path.parent))!r} cannot be listed"
    close = difflib.get_close_matches(path.name, present, n=3, cutoff=0.6)
    if not close:
        return ""
    return f"; did you mean {' or '.join(printable(str(path.with_name(name))) for name in close)}?"


def _reason(error: Exception) -> str:
    return printable(getattr(error, "strerror", None) or str(error))


@contextmanager
def opened(source: Source) -> Iterator[BinaryIO]:
    """Yield the decompressed content as a stream.

    Raises:
        DataError: The file cannot be read, or its compression is damaged.
    """
    try:
        with source.path.open("rb") as file:
            if not source.gzipped:
                yield file
                return
            with gzip.GzipFile(fileobj=file) as unpacked:
                yield cast(BinaryIO, unpacked)
    except EOFError as error:
        raise DataError(
            f"{source.name}: the gzip file ends too early; copy or download it again"
        ) from error
    except (gzip.BadGzipFile, zlib.error) as error:
        raise DataError(f"{source.name}: the gzip file is damaged ({_reason(error)})") from error
    except PermissionError as error:
        raise DataError(f"{source.name}: no permission to read it") from error
    except OSError as error:
        raise DataError(f"{source.name}: cannot be read ({_reason(error)})") from error


def head(source: Source, count: int) -> bytes:
    """Return the first `count` decompressed bytes, or all of them."""
    with opened(source) as stream:
        return stream.read(count)


def digest(source: Source) -> str:
    """Return the SHA-256 of the file as it lies on disk, in hexadecimal."""
    total = hashlib.sha256()
    with opened(replace(source, gzipped=False)) as stream:
        while chunk := stream.read(CHUNK_BYTES):
            total.update(chunk)
    return total.hexdigest()


def content(source: Source, budget: Budget) -> bytes:
    """Return the whole decompressed content, if it can be worked on in memory.

    Raises:
        DataError: It is too large; the text says how large a sample would fit.
    """
    found = b""
    if source.gzipped or source.disk_bytes <= budget.most_bytes:
        with opened(source) as stream:
            found = stream.read(budget.most_bytes + 1)
        if len(found) <= budget.most_bytes:
            return found
    raise too_large(
        source.name,
        needed_bytes=max(len(found), source.disk_bytes) * budget.bytes_per_byte,
        available_bytes=budget.available_bytes,
        fitting_rows=budget.most_rows,
    )


def too_large(
    name: str, *, needed_bytes: float, available_bytes: int, fitting_rows: float
) -> DataError:
    """Return the error for a table that does not fit in memory."""
    fitting = _one_digit_down(fitting_rows)
    return DataError(
        f"{name}: reading it would take at least {shown_bytes(needed_bytes)} of memory, "
        f"{shown_bytes(available_bytes)} are available; "
        f"a sample of {fitting:,} rows would fit: add --max-rows {fitting}"
    )


def _one_digit_down(count: float) -> int:
    whole = max(1, int(count))
    step = 10 ** (len(str(whole)) - 1)
    return int(whole // step * step)
