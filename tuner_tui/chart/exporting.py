"""In which forms does a chart leave the program?

Pure functions from a figure to text or bytes; whoever calls them writes the file.
"""

from tuner_tui.chart.png import as_png
from tuner_tui.chart.svg import as_svg
from tuner_tui.chart.tabular import as_csv
from tuner_tui.chart.text import as_text

__all__ = ["as_csv", "as_png", "as_svg", "as_text"]
