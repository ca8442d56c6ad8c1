"""What is a good recipe for this data, measured within a budget?"""

from tuner_tui.cli import COMMANDS, options, parsing

app = parsing.command("tune", COMMANDS["tune"])

RECIPE_FILE = "recipe.json"
"""Where the recipe is kept in the run folder, unless `--output` names a file."""


@app.default
def tune(
    table: options.AnyTable = options.Table(),  # noqa: B008 - frozen
    *,
    choices: options.AnyChoices = options.Decided(),  # noqa: B008 - frozen
    recipe: options.RecipeFile = None,
    effort: options.AnyEffort = options.Effort(),  # noqa: B008 - frozen
    stream: options.AnyStream = options.Stream(),  # noqa: B008 - frozen
) -> int:
    """Advise, probe and confirm, then print the recipe."""
    from tuner_tui.cli import running

    return running.carry_out(
        running.Request(
            command="tune",
            table=table,
            choices=choices,
            recipe=recipe,
            effort=effort,
            stream=stream,
            keep_as=RECIPE_FILE,
        )
    )
