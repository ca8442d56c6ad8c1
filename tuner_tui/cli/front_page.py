"""What does `tuner-tui --help` say?

Written without the parser, so that the first thing a person asks for is there at once.
"""

import sys

from tuner_engine.errors import ExitCode
from tuner_tui.cli import COMMANDS

_USAGE = """\
Usage: tuner-tui [DATA] [OPTIONS]
       tuner-tui COMMAND [OPTIONS]

Choose hyperparameters in the terminal, and check the choice by measurement.

DATA is a table, labelled texts, text to continue, instructions with answers, or images: CSV, TSV,
Parquet, JSON lines, plain text, NPY, NPZ, IDX (also .gz), or a folder for each class of images. Or
demo:digits, demo:wine, demo:breast-cancer, demo:diabetes, demo:python.
In place of DATA, --task FILE:NAME takes a model, a loss and data of your own from a Python file.
Without a command the app opens.

Commands:
"""

_EXAMPLES = """
`tuner-tui COMMAND --help` lists a command's options.

Options:
  -h, --help  Show this page and exit.
  --version   Show the version and exit.

Exit codes: 0 done, 1 internal error, 2 usage, 3 bad data, 4 no verdict, 5 device or memory,
130 interrupted, 143 terminated; what was measured until then is kept and printed.

Examples:
  tuner-tui titanic.csv --target survived         open the app on a table
  tuner-tui tune demo:digits --budget 60s         advise, measure, print the recipe
  tuner-tui probe lr data.parquet --json          the learning rate, for a script
  tuner-tui probe epochs reviews.jsonl --plot     how long to train, with the curves
  tuner-tui task new train.py                     begin a task of your own
  tuner-tui export 20250102 --format flat         the bare values that a run ended with
"""


def show() -> int:
    """Print the front page and return the exit code."""
    widest = max(map(len, COMMANDS))
    commands = "".join(f"  {name:<{widest}}  {what}\n" for name, what in COMMANDS.items())
    sys.stdout.write(_USAGE + commands + _EXAMPLES)
    return ExitCode.DONE
