"""What does a config that somebody already has say, in our settings?

```text
notation   bytes → names and values, whatever the notation
detection  which program's config it is
facts      what is trained on what, as far as it says
imported   settings, and everything that became none
```

Nothing in a file is run, unpickled or looked up; a value that may be a secret is never kept.
"""

from tuner_engine.configs.detection import READABLE
from tuner_engine.configs.facts import Facts, workload
from tuner_engine.configs.imported import Imported, read

__all__ = ["READABLE", "Facts", "Imported", "read", "workload"]
