"""The rows of the app's table of keys, by where they work.

```text
key         what a row says
everywhere  the app, and the ways to every place
first       where data are opened and described
recipe      settings, schedule, sampling, export
runs        probes, and the runs that were made
common      lists and dialogs
```
"""
