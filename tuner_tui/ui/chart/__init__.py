"""Our own chart: arrays in, terminal cells out.

```text
scales   data ↔ unit interval, limits, ticks, number labels
figure   what is to be shown: series, bands, markers, axes
view     which stretch of it is in sight: growing limits, zoom
cursor   what the crosshair can stand on, and what it reads there
glyphs   which characters draw it: braille, block, ascii
raster   series → cells
sheet    the whole chart, axes and legend included, as grids of cells
text     the sheet as plain lines
widget   the sheet as a Textual widget; the only module that imports textual
```
"""

from tuner_tui.ui.chart.figure import Axis, Band, Figure, Marker, Series

__all__ = ["Axis", "Band", "Figure", "Marker", "Series"]
