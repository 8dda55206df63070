"""Styles as data: one readable TOML file each, and their reader.

``names()`` are the styles there are; ``read(name)`` gives one as a frozen value, and is remembered;
``blend(weights, chance)`` makes one of several, ``compound(aspects)`` one whose aspects come from several.
"""

from performer.styles.blend import blend, compound
from performer.styles.definition import ASPECTS, Style
from performer.styles.reader import names, read
from performer.styles.tables import StyleError

__all__ = ["ASPECTS", "Style", "StyleError", "blend", "compound", "names", "read"]
