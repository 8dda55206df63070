"""``performer run`` before anybody is started: what is made, what it says, and that a refusal leaves nothing behind."""

import json
import os
import socket
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from performer.run import folders
from performer.run.clock import VirtualClock
from performer.run.journal.format import read
from performer.run.journal.writer import read_fd
from performer.run.live import Live, Options, draw_seed, keep_older, set_up, targeted
from performer.run.night import begin
from performer.run.supervisor.manifest import Row
from performer.run.supervisor.stage import StageError
from performer.show.definition import Output, Rig, Show
from performer.show.load import load_bytes
from tests.run.stand import SONG

RIG = Rig(
    name="r",
    outputs=(
        Output(name="a", kind="osc", port=9, profile="grid16"),
        Output(name="synth", kind="midi", device="x"), Output(name="web", kind="page"),
    ),
    routes=(("main", ("a",)),),
    broker=("127.0.0.1", 1883),
)  # fmt: skip


def show_of(song: bytes = SONG) -> Show:
    show = load_bytes({"show.yaml": song}, "show.yaml").show
    assert show is not None
    return show


@pytest.fixture
def environ(tmp_path: Path) -> dict[str, str]:
    (tmp_path / "runtime").mkdir()
    return {"XDG_STATE_HOME": str(tmp_path / "state"), "XDG_RUNTIME_DIR": str(tmp_path / "runtime"), "HOME": str(tmp_path)}


@pytest.fixture
def port() -> int:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.bind(("127.0.0.1", 0))
        free: int = probe.getsockname()[1]
        return free


@pytest.fixture
def made() -> Iterator[list[Live]]:
    """What a test set up, closed and cleared away after it."""
    found: list[Live] = []
    yield found
    for live in found:
        live.clear()
        assert not live.written.exists()
        assert not live.folder.exists()


def journals_in_memory() -> set[str]:
    return {path.name for path in folders.memory_backed(Path("/nowhere")).glob("performer-*.journal")}


def descriptors() -> int:
    return len(os.listdir("/proc/self/fd"))


def test_the_journal_begins_a_night_before_anybody_is_started(environ: dict[str, str], port: int, made: list[Live]) -> None:
    kept = Path(environ["HOME"]) / "night.journal"
    kept.write_text("last night")
    options = Options(control_port=port, seed=42, start="drop", armed=True, journal=kept)
    made.append(set_up(show_of(), RIG, options, VirtualClock(5), environ, leave=True))
    found = read(read_fd(made[0].stage.fds["journal"]))
    night = begin(found)
    assert found.header is not None
    assert (found.header.tonight, made[0].seed) == (42, 42)
    assert made[0].owner.manifest.journal == str(kept)
    assert (kept.exists(), Path(f"{kept}.1").read_text()) == (False, "last night")
    assert night.show == show_of()
    assert night.rig == RIG
    assert night.options == {"armed": "1", "start": "drop", "leave": "1", "rate": "200"}
    assert night.performance.bar_at(night.performance.committed).state.section == "drop"


@pytest.mark.parametrize(("demo", "waits", "armed"), [(True, False, "1"), (False, True, "1"), (False, False, "")])
def test_a_demonstration_and_a_show_that_says_so_wait_for_go(
    environ: dict[str, str], port: int, made: list[Live], demo: bool, waits: bool, armed: str
) -> None:
    options = Options(control_port=port, demo=demo)
    made.append(set_up(replace(show_of(), waits_for_go=waits), RIG, options, VirtualClock(5), environ, leave=False))
    header = read(read_fd(made[-1].stage.fds["journal"])).header
    assert header is not None
    assert dict(header.options) == {"armed": armed, "start": "", "leave": "", "rate": "200"}


