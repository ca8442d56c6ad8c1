"""What is a good recipe for this data, measured within a budget?"""

from tuner_tui.cli import COMMANDS, parsing
from tuner_tui.cli.question import question

app = parsing.command("tune", COMMANDS["tune"])

RECIPE_FILE = "recipe.json"
"""Where the recipe is kept in the run folder, unless `--output` names a file."""

app.default(
    question("tune", "Advise, probe and confirm, then print the recipe.", keep_as=RECIPE_FILE)
)
