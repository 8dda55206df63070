"""What tonight changes in a row of signs, as a decision says it: ``7=. 15=5``, a sixteenth (from 1) and its sign each.

Law of this file: ``applied(plain, edited(plain, changed)) == changed`` for rows of one length; what lies outside a row is left alone.
"""

PLAIN = "plain"


def edited(plain: str, changed: str) -> str:
    """The changes that lead from one row to another; ``plain`` for none."""
    rows = enumerate(zip(plain, changed, strict=True), 1)
    return " ".join(f"{slot}={new}" for slot, (old, new) in rows if old != new) or PLAIN


def applied(plain: str, text: str, signs: frozenset[str]) -> str:
    """The row with the changes of a decision, as far as they can be read."""
    row = list(plain)
    for word in text.split() if text != PLAIN else ():
        slot, _, sign = word.partition("=")
        if slot.isdecimal() and 1 <= int(slot) <= len(row) and sign in signs:
            row[int(slot) - 1] = sign
    return "".join(row)
