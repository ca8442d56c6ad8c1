"""What did a person write on a run?

A note and tags, kept beside what the run itself wrote. Invariant: nothing that a run measured
depends on them, and they are replaced whole.
"""

from collections.abc import Iterable

import msgspec

from tuner_engine import atomic
from tuner_engine.errors import UsageError
from tuner_engine.printable import printable
from tuner_engine.runs import Run

LONGEST_NOTE = 2000
"""Characters of a note, at most. House choice: a run's list shows its beginning."""

LONGEST_TAG = 32
"""Characters of a tag, at most. House choice: several stand on one line."""


class Remarks(msgspec.Struct, frozen=True, kw_only=True):
    """A note and tags."""

    note: str = ""
    tags: tuple[str, ...] = ()
    """Each once, in alphabetical order."""

    def __bool__(self) -> bool:
        return bool(self.note or self.tags)


def of(run: Run) -> Remarks:
    """Return what was written on a run; nothing where nothing readable was."""
    try:
        return msgspec.json.decode((run.path / "remarks.json").read_bytes(), type=Remarks)
    except (OSError, msgspec.DecodeError):
        return Remarks()


def keep(run: Run, remarks: Remarks) -> None:
    """Write remarks on a run, in place of those before; empty ones leave no file.

    Raises:
        UsageError: The note or a tag is not allowed, or the folder cannot be written.
    """
    checked = made(note=remarks.note, tags=remarks.tags)
    path = run.path / "remarks.json"
    try:
        if checked:
            atomic.write(path, msgspec.json.encode(checked))
        else:
            path.unlink(missing_ok=True)
    except OSError as error:
        raise UsageError(f"run {run.id}: remarks cannot be kept: {error.strerror}") from error


def made(*, note: str = "", tags: Iterable[str] = ()) -> Remarks:
    """Return remarks in their kept form.

    Args:
        note: Free text; blanks around it go.
        tags: One word each, a leading `#` or not.

    Raises:
        UsageError: The note is too long, or a tag is not one short word.
    """
    if len(note) > LONGEST_NOTE:
        raise UsageError(f"a note of {len(note):,} characters; at most {LONGEST_NOTE:,} are kept")
    words = {_tag(word) for word in tags}
    return Remarks(note=note.strip(), tags=tuple(sorted(words)))


def _tag(word: str) -> str:
    bare = word.strip().removeprefix("#")
    if not bare or len(bare) > LONGEST_TAG or len(bare.split()) != 1 or not bare.isprintable():
        shown = printable(repr(word), width=60)
        raise UsageError(f"tag {shown}: a tag is one word of at most {LONGEST_TAG} characters")
    return bare
