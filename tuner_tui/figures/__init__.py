"""Which picture do a run's numbers make?

Pure functions from the folded state of a run to a chart's figure; no Textual.
Invariant: a figure shows measured numbers and the verdict's own; nothing here chooses a value.

```text
learning_rate  the sweep, the trials
batch_size     examples a second by batch size, gradient noise over training
trainings      losses and metrics over epochs, one line an arm, a band over its seeds
scores         how far seeds lie apart; what a setting's value does to the score
growth         what more data does to the score
standings      arms compared, each with its interval
charts         which of them a run of each command shows
```
"""

from tuner_tui.figures.batch_size import noise_figure, throughput_figure
from tuner_tui.figures.charts import Picture, drawn
from tuner_tui.figures.learning_rate import HEADROOM, sweep_figure, trials_figure
from tuner_tui.figures.marks import suggestion
from tuner_tui.figures.scores import effect_figure, growth_figure, luck_figure
from tuner_tui.figures.trainings import losses_figure, metric_figure

__all__ = [
    "HEADROOM",
    "Picture",
    "drawn",
    "effect_figure",
    "growth_figure",
    "losses_figure",
    "luck_figure",
    "metric_figure",
    "noise_figure",
    "suggestion",
    "sweep_figure",
    "throughput_figure",
    "trials_figure",
]
