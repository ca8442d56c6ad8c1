"""How much memory does the app hold after a probe, over a one-widget Textual app?

```text
python tests/benchmarks/app_memory.py
```

Starts both in a pty of 120×40. In the app, a whole probe of `demo:digits` is run by key and drawn;
then the resident memory of the app's own process is read, without its worker. Prints both and the
difference in MB; the budget is 60. Linux only: it reads /proc.
"""

import os
import re
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

import first_frame
import terminal


def resident_mb(command: Sequence[str], script: Sequence[tuple[bytes, bytes]]) -> float:
    """Return the resident memory of a terminal program after some keys, in MB.

    Args:
        command: The program and its arguments.
        script: Texts to wait for, each with the keys to press then.
    """
    pid, tty = terminal.start(command, columns=120, rows=40)
    for awaited, keys in script:
        terminal.read_until(tty, awaited)
        os.write(tty, keys)
    terminal.drain(tty, quiet_s=1.0)
    status = Path(f"/proc/{pid}/status").read_text(encoding="utf-8")
    terminal.end(pid, tty)
    found = re.search(r"VmRSS:\s+(\d+) kB", status)
    if found is None:
        raise RuntimeError("the kernel does not say how much memory a process holds")
    return int(found[1]) / 1024


def main() -> None:
    """Print both figures and their difference."""
    os.environ["TERM"] = "xterm-256color"
    bare = resident_mb((sys.executable, "-c", first_frame.ONE_WIDGET), [(b"here-it-is", b"")])
    command = (sys.executable, "-c", first_frame.COMMAND, "demo:digits")
    with tempfile.TemporaryDirectory() as home:
        os.environ["TUNER_TUI_HOME"] = home
        ours = resident_mb(command, [(b"gradient", b"r"), (b"confidence)", b"")])
    print(f"one-widget app {bare:.1f} MB, after a probe {ours:.1f} MB: {ours - bare:.1f} MB more")


if __name__ == "__main__":
    main()
