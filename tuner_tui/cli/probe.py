"""What does one measurement say about one hyperparameter?"""

from tuner_tui.cli import COMMANDS, options, parsing

app = parsing.command("probe", COMMANDS["probe"])


@app.command(name="lr")
def learning_rate(
    table: options.AnyTable = options.Table(),  # noqa: B008 - frozen
    *,
    choices: options.AnyChoices = options.Decided(),  # noqa: B008 - frozen
    recipe: options.RecipeFile = None,
    effort: options.AnyEffort = options.Effort(),  # noqa: B008 - frozen
    stream: options.AnyStream = options.Stream(),  # noqa: B008 - frozen
) -> int:
    """Sweep the learning rate, confirm by short trainings, and print the verdict."""
    from tuner_tui.cli import running

    return running.carry_out(
        running.Request(
            command="probe-lr",
            table=table,
            choices=choices,
            recipe=recipe,
            effort=effort,
            stream=stream,
        )
    )
