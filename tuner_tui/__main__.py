"""The command line's front door."""

import sys


def main() -> None:
    """Run the command that the process's arguments name, and exit with its code."""
    from tuner_tui import cli

    cli.own_process = True
    code = cli.run(sys.argv[1:])
    from tuner_engine import leaving

    leaving.leave(code)


if __name__ == "__main__":
    main()
