"""The command line's front door."""

import sys

from tuner_engine import leaving


def main() -> None:
    """Run the command that the process's arguments name, and exit with its code."""
    leaving.end_soon()
    from tuner_tui import cli

    cli.own_process = True
    leaving.leave(cli.run(sys.argv[1:]))


if __name__ == "__main__":
    main()
