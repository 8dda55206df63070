"""performer: a virtual live performer."""

__version__ = "0.1.0"
