"""Whole conversations with the real assistant, kept as a user sees them: tests/transcripts/, played by ``Stage``."""

from .checks import faults
from .stage import Stage
from .transcript import FOLDER, Talk, talks

__all__ = ["FOLDER", "Stage", "Talk", "faults", "talks"]
