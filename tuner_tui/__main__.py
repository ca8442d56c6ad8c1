"""The command line's front door."""

import sys


def main() -> None:
    """Run the command that the process's arguments name, and exit with its code."""
    from tuner_tui.cli import run

    sys.exit(run(sys.argv[1:]))


if __name__ == "__main__":
    main()
