"""Measured tables say the same for ever: a style that a song pins stays as it is, whatever is measured later."""

from hashlib import sha256
from pathlib import Path

import pytest

from performer.styles import StyleError, measured
from performer.styles.definition import Piece
from performer.styles.read_feel import feel
from tools.played_feel import stored

DIGESTS = {
    "feel/afrobeat": "e635fd8abbb106603c85c0c173d7fcb7",
    "feel/funk": "191655727b3b0ade3df02a1c3687122b",
    "feel/hiphop": "8a35b7a3005568b65ddf3d84f4ffa0f1",
    "feel/jazz": "74da9e20dddde369ba1345cfa201c0f8",
    "feel/latin": "99e577842c6e6faa3989066e8df93139",
    "feel/pop": "823c9205bf13961eba0b931d423b1403",
    "feel/reggae": "4b2b4c550e4842c9ad44d012bb15bcf8",
    "feel/rock": "e04f3126867e68b6c6e5c26985ed481b",
    "feel/soul": "99e70634166186bbc8d1100a99ceeae5",
    "moves/standards": "a981670e20eedbbd2909e69b76d9b4c6",
}
"""The first half of the SHA-256 of every table that has been shipped. A row is never altered: a table that is measured anew is
another file (``NAME@2.toml``), named by a new version of the style, and gets a row of its own."""


def test_no_table_has_changed_under_its_name() -> None:
    now = {
        f"{kind}/{name}": sha256(measured.contents(kind, name)).hexdigest()[:32] for kind in measured.KINDS for name in measured.names(kind)
    }
    assert now == DIGESTS


def test_a_style_names_a_table_with_or_without_its_first_version() -> None:
    kit = (Piece(name="kick", note=36, grids=("x" * 16,), velocity=(80, 90)),)
    assert feel({"table": "funk@1"}, "feel", kit) == feel({"table": "funk"}, "feel", kit)


@pytest.mark.parametrize("name", ["funk@2", "../house", "FUNK", ""])
def test_a_table_that_is_not_there_is_no_table(name: str) -> None:
    for kind in measured.KINDS:
        with pytest.raises(StyleError, match="called"):
            measured.named(kind, name, "feel.table")


def test_a_table_that_is_measured_anew_leaves_the_old_one_as_it_is(tmp_path: Path) -> None:
    first = stored(tmp_path, "funk", "drift = 16\n")
    assert (stored(tmp_path, "funk", "drift = 16\n"), first.name) == (first, "funk.toml")
    second = stored(tmp_path, "funk", "drift = 17\n")
    assert (second.name, first.read_text(), second.read_text()) == ("funk@2.toml", "drift = 16\n", "drift = 17\n")
    assert stored(tmp_path, "funk", "drift = 17\n") == second
    assert stored(tmp_path, "funk", "drift = 18\n").name == "funk@3.toml"
