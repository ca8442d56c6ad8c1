"""Which options does opening the app take?"""

from tuner_tui.cli import COMMANDS, opening, options, parsing

app = parsing.command("open", COMMANDS["open"])


@app.default
def open_app(
    table: options.AnyOptionalTable = options.OptionalTable(),  # noqa: B008 - frozen
    *,
    choices: options.AnyChoices = options.Decided(),  # noqa: B008 - frozen
    effort: options.AnyEffort = options.Effort(),  # noqa: B008 - frozen
) -> int:
    """Open the app on a table."""
    return opening.show(options.run_spec("probe-lr", table=table, choices=choices, effort=effort))
