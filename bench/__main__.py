"""``python -m bench [--quick] [NAME ...]``: run the benches and print one table. It prints; it never judges.

--quick takes seconds and one repeat, to show that every bench runs: its figures mean nothing.
"""

import argparse
import importlib
import sys

from bench.figures import Row, table
from bench.machine import describe

BENCHES = ("grid", "tags", "stuff", "trigger", "beat", "bar", "rehearse", "start", "memory", "journal", "music", "levels")


def main() -> int:
    """0 when every bench ran, 1 when one could not."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"which benches (all of them: {' '.join(BENCHES)})")
    parser.add_argument("--quick", action="store_true", help="seconds in place of minutes")
    parser.add_argument("--repeats", type=int, help="repeats of each condition (7; 1 when quick)")
    parser.add_argument("--seconds", type=float, help="seconds of each repeat (20; 2 when quick)")
    asked = parser.parse_args()
    unknown = [name for name in asked.names if name not in BENCHES]
    if unknown:
        parser.error(f"no bench is called {', '.join(unknown)}: {' '.join(BENCHES)}")
    repeats, seconds = asked.repeats or (1 if asked.quick else 7), asked.seconds or (2.0 if asked.quick else 20.0)
    print(describe(), flush=True)
    print(f"{repeats} repeats of {seconds:g} s{' (a smoke run: these figures mean nothing)' if asked.quick else ''}", flush=True)
    rows: list[Row] = []
    failed = []
    for name in asked.names or BENCHES:
        print(f"{name} ...", file=sys.stderr, flush=True)
        try:
            rows += importlib.import_module(f"bench.{name}").run(seconds=seconds, repeats=repeats)
        except Exception as error:  # noqa: BLE001 - one bench that cannot run must not hide the others
            failed.append(f"{name}: {type(error).__name__}: {error}")
    print(table(rows))
    for line in failed:
        print(f"could not run {line}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
