"""One function per published rule, named after it.

A rule is pure arithmetic on facts: its docstring holds formula, units, validity and source, and
its test the published numbers. Rows of the presets name the rules that compute their values.
"""
