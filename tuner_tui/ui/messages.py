"""What do screens ask of the app, and what does it find out by itself?

Screens and widgets render frozen state and post these; the app alone changes state and starts
processes.
"""

from typing import TYPE_CHECKING

from textual.message import Message

from tuner_tui.ui.session import Session

if TYPE_CHECKING:  # what deals with runs is loaded once the first frame stands
    from tuner_engine.runs import Run
    from tuner_engine.specs import Command, DataSpec


class Decided(Message):
    """A person changed the recipe.

    Args:
        session: The session after the change.
    """

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.session = session


class Retargeted(Message):
    """A person wants another question asked of the data, or other data.

    Args:
        session: One without a recipe: its data is to be read.
    """

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.session = session


class RateTaken(Message):
    """A person took the learning rate under a chart's cursor.

    Args:
        learning_rate: In data coordinates.
    """

    def __init__(self, learning_rate: float) -> None:
        super().__init__()
        self.learning_rate = learning_rate


class DataAsked(Message):
    """A person wants other data opened.

    Args:
        data: Which, and how they are understood.
    """

    def __init__(self, data: "DataSpec") -> None:
        super().__init__()
        self.data = data


class ProbeAsked(Message):
    """A person wants something measured, with the recipe as it stands.

    Args:
        command: A probe, the whole tuning, or one training.
    """

    def __init__(self, command: "Command") -> None:
        super().__init__()
        self.command = command


class SettingWanted(Message):
    """A person wants to see a setting where it can be changed.

    Args:
        name: Of the setting.
    """

    def __init__(self, name: str) -> None:
        super().__init__()
        self.name = name


class RunOpened(Message):
    """A person wants to see a run, going or ended.

    Args:
        run: Its folder.
    """

    def __init__(self, run: "Run") -> None:
        super().__init__()
        self.run = run


class StillGoing(Message):
    """A run of the same data, started elsewhere, is still going.

    Args:
        run: Its folder.
    """

    def __init__(self, run: "Run") -> None:
        super().__init__()
        self.run = run
