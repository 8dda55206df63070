"""The command line as a person meets it: exit codes, words, never a traceback."""

import json
import os
import re
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from performer import __version__
from performer.cli import main

SONG = "song: S\nkey: C minor\ntempo: 120\nparts: {drums: house, keys: house}\nsections:\n  a: {bars: 8}\n  b: {bars: 4}\nform: a b\n"


@pytest.fixture
def song(tmp_path: Path) -> str:
    path = tmp_path / "s.yaml"
    path.write_text(SONG)
    return str(path)


def called(*argv: str) -> int:
    """The exit code; argparse leaves by SystemExit."""
    try:
        return main(argv)
    except SystemExit as leaving:
        return int(leaving.code or 0)


def performer(tmp_path: Path, *argv: str, timeout: float = 60) -> "subprocess.CompletedProcess[str]":
    """A process of its own, in folders of its own."""
    runtime = tmp_path / "runtime"
    runtime.mkdir(exist_ok=True)
    environ = {**os.environ, "XDG_STATE_HOME": str(tmp_path / "state"), "XDG_RUNTIME_DIR": str(runtime), "NO_COLOR": "1"}
    done = subprocess.run(
        [sys.executable, "-m", "performer.cli", *argv], env=environ, capture_output=True, text=True, timeout=timeout, check=False,
        stdin=subprocess.DEVNULL,
    )  # fmt: skip
    assert "Traceback" not in done.stdout + done.stderr, done.stderr
    return done


