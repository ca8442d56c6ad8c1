"""From a file to arrays, without JAX.

`load` reads, judges, splits and encodes; `profile` stops before encoding. Polars, scikit-learn and
other readers are imported when a file is read, not before.

```text
loading    which kind of data, and who reads it
dataset    what every reader returns
tables     rows and columns
source     bytes of a file, whatever compresses them
```
"""

from tuner_engine.data.dataset import (
    Arrays,
    Dataset,
    ImageEncoding,
    TableEncoding,
    TargetScale,
    TokenEncoding,
)
from tuner_engine.data.loading import load, profile
from tuner_engine.data.tables.demo import DEMOS

__all__ = [
    "DEMOS",
    "Arrays",
    "Dataset",
    "ImageEncoding",
    "TableEncoding",
    "TargetScale",
    "TokenEncoding",
    "load",
    "profile",
]
