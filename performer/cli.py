"""The command line: arguments to one call each.

Law of this file: nothing is decided here, and nothing heavy is imported before its command is asked for.
Exit codes: 0 ok, 1 failed, 2 usage, 65 a bad show file, 69 something needed is not available, 74 input or
output, 130 interrupted.
"""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from performer import __version__

if TYPE_CHECKING:
    from performer.show.definition import Show
    from performer.show.load import Loaded

OK, FAILED, USAGE, BAD_SHOW, UNAVAILABLE, INPUT_OUTPUT = 0, 1, 2, 65, 69, 74

_ABOUT = """\
A virtual live performer: it reads a YAML show, composes an evolving
arrangement while it plays, and streams notes and cues over OSC, MIDI and MQTT.

  performer run night-drive              hear and see it: open the page it names
  performer run SHOW --to osc:HOST:PORT  send every output to one OSC receiver
  performer rehearse SHOW --out DIR      faster than real time: MIDI and picture
  performer replay JOURNAL --out DIR     last night again, from its journal
  performer resolve SHOW --seed 3        as that night decided it, to be edited
  performer suggest SHOW verse           other chords, rhythms, basses, motifs
  performer check SHOW                   every mistake in a show, with its place
  performer styles                       the styles there are
  performer status                       what the running performer does

SHOW is a file, a folder or a shipped show ({shows}); one
song of a set by itself is friday/undertow.
While it runs, OSC on UDP port 9000 steers it: /performer/section drop,
/performer/energy 0.8 (docs/osc.md).
"""


def main(argv: Sequence[str] | None = None) -> int:
    """The command ``performer``. Returns its exit code."""
    options = _parser().parse_args(argv)
    try:
        code: int = options.call(options)
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        sys.stderr.close()
        return INPUT_OUTPUT
    except OSError as error:
        print(f"performer: {error.filename or ''}{': ' if error.filename else ''}{error.strerror or error}", file=sys.stderr)
        return INPUT_OUTPUT
    return code


def _parser() -> argparse.ArgumentParser:
    from performer.show.load import shipped_names

    parser = argparse.ArgumentParser(
        prog="performer",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        description=_ABOUT.format(shows=", ".join(shipped_names()) or "none"),
    )
    parser.add_argument("--version", action="version", version=f"performer {__version__}")
    commands = parser.add_subparsers(title="commands", required=True, metavar="COMMAND")
    _run_parser(commands)
    _rehearse_parser(commands)
    _resolve_parser(commands)
    replay = commands.add_parser("replay", help="play a journal again, offline: the night's events and its digest")
    replay.add_argument("journal", metavar="JOURNAL", type=Path, help="performer run says where it is as it starts")
    _out(replay)
    replay.set_defaults(call=_replay)
    check = commands.add_parser("check", help="every mistake in a show file, with its place")
    _show(check)
    check.add_argument("--json", action="store_true", help="one JSON object")
    check.set_defaults(call=_check)
    schema = commands.add_parser("schema", help="the JSON Schema of show files, for editors")
    schema.set_defaults(call=_schema)
    styles = commands.add_parser("styles", help="the styles there are, and a show's own")
    styles.add_argument("show", metavar="SHOW", nargs="?", default="", help="a show with styles of its own")
    styles.add_argument("--json", action="store_true", help="a JSON list")
    styles.set_defaults(call=_styles)
    status = commands.add_parser("status", help="what the running performer does")
    status.add_argument("--json", action="store_true", help="one JSON object")
    status.set_defaults(call=_status)
    return parser


