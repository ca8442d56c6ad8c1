"""The terminal app, the only folder that knows Textual."""

import gc
import os
import sys

from tuner_engine.errors import ExitCode, UsageError
from tuner_engine.specs import RunSpec


def open_app(spec: RunSpec) -> int:
    """Open the app on some data, and return the process's exit code once it is left.

    Args:
        spec: Which data, and every value that was decided on the command line.

    Raises:
        UsageError: There is no terminal to draw in, or the configuration says what is not known.
    """
    from tuner_tui.ui.preflight import refusal

    reason = refusal(os.environ, stdin_is_tty=sys.stdin.isatty(), stderr_is_tty=sys.stderr.isatty())
    if reason is not None:
        raise UsageError(reason)
    from tuner_tui.ui import config

    settled = config.load(config.place())
    os.environ.setdefault("TEXTUAL_FPS", str(settled.app.fps))
    gc.disable()  # until the first frame: start-up makes many objects, and none of them garbage
    from tuner_tui.ui.app import TunerApp

    app = TunerApp(spec, config=settled)
    app.run()
    return app.return_code or ExitCode.DONE
