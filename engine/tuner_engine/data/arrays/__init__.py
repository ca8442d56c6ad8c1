"""Vectors in NumPy's NPY and NPZ files, which are never unpickled; then as any table.

```text
stored       a header, then rows
numpy_files  the arrays of one file
collected    the arrays that belong together
roles        which are examples, which answers, and of which split
vectors      arrays → a table
loading      the table → a data set
```
"""

from tuner_engine.data.arrays.loading import load, profile, recognised

__all__ = ["load", "profile", "recognised"]
