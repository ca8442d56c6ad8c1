"""What does one measurement say about one hyperparameter?"""

from tuner_tui.cli import COMMANDS, options, parsing

app = parsing.command("probe", COMMANDS["probe"])


@app.command(name="lr")
def learning_rate(
    table: options.AnyTable = options.Table(),  # noqa: B008 - frozen
    *,
    choices: options.AnyChoices = options.Decided(),  # noqa: B008 - frozen
    recipe: options.RecipeFile = None,
    effort: options.AnyMeasuredEffort = options.MeasuredEffort(),  # noqa: B008 - frozen
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


@app.command
def batch(
    table: options.AnyTable = options.Table(),  # noqa: B008 - frozen
    *,
    choices: options.AnyChoices = options.Decided(),  # noqa: B008 - frozen
    recipe: options.RecipeFile = None,
    effort: options.AnyCheckedEffort = options.CheckedEffort(),  # noqa: B008 - frozen
    stream: options.AnyStream = options.Stream(),  # noqa: B008 - frozen
) -> int:
    """Time batch sizes that fit the memory, and measure how noisy gradients are."""
    from tuner_tui.cli import running

    return running.carry_out(
        running.Request(
            command="probe-batch",
            table=table,
            choices=choices,
            recipe=recipe,
            effort=effort,
            stream=stream,
        )
    )


@app.command
def epochs(
    table: options.AnyTable = options.Table(),  # noqa: B008 - frozen
    *,
    choices: options.AnyChoices = options.Decided(),  # noqa: B008 - frozen
    recipe: options.RecipeFile = None,
    effort: options.AnyEffort = options.Effort(),  # noqa: B008 - frozen
    stream: options.AnyStream = options.Stream(),  # noqa: B008 - frozen
) -> int:
    """Train with several seeds, for less time and on less data, and say how long is worth while."""
    from tuner_tui.cli import running

    return running.carry_out(
        running.Request(
            command="probe-epochs",
            table=table,
            choices=choices,
            recipe=recipe,
            effort=effort,
            stream=stream,
        )
    )


@app.command
def seeds(
    table: options.AnyTable = options.Table(),  # noqa: B008 - frozen
    *,
    choices: options.AnyChoices = options.Decided(),  # noqa: B008 - frozen
    recipe: options.RecipeFile = None,
    effort: options.AnyEffort = options.Effort(),  # noqa: B008 - frozen
    stream: options.AnyStream = options.Stream(),  # noqa: B008 - frozen
) -> int:
    """Train with several seeds, and say how much of a difference is luck."""
    from tuner_tui.cli import running

    return running.carry_out(
        running.Request(
            command="probe-seeds",
            table=table,
            choices=choices,
            recipe=recipe,
            effort=effort,
            stream=stream,
        )
    )


@app.command
def regularization(
    table: options.AnyTable = options.Table(),  # noqa: B008 - frozen
    *,
    choices: options.AnyChoices = options.Decided(),  # noqa: B008 - frozen
    recipe: options.RecipeFile = None,
    effort: options.AnyEffort = options.Effort(),  # noqa: B008 - frozen
    stream: options.AnyStream = options.Stream(),  # noqa: B008 - frozen
) -> int:
    """Try other decay, dropout and label smoothing, if there is overfitting at all."""
    from tuner_tui.cli import running

    return running.carry_out(
        running.Request(
            command="probe-regularization",
            table=table,
            choices=choices,
            recipe=recipe,
            effort=effort,
            stream=stream,
        )
    )
