"""What about the data themselves looks like a mistake in what they are used for?"""

import re

from tuner_engine.printable import printable
from tuner_engine.workload import Caution, DataFacts, Workload

HELD_OUT = re.compile(r"(?:^|[/_.-])(test|holdout|held[_-]?out|heldout)(?=$|[/_.-])", re.IGNORECASE)
"""How files are named that nothing should be chosen by."""

MAJORITY = 0.9
"""Share of the commonest class from which accuracy says little. House choice."""

TEST_DATA = "test-data-tuned-on"
IMBALANCE = "accuracy-hides-imbalance"


def about_data(workload: Workload, data: DataFacts | None) -> tuple[Caution, ...]:
    """Return what the data's name and sizes give away.

    Args:
        workload: What is trained.
        data: How the file was read; none where no file was.
    """
    found = []
    if data is not None and HELD_OUT.search(data.source):
        message = (
            f"{printable(data.source)} is named like data for a final test, and settings are "
            "chosen on it here; give the training data, and keep these for the end"
        )
        found.append(Caution(code=TEST_DATA, message=message))
    share = workload.majority_share
    if data is None and share is not None and share >= MAJORITY:
        message = (
            f"always answering the commonest class is right {share:.0%} of the time, so accuracy "
            "hides what is learnt; judge by loss or balanced accuracy"
        )
        found.append(Caution(code=IMBALANCE, message=message))
    return tuple(found)
