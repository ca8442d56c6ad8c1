"""Rows and columns: CSV and its relatives, Parquet, JSON lines, and scikit-learn's bundled sets."""

from tuner_engine.data.tables.loading import load, profile

__all__ = ["load", "profile"]
