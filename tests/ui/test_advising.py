"""Does the app ask the headless command, and take its answer or its refusal?"""

import sys
from collections.abc import Callable

import conftest as shared
import msgspec
import pytest
import recorded

from tuner_engine import specs
from tuner_engine.errors import DataError, TunerError, UsageError
from tuner_engine.recipe import Recipe
from tuner_tui.ui import advising


async def test_the_recipe_is_what_the_command_prints(
    advise_with: Callable[[Recipe], tuple[str, ...]],
) -> None:
    """The document on standard output, decoded."""
    recipe = recorded.recipe()

    assert await advising.advise(shared.spec(), command=advise_with(recipe)) == recipe


@pytest.mark.parametrize(
    ("code", "kind"), [(2, UsageError), (3, DataError), (1, TunerError), (77, TunerError)]
)
async def test_a_refusal_keeps_its_words(code: int, kind: type[TunerError]) -> None:
    """The last line on standard error, as the error that the exit code stands for."""
    command = ("sh", "-c", f"echo noise >&2; echo titanic.csv: empty >&2; exit {code}")

    with pytest.raises(kind, match=r"^titanic\.csv: empty$"):
        await advising.advise(shared.spec(), command=command)


@pytest.mark.parametrize("answer", ["", "{}", "no json"])
async def test_an_answer_that_is_no_recipe_is_an_error(answer: str) -> None:
    """A command that prints something else is reported, not believed."""
    with pytest.raises(TunerError, match="printed no recipe"):
        await advising.advise(shared.spec(), command=("sh", "-c", f"printf '{answer}'"))


async def test_a_silent_failure_is_reported_with_its_code() -> None:
    """Without a word there is at least the code."""
    with pytest.raises(TunerError, match="code 1"):
        await advising.advise(shared.spec(), command=("false",))


def test_options_say_all_that_was_decided() -> None:
    """Data options and choices become the options of the same names; the absent ones are left."""
    spec = specs.RunSpec(
        command="probe-lr",
        data=specs.DataSpec(source="-odd name.csv", target="-1"),
        choices=specs.Choices(batch_size=32, weight_decay=0.0),
        seed=7,
    )

    words = advising.options(spec)

    assert words[-2:] == ["--", "-odd name.csv"]
    assert {"--json", "--seed=7", "--target=-1", "--batch-size=32", "--weight-decay=0.0"} < {*words}
    assert not any(word.startswith("--learning-rate") for word in words)


async def test_the_answer_may_be_long(tmp_path: object) -> None:
    """Ten thousand columns arrive whole."""
    column = recorded.data().columns[5]
    recipe = recorded.recipe(columns=(column,) * 10_000)
    text = msgspec.json.encode(recipe)
    program = f"import sys; sys.stdout.buffer.write(open({str(tmp_path)!r} + '/a', 'rb').read())"
    (tmp_path / "a").write_bytes(text)  # type: ignore[operator]

    answer = await advising.advise(shared.spec(), command=(sys.executable, "-c", program))

    assert answer.data is not None
    assert len(answer.data.columns) == 10_000
