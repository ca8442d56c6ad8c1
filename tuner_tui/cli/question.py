"""Which options does a command have that measures something?

All take the same and differ in what they ask, so one function stands for them.
"""

from collections.abc import Callable

from tuner_engine.specs import Command
from tuner_tui.cli import options


def question(
    command: Command,
    sentence: str,
    *,
    effort: object = options.AnyEffort,
    keep_as: str | None = None,
) -> Callable[..., int]:
    """Return what carries out a command and gives its exit code, for the parser to fill in.

    Args:
        command: What is asked.
        sentence: Its help.
        effort: Annotation of the options that say how much is measured.
        keep_as: A file in the run folder for the result, unless `--output` names another.
    """

    def carried_out(
        table: options.AnyTable = options.Table(),  # noqa: B008 - frozen
        *,
        choices: options.AnyChoices = options.Decided(),  # noqa: B008 - frozen
        recipe: options.RecipeFile = None,
        effort: options.AnyEffort = options.Effort(),  # noqa: B008 - frozen
        stream: options.AnyStream = options.Stream(),  # noqa: B008 - frozen
    ) -> int:
        from tuner_tui.cli import running

        return running.carry_out(
            running.Request(
                command=command,
                table=table,
                choices=choices,
                recipe=recipe,
                effort=effort,
                stream=stream,
                keep_as=keep_as,
            )
        )

    carried_out.__doc__ = sentence
    carried_out.__annotations__["effort"] = effort
    return carried_out
