"""Our own charts: arrays in, cells out; needs neither a terminal nor Textual.

```text
scales   data ↔ unit interval, limits, ticks, number labels
figure   what is to be shown: series, bands, markers, axes
view     which stretch of it is in sight: growing limits, zoom
cursor   what the crosshair can stand on, and what it reads there
glyphs   which characters draw it: braille, block, ascii; inks and dashes
strokes  lines → dots
raster   bands, markers, series → cells of the plot
sheet    glyph, ink and background of every cell; what changed between two
axes     layout, y axis, x axis
labels   title, legend, names of markers, in `lettering` that obeys nothing
drawing  all of it, and the cursor, as one sheet
text     the sheet as plain lines
```

Both front ends draw from here: the command prints `text`, the app's widget is `tuner_tui.ui.chart`.
"""

from tuner_tui.chart.figure import Axis, Band, Figure, Marker, Series

__all__ = ["Axis", "Band", "Figure", "Marker", "Series"]
