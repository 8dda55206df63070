"""Styles as data: one readable TOML file each, and their reader.

``names()`` are the styles there are; ``read(name)`` gives one as a frozen value, and is remembered.
"""

from performer.styles.definition import Style
from performer.styles.reader import names, read
from performer.styles.tables import StyleError

__all__ = ["Style", "StyleError", "names", "read"]
