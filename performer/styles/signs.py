"""The signs of grids by role, and how many a grid may have: what styles, decisions and roles read alike.

Law of this file: a sign is a sixteenth of 4/4; what it means stands at ``Piece``, ``Voice`` and ``Kit`` in ``definition``.
"""

DRUMS = ".xXgort123456789"
BASS = ".-Rrg2345678abos"
CHORDS = ".-Xxs"
PADS = ".-Xx"
FIGURES = ".-0123456789"
LINES = ".xX"

SHORT = (16, 32)
"""One bar or two."""
LONG = (16, 32, 48, 64)
"""One to four bars, of drums and bass."""
