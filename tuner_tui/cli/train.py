"""How well does one full training do with these values?"""

from tuner_tui.cli import COMMANDS, parsing
from tuner_tui.cli.question import question

app = parsing.command("train", COMMANDS["train"])

app.default(question("train", "Train once, and print the history and the scores."))
