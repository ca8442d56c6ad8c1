"""Preset values by family of model, as TOML, each with its source."""
