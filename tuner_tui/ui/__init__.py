"""The terminal app, the only folder that knows Textual."""

import gc
import os
import sys

from tuner_engine.errors import ExitCode, UsageError
from tuner_engine.specs import RunSpec

FRAMES_PER_S = "30"
"""Redraws a second unless `TEXTUAL_FPS` says otherwise: half of Textual's own rate, because over a
slow link bytes and not the processor make an app lag."""


def open_app(spec: RunSpec) -> int:
    """Open the app on some data, and return the process's exit code once it is left.

    Args:
        spec: Which data, and every value that was decided on the command line.

    Raises:
        UsageError: There is no terminal to draw in.
    """
    from tuner_tui.ui.preflight import refusal

    reason = refusal(os.environ, stdin_is_tty=sys.stdin.isatty(), stderr_is_tty=sys.stderr.isatty())
    if reason is not None:
        raise UsageError(reason)
    os.environ.setdefault("TEXTUAL_FPS", FRAMES_PER_S)
    gc.disable()  # until the first frame: start-up makes many objects, and none of them garbage
    from tuner_tui.ui.app import TunerApp

    app = TunerApp(spec)
    app.run()
    return app.return_code or ExitCode.DONE