@pytest.mark.parametrize("command", ["", "run", "rehearse", "resolve", "suggest", "replay", "check", "schema", "styles", "status"])
def test_help_fits_a_terminal_of_80_columns(command: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    assert called(*command.split(), "--help") == 0
    said = capsys.readouterr().out.splitlines()
    assert [line for line in said if len(line) > 80] == []
    assert not [line for line in said if re.fullmatch(r"  [A-Za-z]+", line) and line != "  COMMAND"], "unexplained"


def test_help_teaches_and_names_the_shows(capsys: pytest.CaptureFixture[str]) -> None:
    assert called("--help") == 0
    said = capsys.readouterr().out
    for word in ("performer run night-drive", "rehearse", "check", "styles", "status", "replay", "9000", "grid16"):
        assert word in said
    assert called("run", "--help") == 0
    assert "--from" in capsys.readouterr().out


def test_the_version_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    assert called("--version") == 0
    assert capsys.readouterr().out == f"performer {__version__}\n"


@pytest.mark.parametrize(
    "argv",
    [
        (), ("sing",), ("run",), ("run", "x", "--to", "midi:a:1"), ("run", "x", "--to", "osc:h:0"), ("run", "x", "--to", "osc:9000"),
        ("run", "x", "--for", "0"), ("run", "x", "--for", "nan"), ("run", "x", "--for", "soon"), ("run", "x", "--control-port", "65536"),
        ("run", "x", "--control-port", "-1"),
        ("run", "x", "--control-rate", "0"), ("run", "x", "--seed", "x"), ("rehearse", "x"), ("replay", "x"),
    ],
)  # fmt: skip
def test_wrong_usage_is_2_and_says_so(argv: tuple[str, ...], capsys: pytest.CaptureFixture[str]) -> None:
    assert called(*argv) == 2
    assert "usage: performer" in capsys.readouterr().err


def test_a_good_show_is_0_and_a_bad_one_65_with_its_place(song: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert called("check", song) == 0
    assert capsys.readouterr().out == "ok: S, 1 song\nstyles: house 1\n"
    bad = tmp_path / "bad.yaml"
    bad.write_text(SONG.replace("form: a b", "form: a c"))
    for argv in (("check", str(bad)), ("run", str(bad)), ("rehearse", str(bad), "--out", str(tmp_path / "out"))):
        assert called(*argv) == 65
        assert re.search(r"bad\.yaml:8:9", capsys.readouterr().err)
    assert not (tmp_path / "out").exists()
    assert called("check", str(bad), "--json") == 65
    assert json.loads(capsys.readouterr().out)


def test_a_show_that_is_not_there_is_65_and_a_near_name_is_offered(capsys: pytest.CaptureFixture[str]) -> None:
    assert called("check", "night-drvie") == 65
    assert "night-drive" in capsys.readouterr().err
    assert called("check", "friday/undertoe") == 65
    assert "there is no such show" in capsys.readouterr().err


def test_a_song_of_a_shipped_set_is_a_show(capsys: pytest.CaptureFixture[str]) -> None:
    assert called("check", "friday/undertow") == 0
    assert capsys.readouterr().out.startswith("ok: Undertow, 1 song\n")
    assert called("run", "friday", "--from", "nowhere") == 2
    assert capsys.readouterr().err.endswith("another of its songs is played by itself: SHOW/seven-bridges\n")


def test_a_section_that_is_not_there_is_2_and_the_others_are_named(song: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert called("run", song, "--from", "zz") == 2
    assert "'zz' in s (a, b)" in capsys.readouterr().err
    assert called("rehearse", song, "--from", "zz", "--out", str(tmp_path / "out")) == 2
    assert "'zz' in s (a, b)" in capsys.readouterr().err


def test_a_rehearsal_prints_one_object_and_repeats_itself(song: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    told = []
    for seed in ("3", "3", "-4", "99999999999999999999999"):
        assert called("rehearse", song, "--out", str(tmp_path / "out"), "--no-picture", "--json", "--seed", seed) == 0
        told.append(json.loads(capsys.readouterr().out))
    assert told[0]["digest"] == told[1]["digest"]
    assert len({one["digest"] for one in told}) == 3
    assert told[0]["music_seconds"] == 24.0
    assert {"digest", "events", "music_seconds", "wall_seconds"} <= set(told[0])


def test_from_begins_there(song: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert called("rehearse", song, "--out", str(tmp_path / "out"), "--no-picture", "--json", "--from", "b") == 0
    assert json.loads(capsys.readouterr().out)["music_seconds"] == 8.0


def test_what_cannot_be_read_or_written_is_74(song: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert called("replay", str(tmp_path / "none"), "--out", str(tmp_path / "out")) == 74
    assert "none: No such file" in capsys.readouterr().err
    assert called("rehearse", song, "--out", song, "--no-picture") == 74
    assert capsys.readouterr().err.startswith("performer: ")


def test_what_is_no_journal_is_65(song: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert called("replay", song, "--out", str(tmp_path / "out")) == 65
    assert "no beginning" in capsys.readouterr().err


def test_the_schema_is_json(capsys: pytest.CaptureFixture[str]) -> None:
    assert called("schema") == 0
    assert "$schema" in json.loads(capsys.readouterr().out)


def test_nobody_plays_is_69(tmp_path: Path) -> None:
    assert performer(tmp_path, "status").returncode == 69
    done = performer(tmp_path, "status", "--json")
    assert (done.returncode, done.stdout) == (69, "{}\n")


def test_a_taken_control_port_is_69_and_leaves_no_journal(song: str, tmp_path: Path) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as taken:
        taken.bind(("127.0.0.1", 0))
        done = performer(tmp_path, "run", song, "--control-port", str(taken.getsockname()[1]))
    assert done.returncode == 69
    assert done.stderr.startswith("performer: control port")
    assert "--control-port N" in done.stderr
    assert done.stdout == ""
    assert not [path for path in tmp_path.rglob("*") if path.is_file() and str(path) != song]


def free(kind: int) -> str:
    with socket.socket(socket.AF_INET, kind) as probe:
        probe.bind(("127.0.0.1", 0))
        return str(probe.getsockname()[1])


def test_a_short_run_leaves_its_journal_alone_and_it_can_be_replayed(song: str, tmp_path: Path) -> None:
    ports = ("--control-port", free(socket.SOCK_DGRAM), "--page-port", free(socket.SOCK_STREAM))
    journal = tmp_path / "night.journal"
    done = performer(tmp_path, "run", song, "--for", "2", "--seed", "5", "--from", "b", "--journal", str(journal), *ports)
    assert done.returncode == 0, done.stderr
    assert f"S, seed 5, journal {journal}" in done.stdout
    assert not list((tmp_path / "runtime" / "performer").iterdir())
    replayed = performer(tmp_path, "replay", str(journal), "--out", str(tmp_path / "out"), "--no-picture")
    assert replayed.returncode == 0
    assert "equal to the night" in replayed.stderr
    assert '"section":"b"' in (tmp_path / "out" / "events.jsonl").read_text()


def test_the_styles_are_listed_with_their_versions(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert called("styles") == 0
    said = capsys.readouterr().out
    assert re.search(r"^house +version 1 +118-128 bpm +sixteenths at 54 %$", said, re.M)
    assert [line for line in said.splitlines() if len(line) > 80] == []
    assert {line.index("version") for line in said.splitlines() if " version " in line} == {len("drum-and-bass ")}
    (tmp_path / "styles").mkdir()
    (tmp_path / "styles" / "mine.toml").write_text('like = "dub"\ntitle = "Mine"\nversion = 2\n')
    (tmp_path / "show.yaml").write_text(SONG)
    assert called("styles", str(tmp_path), "--json") == 0
    rows = {row["name"]: row for row in json.loads(capsys.readouterr().out)}
    assert (rows["mine"]["version"], rows["mine"]["versions"], rows["mine"]["tempo"]) == (2, [2], rows["dub"]["tempo"])
    assert {"title", "about", "swing", "phrase", "form", "roles", "kit"} <= rows["mine"].keys()
    (tmp_path / "styles" / "mine.toml").write_text('like = "dub"\ntitel = "Mine"\n')
    assert called("styles", str(tmp_path)) == 65
    told = capsys.readouterr()
    assert "mine.toml:2:1: titel: there is no key 'titel' here (did you mean title?)" in told.err
    assert "house" in told.out
    assert called("styles", str(tmp_path / "nothing")) == 65


def test_check_says_which_versions_a_show_wears(song: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert called("check", song) == 0
    assert "styles: house 1" in capsys.readouterr().out
    assert called("check", "friday") == 0
    said = capsys.readouterr().out.splitlines()
    assert max(map(len, said)) <= 80
    assert "drum-and-bass 1," in " ".join(said)
    assert said[-1].startswith("        ")
