"""The JSON Schema of show files, for editors: made from the same tables that read them.

Law of this file: it names no key of its own. ``python -m performer.show.schema`` prints what is committed as
performer/schema.json.
"""

import json
from importlib.resources import files

from performer.show.rig import RIG
from performer.show.sets import SET
from performer.show.song import SONG

DRAFT = "https://json-schema.org/draft/2020-12/schema"


def schema() -> dict[str, object]:
    """The schema of a song, a set or a rig."""
    tables = {"song": SONG, "set": SET, "rig": RIG}
    return {
        "$schema": DRAFT,
        "$id": "performer.schema.json",
        "title": "A show of performer: a song, a set or a rig",
        "oneOf": [{"$ref": f"#/$defs/{name}"} for name in tables],
        "$defs": {name: {"title": f"a {name}", **table.schema()} for name, table in tables.items()},
    }


def schema_text() -> str:
    """The schema as it is committed and as ``performer schema`` prints it."""
    return json.dumps(schema(), indent=1, ensure_ascii=False) + "\n"


def committed() -> str:
    """The copy that comes with the package."""
    return (files("performer") / "schema.json").read_text("utf-8")


if __name__ == "__main__":
    print(schema_text(), end="")
