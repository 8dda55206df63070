"""What tonight changes in a row can be written down and made again."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from performer.engine.edits import PLAIN, applied, edited
from performer.show.decisions import BASS_SIGNS
from tests.engine.bands import notes, section, show, song, whole

ROWS = st.text(st.sampled_from(sorted(BASS_SIGNS)), min_size=16, max_size=16)


@given(plain=ROWS, changed=ROWS)
def test_changes_lead_from_one_row_to_the_other(plain: str, changed: str) -> None:
    assert applied(plain, edited(plain, changed), BASS_SIGNS) == changed
    assert (edited(plain, changed) == PLAIN) == (plain == changed)


def test_what_lies_outside_or_is_no_sign_is_left_alone() -> None:
    assert applied("R...", "9=R 2=q x 3=R", BASS_SIGNS) == "R.R."


def test_a_written_change_is_made_in_its_bar_alone() -> None:
    base = song("house", sections=(section("verse", 8, 700),), form=("verse",))
    alone = " ".join(f"{slot}={'5' if slot == 9 else '.'}" for slot in range(1, 17))
    written = replace(base, decisions=(("verse/bass/riff/1/2", alone),))
    one, two = (notes(whole(show(s), "bass")) for s in (base, written))
    bar = 4 * 20_160
    assert [n for n in one if n.at // bar != 1] == [n for n in two if n.at // bar != 1]
    assert [n.at % bar // 5040 for n in two if n.at // bar == 1] == [8]
