"""How do the words after `advise` become facts and decisions, where they are not the plainest?"""

from dataclasses import dataclass
from typing import Annotated

from cyclopts import Group, Parameter

from tuner_engine.advice.stated import Stated
from tuner_engine.specs import Choices, DataSpec, Model
from tuner_tui.cli import COMMANDS, advising, options, parsing
from tuner_tui.cli.saying import Words

_DATA = Group("Data", sort_key=1)
_FACTS = Group("Facts, instead of DATA or beside them", sort_key=2)
_CHOICES = Group("Hyperparameters you have decided; the others are advised", sort_key=3)


@dataclass(frozen=True, slots=True, kw_only=True)
class AnyData(options.OptionalTable):
    """Data, a task of one's own, or none of them.

    Attributes:
        task: A task of your own instead of DATA, as FILE:NAME; or, in one word, what the model is
            for: code, chat, extraction, classification, instruction.
    """

    task: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AnyModel(options.Decided):
    """Hyperparameters, with pretrained models among the models.

    Attributes:
        named: Which model is trained, tuned or sampled: one of the models trained here, such as
            mlp, cnn or decoder-10m, or a pretrained one, such as llama-3-8b.
        assignments: A setting, as lora_rank=32, or an argument of your task, as NAME=VALUE; may be
            given several times.
    """

    model: Annotated[Model | None, Parameter(parse=False)] = None
    named: Annotated[str | None, Parameter(name="--model")] = None
    assignments: Annotated[tuple[str, ...], Parameter(name="--set", negative=())] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class AnyFacts(Stated):
    """Facts, of which one can be denied.

    Attributes:
        reasoning: The model thinks before it answers; `--no-reasoning` if it does not. Left out, it
            does as its makers let it.
    """

    reasoning: Annotated[bool | None, Parameter(negative="--no-reasoning")] = None


Data = Annotated[AnyData, Parameter(name="*", group=_DATA)]
Decisions = Annotated[AnyModel, Parameter(name="*", group=_CHOICES)]
Facts = Annotated[AnyFacts, Parameter(name="*", group=_FACTS)]


app = parsing.command("advise", COMMANDS["advise"])


@app.default
def advise(
    table: Data = AnyData(),
    *,
    facts: Facts = AnyFacts(),
    choices: Decisions = AnyModel(),
    recipe: options.RecipeFile = None,
    place: options.AnyPlace = options.Place(),  # noqa: B008 - frozen
    explain: options.Explained = None,
    out: options.AnyDocument = options.Document(),  # noqa: B008 - frozen
) -> int:
    """Take what data or a person say, and print a recipe."""
    decided = options.fields(choices, Choices)
    return advising.answer(
        Words(
            data=options.fields(table, DataSpec),
            task=table.task,
            model=choices.named,
            facts=options.fields(facts, Stated),
            choices={name: value for name, value in decided.items() if name != "model"},
            assignments=choices.assignments,
            seed=place.seed,
            device=place.device,
            recipe=recipe,
            explain=explain,
            json=out.json,
            output=out.output,
        )
    )
