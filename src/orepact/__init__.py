"""Orepact: from a named supply shock to a checked answer."""

__version__ = "0.1.0"
