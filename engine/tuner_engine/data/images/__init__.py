"""Images with a class each: folders of files, IDX, NumPy arrays, pixels in tables.

```text
pictures  what every reader hands on
tree      which files a folder holds → decoding, sizes → folder
idx       pairs of IDX files        ┐
stacks    stored arrays of images   ┴ layout, levels, labels
flat      pixels in the columns of a table
loading   which reader; the split; the encoding
facts     what is reported
```
"""

from tuner_engine.data.images.loading import load, profile, recognised

__all__ = ["load", "profile", "recognised"]
