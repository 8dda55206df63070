"""Proposals for a section differ, can be pasted, are heard as they are written, and leave everything else alone."""

from dataclasses import replace
from pathlib import Path

import pytest

from performer.cli import main
from performer.engine.composer import Composer
from performer.events import Note
from performer.rehearse.render import render
from performer.rehearse.suggest import KINDS, alone, proposals
from performer.show.definition import Show, Song
from performer.show.load import load_bytes

HEAD = "song: X\nstyle: pop-rock\nparts: {drums: , bass: , keys: , lead: }\n"
SECTIONS = "sections: {verse: {bars: 8, energy: 0.8}, chorus: {bars: 8, energy: 0.9}}\n"


def shown(text: str) -> Show:
    loaded = load_bytes({"x.yaml": text.encode()}, "x.yaml")
    assert loaded.show is not None, loaded.problems
    return loaded.show


def heard(song: Song, part: str, section: str = "verse") -> list[tuple[int, int]]:
    events = render(alone(song, song.section(section)), 1, score=Composer()).events
    return [(note.at, note.pitch) for note in events if isinstance(note, Note) and note.part == part]


@pytest.mark.parametrize(
    ("what", "parts"), [("chords", {"bass", "keys", "lead"}), ("rhythm", {"drums", "keys", "bass"}), ("bass", {"bass"})]
)
def test_proposals_differ_and_change_what_was_asked_for_alone(what: str, parts: set[str]) -> None:
    song = shown(HEAD + SECTIONS).songs[0]
    found = proposals(song, song.section("verse"), what, 3, 0)
    assert len(found) == len({proposal.lines for proposal in found}) == 3
    changed = {part.name for part in song.parts for p in found if heard(p.song, part.name) != heard(song, part.name)}
    assert changed
    assert changed <= parts
    assert all(heard(p.song, name, "chorus") == heard(song, name, "chorus") for p in found for name in ("drums", "bass", "keys"))
    assert found == proposals(song, song.section("verse"), what, 3, 0)
    assert found != proposals(song, song.section("verse"), what, 3, 1)


WRITTEN = "decisions:\n  chorus: {bass: {bass: offbeat}}\n"


@pytest.mark.parametrize("before", ["", WRITTEN])
@pytest.mark.parametrize("what", KINDS)
def test_what_is_printed_can_be_pasted_where_it_says_and_is_what_is_heard(what: str, before: str) -> None:
    song = shown(HEAD + SECTIONS + before).songs[0]
    for proposal in proposals(song, song.section("verse"), what, 2, 3):
        if what == "chords":
            assert proposal.where == "in the section verse"
            text = HEAD + SECTIONS.replace("energy: 0.8", f"energy: 0.8, {proposal.lines.strip()}") + before
        elif before:
            assert proposal.where.startswith("under decisions")
            text = HEAD + SECTIONS + before + "".join(f"  {line}\n" for line in proposal.lines.splitlines())
        else:
            assert proposal.where == "at the end of the song's file"
            text = HEAD + SECTIONS + proposal.lines
        pasted = shown(text).songs[0]
        for part in song.parts:
            assert heard(pasted, part.name) == heard(proposal.song, part.name)


def test_proposals_say_only_what_is_new_and_the_least_alike_come_first() -> None:
    song = shown(HEAD + SECTIONS).songs[0]
    found = proposals(song, song.section("verse"), "rhythm", 3, 0)
    first = {address: value for proposal in found for address, value in proposal.said.items()}
    pinned = replace(song, decisions=tuple(first.items()))
    again = proposals(pinned, pinned.section("verse"), "rhythm", 3, 0)
    assert all(first.get(address) != value for proposal in again for address, value in proposal.said.items())
    more = proposals(song, song.section("verse"), "rhythm", 6, 0)
    assert len({frozenset(proposal.said.items()) for proposal in more}) == len(more)


def test_another_tune_takes_the_place_of_a_given_one() -> None:
    song = shown(HEAD + SECTIONS + 'hook: "1 2 3 4"\n').songs[0]
    found = proposals(song, song.section("chorus"), "motif", 2, 0)
    assert len(found) == 2
    for proposal in found:
        assert proposal.lines.startswith("hook: {degrees: ")
        assert proposal.where == "instead of the hook"
        pasted = shown(HEAD + SECTIONS + proposal.lines).songs[0]
        assert heard(pasted, "lead", "chorus") == heard(proposal.song, "lead", "chorus") != heard(song, "lead", "chorus")


def test_the_command_prints_and_writes_midi_files(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "x.yaml").write_text(HEAD + SECTIONS)
    show, out = str(tmp_path / "x.yaml"), tmp_path / "out"
    assert main(["suggest", show, "verse", "--what", "bass", "--count", "2", "--out", str(out)]) == 0
    said = capsys.readouterr().out
    assert said.count("decisions: {verse: {bass: {bass: ") == said.count(": at the end of the song's file\n") == 2
    assert sorted(path.name for path in out.iterdir()) == ["verse-bass-1.mid", "verse-bass-2.mid"]
    assert all(path.read_bytes().startswith(b"MThd") for path in out.iterdir())
    assert main(["suggest", show, "verse", "--what", "bass", "--count", "32"]) == 0
    said = capsys.readouterr().out
    assert said.endswith(f"# the style has no more than {said.count('decisions: ')} others\n")
    assert main(["suggest", show, "vers"]) == 2
    assert "no section called 'vers'" in capsys.readouterr().err
    (tmp_path / "x.yaml").write_text("song: X\nparts: {lead: }\nsections: {verse: {bars: 8}}\n")
    assert main(["suggest", show, "verse", "--what", "bass"]) == 1
    assert "there is no other bass for verse" in capsys.readouterr().err
