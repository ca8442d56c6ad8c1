"""How well does one full training do with these values?"""

from tuner_tui.cli import COMMANDS, options, parsing

app = parsing.command("train", COMMANDS["train"])


@app.default
def train(
    table: options.AnyTable = options.Table(),  # noqa: B008 - frozen
    *,
    choices: options.AnyChoices = options.Decided(),  # noqa: B008 - frozen
    recipe: options.RecipeFile = None,
    effort: options.AnyEffort = options.Effort(),  # noqa: B008 - frozen
    stream: options.AnyStream = options.Stream(),  # noqa: B008 - frozen
) -> int:
    """Train once, and print the history and the scores."""
    from tuner_tui.cli import running

    return running.carry_out(
        running.Request(
            command="train",
            table=table,
            choices=choices,
            recipe=recipe,
            effort=effort,
            stream=stream,
        )
    )
