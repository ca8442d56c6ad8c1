"""Which shape and which schedule does a table's network need?

```text
python tests/benchmarks/shapes.py [TABLE[:TARGET] …]
```

Trains the two shapes that advice chooses between, under a constant rate with patience and under a
cosine over 50 epochs, at three rates with two seeds, on each table (by default the small ones that
come with the program). Prints the lowest mean validation loss over the rates, the test loss of the
same trainings, and processor seconds. Rows H4 and H5 of the presets rest on it.
"""

import sys
import time

import numpy as np

from tuner_engine import data
from tuner_engine.advice.rules.tabular import small_table_batch_size
from tuner_engine.models import tabular
from tuner_engine.specs import DataSpec, Hyperparameters
from tuner_engine.training import cohort, courses, devices, fitting

SHAPES = ((2, 128), (3, 256))
SCHEDULES = (("constant", 256, 16, 0.0), ("cosine", 50, None, 0.05))
RATES = (3e-4, 1e-3, 3e-3)
SEEDS = 2
MOST_ROWS = 6_000


def main(tables: list[str]) -> None:
    """Print one line per table, shape and schedule."""
    devices.configure("cpu")
    print(f"{'table':28}{'rows':>6}  {'shape':7}{'schedule':10}{'valid':>8}{'test':>8}{'cpu':>7}")
    for table in tables:
        source, _, target = table.rpartition(":") if table.count(":") > 1 else (table, "", "")
        spec = DataSpec(source=source, target=target or None, max_rows=MOST_ROWS)
        dataset = data.load(spec, seed=0)
        for layers, width in SHAPES:
            for schedule, epochs, patience, warmup in SCHEDULES:
                settings = Hyperparameters(
                    model="mlp",
                    hidden_layers=layers,
                    hidden_width=width,
                    optimizer="adamw",
                    schedule=schedule,
                    learning_rate=RATES[0],
                    warmup_share=warmup,
                    batch_size=small_table_batch_size(len(dataset.train["x"])),
                    epochs=epochs,
                    patience=patience,
                    weight_decay=0.0,
                    dropout=0.0,
                    label_smoothing=0.0,
                    gradient_clip=None,
                )
                valid, test, cpu_s = measured(dataset, settings)
                print(
                    f"{table[-28:]:28}{dataset.profile.workload.train_examples:>6}"
                    f"  {layers}x{width:<5}{schedule:10}"
                    f"{valid:8.4f}{test:8.4f}{cpu_s:6.1f}s",
                    flush=True,
                )


def measured(dataset: data.Dataset, settings: Hyperparameters) -> tuple[float, float, float]:
    """Return validation and test loss at the best rate, and processor seconds."""
    began_s = time.process_time()
    task = tabular.task(dataset, settings)
    lanes = [
        cohort.Lane(learning_rate=rate, weight_decay=0.0, seed=seed)
        for rate in RATES
        for seed in range(SEEDS)
    ]
    program = fitting.fitted(task, settings, lanes=len(lanes), keep_best=True).program
    chunks = list(cohort.train(program, lanes, courses.course(task, settings)))
    figures = np.concatenate([chunk.figures["loss"] for chunk in chunks], axis=1)
    valid = np.nanmin(figures, axis=1).reshape(len(RATES), SEEDS).mean(axis=1)
    best = int(np.argmin(valid))
    scores = program.score(chunks[-1].state, task.test or task.valid)["loss"][chunks[-1].slots]
    test = scores.reshape(len(RATES), SEEDS).mean(axis=1)
    return float(valid[best]), float(test[best]), time.process_time() - began_s


if __name__ == "__main__":
    main(sys.argv[1:] or ["demo:digits", "demo:breast-cancer", "demo:diabetes", "demo:wine"])
