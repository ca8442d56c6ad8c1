"""Which version of the program is this?

The build takes it from here; asking the installed package for it would take longer than advice.
"""

VERSION = "0.1.0"
"""Of the whole distribution."""
