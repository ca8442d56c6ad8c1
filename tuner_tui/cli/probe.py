"""What does one measurement say about one hyperparameter?"""

from tuner_tui.cli import COMMANDS, options, parsing
from tuner_tui.cli.question import question

app = parsing.command("probe", COMMANDS["probe"])

app.command(
    question(
        "probe-lr",
        "Sweep the learning rate, confirm by short trainings, and print the verdict.",
        effort=options.AnyMeasuredEffort,
    ),
    name="lr",
)
app.command(
    question(
        "probe-batch",
        "Time batch sizes that fit the memory, and measure how noisy gradients are.",
        effort=options.AnyCheckedEffort,
    ),
    name="batch",
)
app.command(
    question(
        "probe-epochs",
        "Train with several seeds, for less time and on less data, and say how long is worth it.",
    ),
    name="epochs",
)
app.command(
    question("probe-seeds", "Train with several seeds, and say how much of a difference is luck."),
    name="seeds",
)
app.command(
    question(
        "probe-regularization",
        "Try other decay, dropout and label smoothing, if there is overfitting at all.",
    ),
    name="regularization",
)
