"""Our own charts: arrays in, cells, text and pictures out; needs neither a terminal nor Textual.

```text
scales     data ↔ unit interval, limits, ticks, number labels
figure     what is to be shown: series, bands, markers, axes
look       how a person wants it: scales, smoothing, guides
view       which stretch of it is in sight: growing limits, zoom
cursor     what the crosshair can stand on, and what it reads there
scene      all of these at one moment; `acts` lead from one to the next
words      what a cursor reads, in one line
glyphs     which characters draw it: braille, block, ascii; inks, dashes, stipples
strokes    lines → dots
bars       where bars stand
frame      value ↔ place on the plot
raster     bands, markers, series → cells of the plot
sheet      glyph, ink and background of every cell; what changed between two
axes       layout, y axis, x axis, guides
labels     title, legend, names of markers, in `lettering` that obeys nothing
drawing    all of it as one sheet; cursor, pin and box over a copy
text       the sheet as plain lines
shapes     lines, areas, dots and words, in the inks of `palette`
picture    the figure as shapes
svg, png   the shapes painted
tabular    the numbers as CSV
exporting  the four forms that leave the program
```

Both front ends draw from here: the command prints `text`, the app's widget is `tuner_tui.ui.chart`.
"""

from tuner_tui.chart.figure import Axis, Band, Figure, Marker, Series

__all__ = ["Axis", "Band", "Figure", "Marker", "Series"]
