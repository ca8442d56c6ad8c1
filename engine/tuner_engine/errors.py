"""What can go wrong through misuse or the outside world, and how a process reports it.

```text
TunerError              1  a bug, or something nobody foresaw
├── UsageError          2  the command or its options make no sense
├── DataError           3  a file, table or task cannot be used
│   └── TaskError       3  the person's own code raised, or breaks the contract of a task
└── DeviceError         5  no such device, or not enough memory
```

Divergence, a flat curve and too little evidence are results with a reading, never exceptions;
a command that ends with one of those exits with `ExitCode.NO_VERDICT`.

An error's text is one line: what was wrong, the value received, what is allowed, what to do.
"""

from enum import IntEnum
from typing import ClassVar


class ExitCode(IntEnum):
    """Process exit codes, part of the public contract."""

    DONE = 0
    INTERNAL = 1
    USAGE = 2
    DATA = 3
    NO_VERDICT = 4
    DEVICE = 5
    INTERRUPTED = 130


class TunerError(Exception):
    """Base of every error raised on purpose; its text is meant to be read by a person."""

    exit_code: ClassVar[ExitCode] = ExitCode.INTERNAL


class UsageError(TunerError):
    """A command, option or setting that makes no sense."""

    exit_code = ExitCode.USAGE


class DataError(TunerError):
    """A file, table or task that cannot be used; the text names file, row and column."""

    exit_code = ExitCode.DATA


class TaskError(DataError):
    """The person's own task cannot be trained.

    Attributes:
        trace: Lines of the traceback through their own files, outermost call first; empty where no
            line of theirs was running.
    """

    def __init__(self, message: str, *, trace: tuple[str, ...] = ()) -> None:
        super().__init__(message)
        self.trace = trace


class DeviceError(TunerError):
    """A device that is absent or has too little memory."""

    exit_code = ExitCode.DEVICE
