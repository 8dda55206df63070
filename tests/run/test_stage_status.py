"""What the processes say, merged; and what a run leaves behind."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from performer.run import status
from performer.run.journal.writer import Entered, Journal, create, read
from performer.run.supervisor.leftovers import sweep, tidy
from performer.run.supervisor.process import born

ENGINE = {
    "show": "Friday", "section": "drop", "next": "break", "bar": 11, "bar_in_section": 4, "bars": 8, "beat": 2, "tempo": 124.0,
    "phase": "playing", "rung": "FIFO 10", "errors": ["oops"],
    "outputs": {"main": {"player": "udp", "up": True, "trouble": "", "sent": 9, "dropped": 1, "late": 2,
                         "p50": 90, "p99": 300, "worst": 900},
                "minitaur": {"up": False, "trouble": "not found"}},
}  # fmt: skip
SEATS = {
    "engine": {"pid": 11, "rung": "FIFO 10", "restarts": 2},
    "composer": {"pid": 12, "rung": "nice -10", "safe": True},
    "udp": {"pid": 13, "rung": "FIFO 50"},
    "udp+": {"pid": 14, "rung": "FIFO 50", "spare": True},
    "page": {"pid": None, "rung": ""},
}


def publish_all(folder: Path, **supervisor: object) -> None:
    told = {"born": born(os.getpid()), "seats": SEATS, "journal": {"path": "/j", "behind": 0}, "errors": ["page crashed"], **supervisor}
    assert status.publish(folder, "supervisor", told)
    assert status.publish(folder, "engine", ENGINE)
    assert status.publish(folder, "page", {"page": "http://127.0.0.1:8765/"})


def test_what_is_published_is_read_whole_or_not_at_all(tmp_path: Path) -> None:
    publish_all(tmp_path)
    (tmp_path / "composer.json").write_text('{"half": ')
    (tmp_path / "list.json").write_text("[]")
    told = status.read(tmp_path)
    assert set(told) == {"supervisor", "engine", "page"}
    assert told["engine"]["pid"] == os.getpid()
    assert not [path for path in tmp_path.iterdir() if path.name.startswith(".")], "no draft is left"


def test_a_status_that_cannot_be_written_is_no_error(tmp_path: Path) -> None:
    assert not status.publish(tmp_path / "nowhere", "engine", {})
    assert not status.publish(tmp_path, "engine", {"x": object()})
    assert list(tmp_path.iterdir()) == []


def test_merged_it_answers_what_is_asked(tmp_path: Path) -> None:
    publish_all(tmp_path)
    merged = status.merge(status.read(tmp_path))
    assert merged["pids"] == {
        "supervisor": os.getpid(),
        "owner": None,
        "engine": 11,
        "composer": 12,
        "page": None,
        "players": {"udp": 13, "udp+": 14},
    }
    assert (merged["section"], merged["bar"], merged["page"]) == ("drop", 11, "http://127.0.0.1:8765/")
    assert merged["scheduling"]["udp"] == "FIFO 50"
    assert merged["outputs"]["main"]["p99"] == 300
    assert (merged["safe"], merged["spares"], merged["restarts"]) == (["composer"], ["udp+"], {"engine": 2})
    assert merged["errors"] == ["engine: oops", "page crashed", "minitaur: not found"]
    json.dumps(merged)


def test_who_waits_in_the_wings_is_told(tmp_path: Path) -> None:
    publish_all(tmp_path, understudies={"composer": 15})
    merged = status.merge(status.read(tmp_path))
    assert merged["pids"]["understudies"] == {"composer": 15}
    assert "process   composer: 12, nice -10, SAFE MODE, understudy 15" in status.text(merged)


def test_an_engine_that_says_nothing_any_more_is_told(tmp_path: Path) -> None:
    publish_all(tmp_path)
    os.utime(tmp_path / "engine.json", (1, 1))
    os.utime(tmp_path / "page.json", (1, 1))
    assert [error for error in status.merge(status.read(tmp_path))["errors"] if "stopped" in error] == [
        "engine: it has stopped to say how it is"
    ]


def test_as_text_it_says_all_of_it_without_control_characters(tmp_path: Path) -> None:
    publish_all(tmp_path, errors=["page \x1b[2Jcrashed"])
    text = status.text(status.merge(status.read(tmp_path)))
    for words in (
        "Friday: playing", "drop, bar 4 of 8, then break", "bar 12, beat 2, 124 bpm", "main: up; sent 9, late 2, dropped 1; p50 0.09 ms",
        "minitaur: down: not found", "engine: 11, FIFO 10, restarted 2x", "composer: 12, nice -10, SAFE MODE", "udp+: 14, FIFO 50, spare",
        "page: not running", "/j (0 bytes behind)", "http://127.0.0.1:8765/", "engine: oops",
    ):  # fmt: skip
        assert words in text
    assert "\x1b" not in text
    assert status.text(status.merge({})) == "performer: starting\nprocess   supervisor: not running\nprocess   owner: not running"


def test_only_a_living_run_is_found(tmp_path: Path) -> None:
    environ = {"XDG_RUNTIME_DIR": str(tmp_path), "HOME": str(tmp_path)}
    assert status.collect(environ) is None
    old, new = tmp_path / "performer" / "old", tmp_path / "performer" / "new"
    for folder in (old, new):
        folder.mkdir(parents=True)
    publish_all(old)
    assert (status.collect(environ) or {})["run"] == "old"
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    status.publish(new, "owner", {"pid": gone.pid, "born": "1"})
    assert (status.collect(environ) or {})["run"] == "old"
    if sys.platform == "linux":
        publish_all(old, born="12345")
        assert status.collect(environ) is None, "its number was given to another"


def night(path: Path, entries: int) -> None:
    fd = create(path)
    journal = Journal(fd)
    for seq in range(entries):
        journal.append(Entered(seq, seq, seq, "x", 0, b"data"))
    os.close(fd)


def test_a_run_clears_away_after_itself_when_its_journal_is_safe(tmp_path: Path) -> None:
    folder, live, kept = tmp_path / "run", tmp_path / "live.journal", tmp_path / "deep" / "kept.journal"
    folder.mkdir()
    night(live, 9)
    assert tidy(folder, str(live), str(kept)) == ""
    assert len(read(kept).entries) == 9
    assert not live.exists()
    assert not folder.exists()


def test_a_journal_that_cannot_be_saved_stays(tmp_path: Path) -> None:
    folder, live = tmp_path / "run", tmp_path / "live.journal"
    folder.mkdir()
    night(live, 9)
    (tmp_path / "file").write_text("")
    said = tidy(folder, str(live), str(tmp_path / "file" / "kept.journal"))
    assert "not copied" in said
    assert str(live) in said
    assert len(read(live).entries) == 9
    assert folder.exists()


@pytest.mark.parametrize("same", [True, False])
def test_a_journal_that_is_its_own_copy_is_kept(tmp_path: Path, same: bool) -> None:
    folder = tmp_path / "run"
    folder.mkdir()
    night(tmp_path / "a.journal", 3)
    assert tidy(folder, str(tmp_path / "a.journal") if same else "", str(tmp_path / "a.journal")) == ""
    assert len(read(tmp_path / "a.journal").entries) == 3


def test_what_a_run_left_that_nobody_ended_is_saved_at_the_next_start(tmp_path: Path) -> None:
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    for name, pid, birth in (
        ("dead", gone.pid, "1"),
        ("living", os.getpid(), born(os.getpid())),
        ("own", gone.pid, "1"),
        ("starting", 0, ""),
    ):
        (tmp_path / name).mkdir()
        night(tmp_path / f"{name}.journal", 4)
        if name != "starting":
            told = {"pid": pid, "born": birth, "live": str(tmp_path / f"{name}.journal"), "kept": str(tmp_path / f"{name}.kept")}
            status.publish(tmp_path / name, "owner", told)
    assert sweep(tmp_path, "own") == [f"an earlier run ended badly; its journal is saved: {tmp_path / 'dead.kept'}"]
    assert len(read(tmp_path / "dead.kept").entries) == 4
    assert sorted(path.name for path in tmp_path.glob("*/")) == ["living", "own", "starting"]
    assert not (tmp_path / "dead.journal").exists()
    assert (tmp_path / "living.journal").exists()
    assert sweep(tmp_path, "own") == []