@pytest.mark.skipif(not Path("/proc/self/fd").is_dir(), reason="descriptors are counted in /proc")
def test_a_taken_control_port_leaves_no_file_and_no_descriptor_behind(environ: dict[str, str], tmp_path: Path) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as taken:
        taken.bind(("127.0.0.1", 0))
        before = (journals_in_memory(), descriptors())
        with pytest.raises(StageError, match="--control-port"):
            set_up(show_of(), RIG, Options(control_port=taken.getsockname()[1]), VirtualClock(5), environ, leave=False)
        assert (journals_in_memory(), descriptors()) == before
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]
    assert not list((tmp_path / "runtime" / "performer").iterdir())


def test_a_place_that_cannot_be_written_leaves_nothing_behind_either(environ: dict[str, str], port: int, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    before = journals_in_memory()
    with pytest.raises(OSError, match="file"):
        set_up(show_of(), RIG, Options(control_port=port, journal=tmp_path / "file" / "x"), VirtualClock(5), environ, leave=False)
    assert journals_in_memory() == before
    assert not list((tmp_path / "runtime" / "performer").iterdir())


def test_last_nights_journal_is_never_written_over(tmp_path: Path) -> None:
    kept = tmp_path / "new" / "night.journal"
    keep_older(kept)
    assert kept.parent.is_dir()
    for number in range(3):
        kept.write_text(f"night {number}")
        keep_older(kept)
    assert not kept.exists()
    assert sorted((p.name, p.read_text()) for p in kept.parent.iterdir()) == [(f"night.journal.{n + 1}", f"night {n}") for n in range(3)]
    kept.write_text("")
    keep_older(kept)
    assert kept.exists()  # nothing is in it


def rows(live: Live) -> dict[str, Row]:
    return {row.seat: row for row in live.owner.manifest.rows}


def test_everybody_has_a_row_and_what_it_needs(environ: dict[str, str], port: int, made: list[Live]) -> None:
    made.append(set_up(show_of(), RIG, Options(control_port=port, spin=False, page_port=8099), VirtualClock(5), environ, leave=False))
    found = rows(made[0])
    assert list(found) == ["engine", "composer", "udp", "udp+", "midi-synth", "page"]
    assert (found["engine"].ends, found["composer"].as_safe) == (True, {"PERFORMER_SAFE": "1"})
    assert found["udp+"].spare_of == "udp"
    assert [seat for seat in found if found[seat].understudy] == ["engine", "composer"]
    told = {seat: json.loads(found[seat].env["PERFORMER_PLAYER"]) for seat in ("udp", "udp+", "midi-synth")}
    assert [told[seat]["slot"] for seat in told] == [0, 0, 2]  # a spare has its player's claims and table
    assert told["udp"]["spin_us"] == 0
    assert told["udp"]["broker"] == ["127.0.0.1", 1883]
    assert json.loads(found["udp"].as_spare["PERFORMER_PLAYER"])["spare"]
    page = json.loads(found["page"].env["PERFORMER_PAGE"])
    assert (page["port"], page["control"], page["roles"]["keys"]) == (8099, ["127.0.0.1", port], "chords")
    assert made[0].memory.processes == ("supervisor", "engine", "composer", "udp", "udp+", "midi-synth", "page")


def test_to_sends_every_output_there_in_its_own_profile() -> None:
    aimed = targeted(RIG, ("10.1.1.1", 7777))
    assert next((o.kind, o.host, o.port, o.profile) for o in aimed.outputs) == ("osc", "10.1.1.1", 7777, "grid16")
    assert [o.kind for o in aimed.outputs] == ["osc", "page"]
    assert aimed.outputs_of("main") == aimed.outputs
    assert targeted(RIG, None) is RIG
    assert targeted(Rig(name="none", outputs=()), ("h", 1)).outputs[0].profile == "generic"


def test_tonights_seed_can_be_said_aloud_and_is_another_one_each_night() -> None:
    drawn = {draw_seed() for _ in range(50)}
    assert len(drawn) > 40
    assert all(0 <= seed < 1_000_000 for seed in drawn)
