"""``python -m bench.music [--quick] [--styles a,b] [--seeds N] [--meter M] [--only FIGURE,...] [--parts]``: the musical scoreboard.

It prints; it never judges.

One line a figure: the median of all pieces; the styles with the lowest and the highest median; the range people have, or the
target; the smallest and the largest value of one piece. With ``--styles`` the values of each style follow, as many styles side
by side as fit 100 columns, ``!`` where one is outside.
"""

import argparse
import sys

from bench.figures import Row, table
from bench.music import by_style, material, measured
from bench.music.figure import Figure, Values, row
from bench.music.material import playing
from bench.music.repeats import by_part
from bench.music.scoreboard import FIGURES


def main() -> int:
    """0 when every figure could be computed, 1 when one could not."""
    parser = argparse.ArgumentParser(
        prog="python -m bench.music", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--quick", action="store_true", help="two songs a style: about a minute")
    parser.add_argument("--styles", help="styles to measure, with commas, or 'all': a table by style follows")
    parser.add_argument("--seeds", type=int, default=0, help="songs a style (6; 2 when quick)")
    parser.add_argument("--meter", default="4/4", help="meter of the songs that are made: 3/4, 6/8, 5/4, 7/8 ... (4/4)")
    parser.add_argument("--only", help="figures, with commas; the beginning of a name is enough")
    parser.add_argument("--parts", action="store_true", help="then, part by part, which bars come back: why bars are new")
    asked = parser.parse_args()
    styles = playing() if asked.styles in (None, "all") else tuple(asked.styles.split(","))
    if unknown := set(styles) - set(playing()):
        parser.error(f"no style that plays is called {', '.join(sorted(unknown))}: {' '.join(playing())}")
    chosen = [f for f in FIGURES if asked.only is None or f.name.startswith(tuple(asked.only.split(",")))]
    if not chosen:
        parser.error(f"no figure is called {asked.only}: {' '.join(f.name for f in FIGURES)}")
    found: list[tuple[Figure, Values]] = []
    failed = []
    songs = material(quick=asked.quick, styles=styles, seeds=asked.seeds, meter=asked.meter)
    for figure in chosen:
        print(f"{figure.name} ...", file=sys.stderr, flush=True)
        try:
            found += measured(songs, [figure])
        except Exception as error:  # noqa: BLE001 - one figure that cannot be computed must not hide the others
            failed.append(f"{figure.name}: {type(error).__name__}: {error}")
    rows: list[Row] = [row(figure, values) for figure, values in found]
    print(table(rows))
    if asked.styles:
        print("\n" + by_style(found))
    if asked.parts:
        print("\n" + by_part(songs))
    for line in failed:
        print(f"could not compute {line}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
