"""In which form does a recipe leave for another program, and what gets lost on the way?

```text
outcome     what leaves, what was dropped, what was approximated
formats     the list of formats; each is imported when it is asked for
case        what there is to write
entries     a setting and a field that say the same, for both directions
writers     a table of fields and a notation make a format
```
"""

from tuner_engine.export.formats import FORMATS, Format, export, exported, formats
from tuner_engine.export.outcome import Approximated, Dropped, Exported, report
from tuner_engine.export.schema import schemas

__all__ = [
    "FORMATS",
    "Approximated",
    "Dropped",
    "Exported",
    "Format",
    "export",
    "exported",
    "formats",
    "report",
    "schemas",
]
