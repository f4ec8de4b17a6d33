"""The version of this code, which every case carries beside that of its facts."""

__version__ = "0.1.0"
