"""What becomes of a running probe when the app is left?"""

from tuner_tui.ui.screens.confirm import ConfirmScreen


class LeavingScreen(ConfirmScreen):
    """Answers `stay`, `leave` or `stop`."""

    def __init__(self) -> None:
        super().__init__(
            "A probe is running.",
            (
                ("stay", "Stay here"),
                ("leave", "Leave it running: the app finds it again on the same data"),
                ("stop", "Stop it, keep what was measured, and leave"),
            ),
        )


class AttachScreen(ConfirmScreen):
    """Answers `attach` or `ignore` for a run of the same data that is still going.

    Args:
        run_id: Which run.
    """

    def __init__(self, run_id: str) -> None:
        super().__init__(
            f"A probe of this data is still running: {run_id}",
            (("attach", "Watch it"), ("ignore", "Leave it alone")),
        )
