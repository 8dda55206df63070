"""The reference of show files, written from the same tables that read them.

Law of this file: it names no key of its own. ``python -m performer.show.manual`` prints what is committed as
docs/shows.md.
"""

from collections.abc import Iterator

from performer.show.cues import CUE
from performer.show.fields import Table
from performer.show.parts import PART, ROLE_WORDS
from performer.show.rig import OUTPUT, RIG
from performer.show.sections import SECTION
from performer.show.sets import ENTRY, SET
from performer.show.song import SONG
from performer.show.tunes import MOTIF
from performer.styles.definition import ROLES
from performer.styles.scenes import SCENES

_HEAD = """\
# Show files

A song is a YAML file, a set names songs, a rig says where everything goes. `shows/night-drive/show.yaml` teaches by example;
`performer check SHOW` says what is wrong, with line and column. `performer schema > schema.json` writes the schema for your editor:
with `# yaml-language-server: $schema=schema.json` on a file's first line it completes keys. This page is made by
`python -m performer.show.manual`.

Every value is the text you write: `off`, `C#`, `1:30` and `010` mean what their key says. Lists of words may be written
`pad keys`, `"pad, keys"` or `[pad, keys]`. What begins with `-`, `|`, `>`, `*`, `&`, `!`, `%`, `@` or a backquote, and what has a
` #` or, inside braces, a comma in it, stands in quotes. Whatever you leave out is decided for you.

## A first show

A folder with two files. `show.yaml` is the song; an `output` is a name for where a part goes:

```yaml
song: Harbour
style: hip-hop
key: D minor
tempo: 84
parts:
  drums: {output: box}
  bass: {output: mono}
  keys: {output: poly, channel: 1}
  lead: {output: poly, channel: 2, range: D4-D6, from energy: 0.5}
hook: {degrees: "5 - 6 5 | 3 - - . | 2 - 3 1 | - - . .", each: 1/8}
sections:
  verse: {bars: 16, energy: 0.4 > 0.6, light: blue}
  chorus: {bars: 8, energy: 0.9, theme: hook, in: crash, light: gold}
  end: {bars: 8, energy: 0.5 > 0.1, only: keys bass, last: i9}
form: verse chorus verse chorus x2 end
```

`rig.yaml` beside it says what stands in this room: a part of a MIDI port's name, or an OSC address. A route says where an output's
name leads, here to the page too, where it is seen and heard; without one it leads to the output of that name, else to all of them.

```yaml
rig: Rehearsal room
outputs:
  box: midi:Digitakt
  mono: midi:Minitaur
  poly: {to: midi:Hydrasynth, latency: 4 ms}
  desk: osc:192.168.1.20:7700
  page: page
routes: {box: box page, mono: mono page, poly: poly page, light: desk page}
lights: {blue: look blue 0.4, gold: [look gold 1, strobe on]}
```

`performer check .` says what is wrong, `performer rehearse . --out heard` writes it as a MIDI file and a picture, `performer run .`
plays it. A synth that is not plugged in is told once and looked for all evening.

## Names of parts

A name that says what it plays needs no `role`, also with a number or another word (`bass2`, `synth-lead`):
"""
_TABLES = (
    ("A song", SONG, "Only the title is needed."),
    ("A part", PART, "Also one word: a style, a role, or `external`; or styles with weights: `{house: 0.7, dub: 0.3}`."),
    ("A section", SECTION, "Everything may be left out. `as` takes over all but `start`, `count`, `then`, `last` and `ring`."),
    ("A motif", MOTIF, 'Also the degrees alone: `hook: "5 . 6 5"`.'),
    ("A cue", CUE, "Also the moment alone: `strobe: on drop`, or a list of moments."),
    ("A set", SET, ""),
    ("A song of a set", ENTRY, "Also the song's name alone."),
    ("A rig", RIG, "With `--rig`; else a `rig.yaml` beside the show; else everything goes to the page."),
    ("An output", OUTPUT, "Also the place alone: `synth: osc:127.0.0.1:57120`."),
)


def manual() -> str:
    """The page, in Markdown."""
    return "\n".join(_lines()) + "\n"


def _lines() -> Iterator[str]:
    yield _HEAD
    yield "| role | names |"
    yield "| --- | --- |"
    yield from (f"| {role} | {', '.join(word for word, says in ROLE_WORDS.items() if says == role)} |" for role in ROLES)
    yield f"\nWhat sections are for, which their names say too: {', '.join(dict(SCENES))}."
    for title, table, more in _TABLES:
        yield f"\n## {title}\n"
        if more:
            yield f"{more}\n"
        yield from _rows(table)


def _rows(table: Table) -> Iterator[str]:
    yield "| key | says |"
    yield "| --- | --- |"
    for row in table.fields:
        says = row.says.replace("|", "\\|")
        yield f"| `{row.key}`{' (needed)' if row.needed else ''} | {says} |"


if __name__ == "__main__":
    print(manual(), end="")
