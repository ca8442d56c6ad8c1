"""What do screens ask of the app?

Screens and widgets render frozen state and post these; the app alone changes state and starts
processes.
"""

from textual.message import Message

from tuner_tui.ui.session import Session


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
