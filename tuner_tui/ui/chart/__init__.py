"""A chart that lives in the app.

```text
keys      the chart's rows of the table of keys
colours   the inks' colours in the app's themes
messages  what a chart says to its screen
mouse     what presses and drags do
link      charts that show one cursor
widget    a scene of `tuner_tui.chart` as a Textual widget
```
"""
