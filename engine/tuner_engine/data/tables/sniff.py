"""What kind of file do these bytes begin?

Content decides; the extension only settles what content leaves open.
Invariant: nothing is executed or unpickled, and a file that is no table is named for what it is.
"""

import codecs
import json
import re
from pathlib import PurePath
from typing import Literal

from tuner_engine.errors import DataError

Format = Literal["delimited", "json", "jsonl", "parquet"]

HEAD_BYTES = 1 << 20
"""Decoded bytes looked at before a file is read: a dozen rows of a table with ten thousand
columns, thousands of an ordinary one. House choice."""

PARQUET_MAGIC = b"PAR1"

_KNOWN = (
    (b"\x89PNG", "a PNG image"),
    (b"\xff\xd8\xff", "a JPEG image"),
    (b"GIF8", "a GIF image"),
    (b"%PDF", "a PDF document"),
    (b"PK\x03\x04", "a zip archive (or a workbook or .npz, which are zip archives)"),
    (b"\xd0\xcf\x11\xe0", "an old Office document"),
    (b"\x89HDF", "an HDF5 file"),
    (b"\x93NUMPY", "a NumPy array"),
    (b"SQLite format 3\x00", "an SQLite database"),
    (b"ARROW1", "an Arrow file"),
    (b"Obj\x01", "an Avro file"),
    (b"\x7fELF", "a program"),
    (b"BZh", "a bzip2 archive"),
    (b"\xfd7zXZ", "an xz archive"),
    (b"\x28\xb5\x2f\xfd", "a zstd archive"),
    (b"7z\xbc\xaf", "a 7z archive"),
    (b"Rar!", "a RAR archive"),
    (b"\x1f\x8b", "gzip inside gzip"),
    *((bytes((0x80, protocol)), "a pickle, which is never opened") for protocol in range(2, 6)),
)
"""First bytes of files that are often mistaken for tables."""

_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
"""Byte order marks, longer ones before those they begin with."""

_CONTROL = frozenset(range(32)) - frozenset(b"\t\n\v\f\r\x1b")
_CONTROL_SHARE = 0.02
"""Share of control characters above which text is not text; tables have none, one or two stray
ones are forgiven. House choice."""


def marked_encoding(head: bytes) -> str | None:
    """Return the encoding that a byte order mark announces."""
    return next((encoding for mark, encoding in _BOMS if head.startswith(mark)), None)


def format_of(head: bytes, *, name: str) -> Format:
    """Return how a file that begins with `head` is to be read.

    Args:
        head: Its first decompressed bytes, at most `HEAD_BYTES`.
        name: The file, for errors and for its extension.

    Raises:
        DataError: It is no table.
    """
    if head.startswith(PARQUET_MAGIC):
        return "parquet"
    _refuse_binary(head, name=name)
    start = beginning(head).lstrip()
    if not start:
        raise DataError(f"{name}: the file holds only blank lines; a table needs a header and rows")
    if re.match(r"\[\s*\{", start):
        return "json"
    suffixes = [suffix.lower() for suffix in PurePath(name).suffixes]
    if start.startswith("{") and (_is_object(start) or {".jsonl", ".ndjson"} & {*suffixes}):
        return "jsonl"
    if start.startswith(("{", "[")) and {".json", ".jsonl", ".ndjson"} & {*suffixes}:
        raise DataError(
            f"{name}: one JSON document, but neither an array of objects nor one object per line; "
            "take its rows out, for example with: jq -c '.rows[]'"
        )
    return "delimited"


def beginning(head: bytes) -> str:
    """Return the text that a file begins with; `head` may end inside a character."""
    marked = marked_encoding(head)
    if marked is not None:
        return codecs.getincrementaldecoder(marked)("ignore").decode(head)
    try:
        return codecs.getincrementaldecoder("utf-8")().decode(head)
    except UnicodeDecodeError:
        return head.decode("latin-1")


def binary(head: bytes) -> str | None:
    """Return what a file that begins with `head` is, if it is no text: `a PNG image`."""
    for magic, what in _KNOWN:
        if head.startswith(magic):
            return what
    if marked_encoding(head) not in (None, "utf-8-sig"):
        return None
    controls = sum(head.count(byte) for byte in _CONTROL)
    return "a binary file" if b"\0" in head or controls > _CONTROL_SHARE * len(head) else None


def _refuse_binary(head: bytes, *, name: str) -> None:
    what = binary(head)
    if what is not None:
        readable = "tables are CSV, TSV, JSON lines or Parquet, each also gzipped"
        raise DataError(f"{name}: {what}, not a table; {readable}")


def _is_object(text: str) -> bool:
    try:
        return isinstance(json.loads(text.split("\n", 1)[0]), dict)
    except (ValueError, RecursionError):
        return False


def to_utf8(content: bytes, *, name: str) -> tuple[bytes, str]:
    """Return the content as UTF-8 without byte order mark, and the encoding it had.

    Bytes that are not UTF-8 are read as cp1252, or as Latin-1 where cp1252 has no character.

    Raises:
        DataError: The byte order mark announces an encoding that the bytes do not keep.
    """
    marked = marked_encoding(content)
    if marked is not None:
        try:
            return content.decode(marked).encode(), marked.removesuffix("-sig")
        except UnicodeDecodeError as error:
            raise DataError(f"{name}: byte {error.start} is not valid {marked}") from error
    for encoding in ("utf-8", "cp1252"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        return (content if encoding == "utf-8" else text.encode()), encoding
    return content.decode("latin-1").encode(), "latin-1"
