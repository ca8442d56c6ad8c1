"""From a file to arrays, without JAX.

`load` reads, judges, splits and encodes a table; `profile` stops before encoding. Polars and
scikit-learn are imported when a file is read, not before.
"""

from tuner_engine.data.dataset import Dataset, Split, TargetScale, load, profile
from tuner_engine.data.demo import DEMOS

__all__ = ["DEMOS", "Dataset", "Split", "TargetScale", "load", "profile"]
