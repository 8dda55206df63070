"""The picture: read back by a decoder of the test's own, and looked at where something must stand."""

import struct
import zlib
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from performer.controls import GoTo, When
from performer.engine.performance import Score
from performer.events import Note
from performer.rehearse.canvas import Sheet, mixed, png, width_of
from performer.rehearse.font import HEIGHT, spelt
from performer.rehearse.heard import Sound
from performer.rehearse.lanes import PAPER, ROLES, Frame, draw_lane, lane
from performer.rehearse.render import PlayedBar, Press, render
from performer.rehearse.roll import realised_by, roll, rows_of
from performer.show.definition import Show
from performer.ticks import Tick

WHITE, BLACK = (255, 255, 255), (0, 0, 0)
Pixels = NDArray[np.uint8]


def decoded(png: bytes) -> Pixels:
    """A PNG of 8-bit truecolour with filters None, Sub and Up; every checksum looked at."""
    assert png[:8] == b"\x89PNG\r\n\x1a\n"
    at, body, width, height = 8, b"", 0, 0
    while at < len(png):
        size, kind = struct.unpack(">I4s", png[at : at + 8])
        data = png[at + 8 : at + 8 + size]
        assert struct.unpack(">I", png[at + 8 + size : at + 12 + size])[0] == zlib.crc32(kind + data)
        if kind == b"IHDR":
            width, height, *rest = struct.unpack(">IIBBBBB", data)
            assert rest == [8, 2, 0, 0, 0]
        body += data if kind == b"IDAT" else b""
        at += 12 + size
    raw = np.frombuffer(zlib.decompress(body), np.uint8).reshape(height, width * 3 + 1)
    out = np.zeros((height, width * 3), np.uint8)
    for y in range(height):
        line = raw[y, 1:]
        assert raw[y, 0] in (0, 2)
        out[y] = line + (out[y - 1] if y and raw[y, 0] == 2 else np.uint8(0))
    return out.reshape(height, width, 3)


@settings(max_examples=40, deadline=None)
@given(st.tuples(*[st.floats(-30, 60)] * 2), st.tuples(*[st.floats(0, 50)] * 2))
def test_a_rectangle_covers_its_area_and_stays_on_the_sheet(at: tuple[float, float], size: tuple[float, float]) -> None:
    sheet = Sheet(40, 30, WHITE)
    sheet.rect(*at, *size, BLACK)
    inked = float((255 - sheet.pixels[:, :, 0]).sum() / 255)
    wide = max(0.0, min(40, at[0] + size[0]) - max(0, at[0]))
    high = max(0.0, min(30, at[1] + size[1]) - max(0, at[1]))
    assert inked == pytest.approx(wide * high, abs=0.05)


def test_png_gives_back_the_pixels() -> None:
    sheet = Sheet(27, 9, (252, 251, 248))
    sheet.rect(2, 3, 5.5, 4, (200, 10, 30))
    sheet.text(9, 0, "Ag", (1, 2, 3), 1)
    pixels = decoded(png([sheet]))
    assert (pixels == np.rint(sheet.pixels)).all()
    assert tuple(pixels[4, 3]) == (200, 10, 30)
    assert tuple(pixels[4, 7]) == mixed((252, 251, 248), (200, 10, 30), 0.5)


def test_the_same_drawing_gives_the_same_bytes(show: Show, score: Score) -> None:
    assert roll(render(show, 0, score=score), 800) == roll(render(show, 0, score=score), 800)


@pytest.mark.parametrize("size", [1, 2, 3, 4])
def test_text_is_as_wide_as_it_says_and_inside_its_line(size: int) -> None:
    sheet = Sheet(400, HEIGHT * size + 20, WHITE)
    wide = sheet.text(10, 10, "Night jog", BLACK, size)
    ink = np.argwhere(sheet.pixels[:, :, 0] < 128)
    assert wide == width_of("Night jog", size)
    assert 10 <= ink[:, 1].min() <= 10 + size
    assert 10 + wide - size <= ink[:, 1].max() + 1 <= 10 + wide
    assert ink[:, 0].min() >= 10
    assert ink[:, 0].max() < 10 + HEIGHT * size


def test_text_ends_or_is_centred_where_it_is_anchored() -> None:
    for anchor, low, high in (("right", 0, 100), ("middle", 50, 150), ("left", 100, 200)):
        sheet = Sheet(200, 40, WHITE)
        sheet.text(100, 10, "drop", BLACK, 2, anchor=anchor)
        columns = np.argwhere(sheet.pixels[:, :, 0] < 128)[:, 1]
        assert low <= columns.min()
        assert columns.max() < high


def test_every_letter_has_a_glyph_of_its_own() -> None:
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789.,:;!?+-*/=<>()[]{}|_#&%$@^~'\"`\\°×·"
    glyphs = spelt(letters)
    assert len(set(glyphs)) == len(letters)
    for glyph in glyphs:
        assert len(glyph) == HEIGHT
        assert len({len(row) for row in glyph}) == 1
        assert set("".join(glyph)) <= {"#", "."}
        assert "#" in "".join(glyph)


def test_accents_are_left_out_and_the_unknown_is_a_box() -> None:
    assert spelt("Étude") == spelt("Etude")
    assert spelt("B♭") == spelt("Bb")
    assert spelt("夜") not in [spelt(c) for c in "abcXYZ"]


