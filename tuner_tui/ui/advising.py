"""How does the app learn what is in a file, without reading it?

A second process reads the data and advises, so that the app never loads a table reader. Its one
answer is the recipe document that `advise --json` prints for everybody.
"""

import asyncio
from asyncio.subprocess import DEVNULL, PIPE
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict

import msgspec

from tuner_engine.errors import DataError, DeviceError, ExitCode, TunerError, UsageError
from tuner_engine.recipe import Recipe
from tuner_engine.specs import RunSpec

_ERRORS: dict[int, type[TunerError]] = {
    ExitCode.USAGE: UsageError,
    ExitCode.DATA: DataError,
    ExitCode.DEVICE: DeviceError,
}
"""What an exit code of the command says."""


_PREFIX = "tuner-tui: error: "
"""What the command begins its one line of refusal with; on the screen it is plain whose it is."""


async def advise(spec: RunSpec, *, command: Sequence[str]) -> Recipe:
    """Return the recipe that the headless command advises for `spec`.

    Args:
        spec: Data and decided values.
        command: The command's first words.

    Raises:
        TunerError: The data or an option cannot be used, in the command's own words.
    """
    process = await asyncio.create_subprocess_exec(
        *command, *options(spec), stdin=DEVNULL, stdout=PIPE, stderr=PIPE
    )
    try:
        out, err = await process.communicate()
    except asyncio.CancelledError:
        with suppress(ProcessLookupError):
            process.kill()
        await process.wait()
        raise
    if process.returncode:
        raise _error(process.returncode, err.decode("utf-8", "replace"))
    try:
        return msgspec.json.decode(out, type=Recipe)
    except msgspec.DecodeError as error:
        raise TunerError(f"`advise --json` printed no recipe: {error}") from error


def options(spec: RunSpec) -> list[str]:
    """Return the command-line words that say the same as `spec`."""
    words = ["--json", f"--seed={spec.seed}", f"--device={spec.device}"]
    data, choices = asdict(spec.data), asdict(spec.choices)
    arguments = choices.pop("arguments") or {}
    source = data.pop("source")
    if spec.data.kind == "task":
        # The task reads its data itself; all that counts here is how much may be held out.
        data = {"task": source, "valid_share": data["valid_share"]}
    for name, value in {**data, **choices}.items():
        if value is not None:
            words += [f"--{name.replace('_', '-')}={value}"]
    words += [f"--set={name}={value}" for name, value in arguments.items()]
    return words if spec.data.kind == "task" else [*words, "--", source]


def _error(code: int, said: str) -> TunerError:
    lines = [line for line in said.splitlines() if line.strip()]
    last = lines[-1] if lines else f"`advise` ended with code {code} and said nothing"
    return _ERRORS.get(code, TunerError)(last.removeprefix(_PREFIX))
