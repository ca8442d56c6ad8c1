"""Arrays in files: NumPy's NPY and NPZ, never unpickled.

```text
stored       a header, then rows
numpy_files  the arrays of an NPZ or NPY
roles        which are examples, which answers, and of which split
```
"""
