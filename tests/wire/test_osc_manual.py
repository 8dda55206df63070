"""The manual is what the tables say."""

import gzip
import json
import re
from pathlib import Path

from performer.run.players.words import words
from performer.wire.manual import manual
from performer.wire.osc import encode
from performer.wire.profiles import PROFILES
from performer.wire.vocabulary import CONTROLS, FEEDBACK

PAGE = Path(__file__).parents[2] / "docs" / "osc.md"


def test_the_page_is_the_one_that_the_tables_write() -> None:
    assert PAGE.read_text(encoding="utf-8") == manual(), "run: python -m performer.wire.surface > docs/osc.md"


def test_every_address_from_outside_and_no_other_is_in_it() -> None:
    page = manual()
    for row in CONTROLS:
        assert (f"| `{row.address}` |" in page) == row.network
    for said in FEEDBACK:
        assert f"| `{said.address}` | `{said.tags}` |" in page
    for name in PROFILES:
        assert f"### `{name}`" in page


def test_it_is_good_markdown() -> None:
    for line in manual().splitlines():
        assert not line.startswith("|") or line.endswith("|")
        assert line == line.rstrip()


def test_every_cue_and_control_of_lights_and_visuals_is_in_it_and_no_other() -> None:
    golden = Path(__file__).parents[1] / "rehearse" / "golden" / "night-drive.jsonl.gz"
    events = [json.loads(line) for line in gzip.decompress(golden.read_bytes()).splitlines()]
    ours = [event for event in events if event.get("part") in ("light", "visual") and event.get("name") != "level"]
    played = {event["name"] if event["type"] == "cue" else f"{event['part']}/{event['name']}" for event in ours if "name" in event}
    rows = re.findall(r"^\| (?:cue|control) (.*?) \|", manual(), re.M)
    assert played == {name for row in rows for name in re.findall(r"`([^`]+)`", row)[: None if "/" in row else 1]}


def test_what_it_says_of_topics_is_what_is_published() -> None:
    topics = {
        topic: row for row in re.findall(r"^\| (`performer/.*) \|$", manual(), re.M) for topic in re.findall(r"`(performer/[^`]+)`", row)
    }
    sent: list[tuple[str, tuple[str | int | float, ...]]] = [
        ("/section", ("drop",)), ("/bar", (16, 4, 124000)), ("/chord", ("Dbmaj7", "Cm7")), ("/key", ("Dbmaj7", "Cm7")),
        ("/control", ("light/intensity", 0.42)), ("/cue", ("scene", "road")), ("/cue", ("haze", 3, "soft", 2.0)), ("/panic", ()),
    ]  # fmt: skip
    for address, args in sent:
        (said,) = words(encode(address, args))
        row = topics.pop(said.topic)
        payload = json.dumps(json.loads(said.payload, parse_float=lambda text: round(float(text), 3)))
        assert f"`{payload}`" in row
        assert said.retained == (row.endswith("| retained"))
    assert set(topics) == {"performer/online"}
