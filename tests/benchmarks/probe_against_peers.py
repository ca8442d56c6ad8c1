"""How long does a whole learning-rate probe take, beside one sweep of a peer?

Run it as `python tests/benchmarks/probe_against_peers.py [--torch-python PATH]`. It prints the
median seconds of whole processes and their ratio, and asserts nothing. The budget is 1.0.

- `probe`: `tuner-tui probe lr demo:digits --json`, its compiled programs on disk from a first run.
- `sweep`: one process that does what a PyTorch finder does on the same data and model: import
  torch, load digits, sweep 100 steps from 1e-7 to 10 with a smoothed loss, suggest a rate. With
  `lightning` or `fastai` installed in that interpreter the sweep is theirs.
- `probe, 1 s` …: the probe under small budgets.

Processes take turns, so that a busy machine slows all alike. `--torch-python` names an interpreter
that has torch and scikit-learn; without it the peer is reported as absent.
"""

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

TURNS = 5
PROBE = [str(Path(sys.executable).with_name("tuner-tui")), "probe", "lr", "demo:digits", "--json"]

SWEEP = """
import math, torch
from sklearn.datasets import load_digits
from torch.utils.data import DataLoader, TensorDataset

x, y = load_digits(return_X_y=True)
x = torch.tensor((x - x.mean(0)) / (x.std(0) + 1e-8), dtype=torch.float32)
data = DataLoader(TensorDataset(x, torch.tensor(y)), batch_size=64, shuffle=True)
model = torch.nn.Sequential(
    torch.nn.Linear(64, 128), torch.nn.ReLU(),
    torch.nn.Linear(128, 128), torch.nn.ReLU(), torch.nn.Linear(128, 10),
)
KIND
"""

PLAIN = """
rule = torch.optim.AdamW(model.parameters(), lr=1e-7, weight_decay=0.01)
losses, rates, average, best, step = [], [], 0.0, math.inf, 0
while step < 100:
    for a, b in data:
        rate = 1e-7 * (1e8) ** (step / 99)
        for group in rule.param_groups:
            group["lr"] = rate
        rule.zero_grad()
        loss = torch.nn.functional.cross_entropy(model(a), b)
        loss.backward()
        rule.step()
        average = 0.98 * average + 0.02 * loss.item()
        smooth = average / (1 - 0.98 ** (step + 1))
        losses.append(smooth)
        rates.append(rate)
        step += 1
        best = min(best, smooth)
        if step >= 100 or smooth > 4 * best:
            step = 100
            break
print(rates[losses.index(min(losses))] / 10)
"""

FASTAI = """
from fastai.basics import Learner, DataLoaders
learner = Learner(DataLoaders(data, data), model, loss_func=torch.nn.CrossEntropyLoss())
print(learner.lr_find(show_plot=False).valley)
"""

LIGHTNING = """
import lightning, tempfile
from lightning.pytorch.tuner import Tuner
class Net(lightning.LightningModule):
    def __init__(self):
        super().__init__()
        self.net, self.lr = model, 1e-3
    def training_step(self, batch, _):
        return torch.nn.functional.cross_entropy(self.net(batch[0]), batch[1])
    def configure_optimizers(self):
        return torch.optim.AdamW(self.parameters(), lr=self.lr, weight_decay=0.01)
    def train_dataloader(self):
        return data
trainer = lightning.Trainer(
    max_steps=200, logger=False, enable_progress_bar=False, accelerator="cpu",
    default_root_dir=tempfile.mkdtemp(),
)
print(Tuner(trainer).lr_find(Net()).suggestion())
"""

KINDS = {"lightning": LIGHTNING, "fastai": FASTAI, "torch": PLAIN}
"""Peers by the module they need, dearest first."""


def main() -> None:
    """Time whole processes in turns and print their medians."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--torch-python", default=sys.executable, help="has torch and scikit-learn")
    parser.add_argument("--turns", type=int, default=TURNS)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        home = {"TUNER_TUI_HOME": f"{scratch}/home", "TUNER_TUI_CACHE": f"{scratch}/cache"}
        commands = {
            "probe": PROBE,
            "probe, 10 s": [*PROBE, "--budget", "10s"],
            "probe, 5 s": [*PROBE, "--budget", "5s"],
        }
        peers = {
            f"{name} sweep": [options.torch_python, "-c", SWEEP.replace("KIND", kind)]
            for name, kind in KINDS.items()
            if _has(options.torch_python, name)
        }
        walls = _in_turns({**commands, **peers}, {**os.environ, **home}, turns=options.turns)
    for name, seconds in walls.items():
        _say(f"{name:18}{seconds:8.2f} s")
    if not peers:
        _say(f"no peer: {options.torch_python} has no torch; name one that has (--torch-python)")
    for name in peers:
        ratios = (f"{mine} {walls[mine] / walls[name]:.2f}" for mine in commands)
        _say(f"over {name}: " + ", ".join(ratios))


def _has(python: str, module: str) -> bool:
    tried = subprocess.run([python, "-c", f"import {module}"], stderr=subprocess.DEVNULL)
    return tried.returncode == 0


def _in_turns(
    commands: dict[str, list[str]], environment: dict[str, str], *, turns: int
) -> dict[str, float]:
    """Return each command's median seconds; the first turn fills the caches and does not count."""
    taken: dict[str, list[float]] = {name: [] for name in commands}
    for _ in range(turns + 1):
        for name, command in commands.items():
            started = time.perf_counter()
            done = subprocess.run(command, env=environment, capture_output=True, text=True)
            taken[name].append(time.perf_counter() - started)
            if done.returncode not in (0, 4):
                raise SystemExit(f"{name} failed: {done.stderr[-500:]}")
    return {name: statistics.median(walls[1:]) for name, walls in taken.items()}


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")


if __name__ == "__main__":
    main()
