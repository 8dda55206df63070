"""An evening beside a broker: what it retains, its last will, its death and return, none of which is heard elsewhere."""

import json
from pathlib import Path

import pytest

from tests.counterparts import broker, free_port, until
from tests.live.hall import compare, performing

pytestmark = [pytest.mark.counterpart, pytest.mark.timeout(300)]
RIG = """  desk: mqtt
  page: page
routes:
  main: ears
  light: desk
  visual: desk
broker: 127.0.0.1:{port}
"""


LASTING = {f"performer/{topic}" for topic in ("online", "section", "bar", "chord", "key")}


def test_a_broker_knows_where_the_music_is_and_its_troubles_are_not_heard(tmp_path: Path) -> None:
    with broker(tmp_path) as desk, performing(tmp_path, "night-drive", "--seed", "5", rig=RIG.format(port=desk.port)) as hall:
        live = desk.listen()
        hall.wait_for_music()
        until(lambda: any(line.startswith("0 performer/bar ") for line in live()), "the broker hears no bar")
        until(lambda: set(desk.retained()) >= LASTING, "not everything is retained")
        state = desk.retained()
        assert state["performer/online"] == "1"
        assert json.loads(state["performer/section"]) in hall.sections()
        hall.ask("/performer/cue", "blinder")
        until(lambda: any(line.startswith("0 performer/cue/blinder ") for line in live()), "the cue did not come")

        hall.strike("slow")
        until(lambda: "0 performer/online 0" in live(), "the last will was not heard")
        until(lambda: "0 performer/online 1" in live()[live().index("0 performer/online 0") :], "nobody is back")

        desk.kill()
        until(lambda: not hall.status()["outputs"]["desk"]["up"], "the death of the broker was not noticed")
        until(lambda: any("desk" in error for error in hall.status()["errors"]), "it is not told")
        hall.wait_for_notes(20)
        hall.ask("/performer/section", "drop", "now")
        hall.wait_for_section("drop")
        desk.start()
        late = desk.listen()
        until(lambda: LASTING - {"performer/chord", "performer/key"} <= set(desk.retained()), "what lasts was not told again")
        state = desk.retained()
        assert json.loads(state["performer/section"]) in hall.sections()[hall.sections().index("drop") :]
        assert not any("cue/" in topic for topic in state)
        until(lambda: hall.status()["outputs"]["desk"]["up"], "the output is not up again")
        hall.leave()
        until(lambda: "0 performer/online 0" in late(), "nobody said that it is over")
        hall.judge()


def test_without_the_broker_the_show_goes_on_and_the_status_says_so(tmp_path: Path) -> None:
    with performing(tmp_path, "night-drive", "--seed", "5", rig=RIG.format(port=free_port())) as hall:
        hall.wait_for_music()
        until(lambda: any("desk" in error for error in hall.status()["errors"]), "nothing is said about the broker")
        row = hall.status()["outputs"]["desk"]
        assert (row["up"], bool(row["trouble"])) == (False, True)
        hall.wait_for_notes(40)
        assert hall.status()["outputs"]["ears"]["up"]
        hall.leave()
        compare(hall.heard(), hall.replayed())
