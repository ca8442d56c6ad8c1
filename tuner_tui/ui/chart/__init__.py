"""A chart that lives in the app.

```text
keys     the chart's keys, for the widget, footer and help
colours  the inks' colours
widget   a sheet of `tuner_tui.chart` as a Textual widget, with keys, mouse and messages
```
"""