def _show(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("show", metavar="SHOW", help="a file, a folder or the name of a shipped show, or of a song in it")
    parser.add_argument("--rig", metavar="RIG", help="the venue: a rig file (default: rig.yaml beside the show, else the page alone)")


def _out(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--out", metavar="DIR", type=Path, required=True, help="folder for show.mid, events.jsonl and roll.png")
    parser.add_argument("--no-picture", action="store_true", help="leave roll.png out")
    parser.add_argument("--json", action="store_true", help="print one JSON object: digest, events, music_seconds, wall_seconds ...")


def _run_parser(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    run = commands.add_parser("run", help="play a show live")
    _show(run)
    run.add_argument("--to", metavar="osc:HOST:PORT", type=_target, help="send every output there")
    run.add_argument("--for", dest="seconds", metavar="SECONDS", type=_positive, help="leave after so long")
    run.add_argument("--seed", type=int, metavar="N", help="tonight's seed (default: a new one, which is printed)")
    run.add_argument("--from", dest="start", metavar="SECTION", default="", help="begin with this section (of the first song)")
    run.add_argument("--armed", action="store_true", help="wait for GO")
    run.add_argument("--control-port", type=_port, default=9000, metavar="N", help="UDP port for OSC control on this machine (9000)")
    run.add_argument("--control-rate", type=_rate, default=200, metavar="N", help="messages a second that one sender may send (200)")
    run.add_argument("--page-port", type=_port, default=8765, metavar="N", help="TCP port of the page (8765)")
    run.add_argument("--journal", type=Path, metavar="PATH", help="where the journal is kept (default: the platform's state folder)")
    run.add_argument("--no-spin", action="store_true", help="players sleep to the deadline instead of spinning its last 0.25 ms")
    run.add_argument("--demo", action="store_true", help="open the page; wait for its start button, or a key, or ten seconds")
    run.set_defaults(call=_run)


def _rehearse_parser(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    rehearse = commands.add_parser("rehearse", help="play a show offline, faster than real time")
    _show(rehearse)
    _out(rehearse)
    rehearse.add_argument("--seed", type=int, metavar="N", default=0, help="tonight's seed (0)")
    rehearse.add_argument("--entries", type=Path, metavar="FILE", help="what would be pressed: '17.1 /performer/section drop'")
    rehearse.add_argument("--from", dest="start", metavar="SECTION", default="", help="begin with this section")
    rehearse.add_argument("--for", dest="seconds", metavar="SECONDS", type=_positive, help="end after so much music")
    rehearse.set_defaults(call=_rehearse)


def _resolve_parser(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    resolve = commands.add_parser("resolve", help="write every decision back as a show file that can be edited by hand")
    _show(resolve)
    resolve.add_argument("--seed", type=int, metavar="N", default=0, help="the night that decides (0)")
    resolve.add_argument("--entries", type=Path, metavar="FILE", help="what would be pressed: '17.1 /performer/section drop'")
    resolve.add_argument("--out", type=Path, metavar="FILE", help="a file, or a folder for a set (default: print it)")
    resolve.set_defaults(call=_resolve)
    suggest = commands.add_parser("suggest", help="other chords, rhythms, bass lines or motifs for a section")
    _show(suggest)
    suggest.add_argument("section", metavar="SECTION", help="the section of the show that wants something else")
    suggest.add_argument("--what", choices=("chords", "rhythm", "bass", "motif"), default="chords", help="what is wanted (chords)")
    suggest.add_argument("--count", type=int, choices=range(1, 33), metavar="N", default=4, help="how many, 1 to 32 (4)")
    suggest.add_argument("--seed", type=int, metavar="N", default=0, help="another seed has other ideas (0)")
    suggest.add_argument("--out", type=Path, metavar="DIR", help="folder for a MIDI file of each: the section with it")
    suggest.set_defaults(call=_suggest)


# --- arguments


def _target(text: str) -> tuple[str, int]:
    kind, _, rest = text.partition(":")
    host, _, port = rest.rpartition(":")
    if kind != "osc" or not host or not port.isdecimal() or not 0 < int(port) < 65536:
        raise argparse.ArgumentTypeError(f"{text!r} is not osc:HOST:PORT")
    return host, int(port)


def _positive(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = 0.0
    if not 0 < seconds < 1e6:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number of seconds")
    return seconds


def _port(text: str) -> int:
    if not text.isdecimal() or not 0 < int(text) < 65536:
        raise argparse.ArgumentTypeError(f"{text!r} is not a port")
    return int(text)


def _rate(text: str) -> int:
    if not text.isdecimal() or not 0 < int(text) <= 100_000:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number of messages from 1 to 100000")
    return int(text)


# --- commands


def _loaded(options: argparse.Namespace) -> "Loaded":
    """The show and the rig that were named, the rig's controllers held against the control vocabulary."""
    from dataclasses import replace

    from performer.show.load import load
    from performer.wire.controllers import problems

    loaded = load(options.show, rig=options.rig)
    if loaded.show is None or loaded.rig is None or loaded.rig_file is None:
        return loaded
    wrong = problems(loaded.rig.controls, loaded.show.songs, [*loaded.sources][-1])
    return replace(loaded, show=None, rig=None, problems=wrong) if wrong else loaded


def _begins(show: "Show", start: str) -> bool:
    """Whether the show can begin with that section ("": with its first); said when it cannot."""
    song = show.songs[0]
    names = [section.name for section in song.sections]
    if start and start not in names:
        other = f"; another of its songs is played by itself: SHOW/{show.songs[1].name}" if len(show.songs) > 1 else ""
        print(f"performer: no section called {start!r} in {song.name} ({', '.join(names)}){other}", file=sys.stderr)
    return not start or start in names


def _check(options: argparse.Namespace) -> int:
    import json

    from performer.source.problems import check_json, report
    from performer.styles.listing import worn

    loaded = _loaded(options)
    if options.json:
        print(json.dumps(check_json(loaded.problems), ensure_ascii=False))
    elif loaded.problems:
        print(report(loaded.problems, loaded.sources), file=sys.stderr)
    elif loaded.show is not None:
        songs = loaded.show.songs
        print(f"ok: {loaded.show.title or loaded.show.name}, {len(songs)} song{'s'[: len(songs) > 1]}")
        print(worn(loaded.show.versions))
    return BAD_SHOW if loaded.problems else OK


def _schema(options: argparse.Namespace) -> int:  # noqa: ARG001 - every command takes them
    from performer.show.schema import schema_text

    print(schema_text(), end="")
    return OK


def _styles(options: argparse.Namespace) -> int:
    import json
    from dataclasses import asdict

    from performer.show.load import styles_of
    from performer.source.problems import Problem, report
    from performer.styles.listing import lines, rows

    library = styles_of(options.show)
    if isinstance(library, Problem):
        print(library, file=sys.stderr)
        return BAD_SHOW
    print(json.dumps([asdict(row) for row in rows(library)], ensure_ascii=False) if options.json else lines(library))
    if library.problems:
        print(report(library.problems, library.sources), file=sys.stderr)
    return BAD_SHOW if library.problems else OK


def _status(options: argparse.Namespace) -> int:
    import json

    from performer.run.status import collect, text

    told = collect()
    if options.json:
        print(json.dumps(told or {}, ensure_ascii=False))
    else:
        print(text(told) if told else "no performer is running for this user")
    return OK if told else UNAVAILABLE


def _run(options: argparse.Namespace) -> int:
    from performer.run.live import Options, run
    from performer.source.problems import report

    loaded = _loaded(options)
    if loaded.show is None or loaded.rig is None:
        print(report(loaded.problems, loaded.sources), file=sys.stderr)
        return BAD_SHOW
    if not _begins(loaded.show, options.start):
        return USAGE
    asked = Options(
        seconds=options.seconds, seed=options.seed, start=options.start, armed=options.armed, control_port=options.control_port,
        control_rate=options.control_rate, page_port=options.page_port, journal=options.journal, spin=not options.no_spin,
        demo=options.demo, to=options.to, folder=loaded.folder,
    )  # fmt: skip
    code: int = run(loaded.show, loaded.rig, asked)
    return code


def _rehearse(options: argparse.Namespace) -> int:
    from performer.rehearse.command import rehearse
    from performer.source.problems import report

    loaded = _loaded(options)
    if loaded.show is None:
        print(report(loaded.problems, loaded.sources), file=sys.stderr)
        return BAD_SHOW
    if not _begins(loaded.show, options.start):
        return USAGE
    return rehearse(
        loaded.show, options.seed, options.out, entries=options.entries, start=options.start or None, seconds=options.seconds,
        picture=not options.no_picture, as_json=options.json,
    )  # fmt: skip


def _resolve(options: argparse.Namespace) -> int:
    from performer.rehearse.resolve import command
    from performer.source.problems import report

    loaded = _loaded(options)
    if loaded.show is None:
        print(report(loaded.problems, loaded.sources), file=sys.stderr)
        return BAD_SHOW
    return command(loaded.show, options.seed, options.entries, options.out)


def _suggest(options: argparse.Namespace) -> int:
    from performer.rehearse.suggest import command
    from performer.source.problems import report

    loaded = _loaded(options)
    if loaded.show is None:
        print(report(loaded.problems, loaded.sources), file=sys.stderr)
        return BAD_SHOW
    return command(loaded.show, options.section, options.what, options.count, options.seed, options.out)


def _replay(options: argparse.Namespace) -> int:
    from performer.rehearse.command import replay

    return replay(options.journal, options.out, picture=not options.no_picture, as_json=options.json)


if __name__ == "__main__":
    sys.exit(main())