def bars(lengths: list[int]) -> list[PlayedBar]:
    out: list[PlayedBar] = []
    for number, length in enumerate(lengths):
        for index in range(length):
            at = len(out) * 80_640
            row = PlayedBar(
                at=Tick(at), end=Tick(at + 80_640), bar=len(out), song=0, section=f"s{number}", visit=0, starts=index == 0, energy=500
            )
            out.append(row)
    return out


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(1, 130), min_size=1, max_size=30))
def test_rows_hold_every_bar_once_and_are_not_too_long(lengths: list[int]) -> None:
    played = bars(lengths)
    rows = rows_of(played)
    assert [bar for row in rows for bar in row] == played
    assert max(map(len, rows)) <= 96
    assert min(map(len, rows)) >= 1


def test_rows_begin_with_sections() -> None:
    rows = rows_of(bars([16, 16, 8, 32, 16, 16, 8, 32, 8]))
    assert [len(row) for row in rows] == [72, 80]
    assert all(row[0].starts for row in rows)


def test_every_song_of_an_evening_begins_a_row() -> None:
    played = [replace(bar, song=bar.bar // 150) for bar in bars([10] * 30)]
    rows = rows_of(played)
    assert [row[0].bar for row in rows if row[0].bar % 150 == 0] == [0, 150]
    assert all(row[0].song == row[-1].song for row in rows)
    assert [bar for row in rows for bar in row] == played


def test_a_note_stands_at_its_time_and_pitch_in_its_colour() -> None:
    sheet = Sheet(600, 200, PAPER)
    one = lane("bass", "bass", [Sound(20_160, 40_320, 40, 127), Sound(0, 10, 30, 1)], [], 0)
    draw_lane(sheet, Frame(start=0, end=80_640, left=200, scale=400 / 80_640), 10, one)
    ink = np.argwhere((np.rint(sheet.pixels) == ROLES["bass"]).all(axis=2))
    ink = ink[ink[:, 1] >= 200]
    assert (ink[:, 1].min(), ink[:, 1].max()) == (300, 398)
    step = one.height / (one.high - one.low + 1)
    assert ink[:, 0].mean() == pytest.approx(10 + (one.high - 40 + 0.5) * step, abs=1)


def test_drums_are_rows_with_the_kick_at_the_bottom() -> None:
    kit = lane("drums", "drums", [Sound(0, 9, 49, 127), Sound(40_320, 40_330, 36, 127)], [], 0)
    sheet = Sheet(600, 100, PAPER)
    draw_lane(sheet, Frame(start=0, end=80_640, left=200, scale=400 / 80_640), 10, kit)
    ink = np.argwhere((np.rint(sheet.pixels) == ROLES["drums"]).all(axis=2))
    crash = ink[(ink[:, 1] >= 200) & (ink[:, 1] < 300)]
    kick = ink[ink[:, 1] >= 300]
    assert crash[:, 0].max() < kick[:, 0].min()


def test_realised_follows_the_notes(show: Show, score: Score) -> None:
    rendering = render(show, 0, score=score)
    found = realised_by(rendering)
    first = rendering.bars[0]
    notes = [event for event in rendering.events if isinstance(event, Note) and first.at <= event.at < first.end]
    assert found.density[0] * found.greatest == pytest.approx(len(notes) / 2.0)
    assert found.velocity[0] == pytest.approx(sum(note.velocity for note in notes) / len(notes) / 127)
    assert max(found.density) == 1.0
    assert found.follows is not None
    assert -1 <= found.follows <= 1


def test_what_was_pressed_has_a_lane(show: Show, score: Score) -> None:
    heights = []
    for presses in ([], [Press(control=GoTo("odd", When.BAR), bar=2)]):
        heights.append(decoded(roll(render(show, 0, score=score, presses=presses), 1600)).shape[0])
    assert heights[1] > heights[0]


def test_it_shows_the_whole_performance_at_any_width(show: Show, score: Score) -> None:
    rendering = render(show, 0, score=score)
    for width in (1600, 2400):
        pixels = decoded(roll(rendering, width))
        assert pixels.shape[1] == width
        last = pixels[120:, width - 120 : width - 41]
        assert (last != PAPER).any(axis=2).mean() > 0.05


def test_nothing_played_is_nothing_to_draw(show: Show) -> None:
    with pytest.raises(ValueError, match="nothing"):
        roll(replace(render(show, 0, score=None), bars=()))


def test_sheets_stand_below_one_another() -> None:
    first = Sheet(4, 2, WHITE)
    first.rect(0, 1, 4, 1, BLACK)
    pixels = decoded(png([first, Sheet(4, 3, (1, 2, 3))]))
    assert pixels.shape == (5, 4, 3)
    assert tuple(pixels[0, 3]) == WHITE
    assert tuple(pixels[1, 3]) == BLACK
    assert tuple(pixels[2, 0]) == (1, 2, 3)


@pytest.mark.parametrize("sheets", [[], [Sheet(4, 2, BLACK), Sheet(5, 2, BLACK)]])
def test_sheets_that_do_not_fit_are_refused(sheets: list[Sheet]) -> None:
    with pytest.raises(ValueError, match="sheet"):
        png(sheets)
