"""The files of the page, read once: what is not in this table does not exist for a browser.

Law of this file: no path of a request ever reaches the file system.
"""

from importlib.resources import files
from typing import NamedTuple

_TYPES = {
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".svg": "image/svg+xml",
}


class Asset(NamedTuple):
    """One file: its media type and its bytes."""

    kind: str
    body: bytes


def assets() -> dict[str, Asset]:
    """Every file of the page by the path it is asked for; ``/`` is the page itself."""
    table: dict[str, Asset] = {}
    for file in files("performer.pages").joinpath("static").iterdir():
        suffix = file.name[file.name.rfind(".") :]
        if suffix in _TYPES:
            table["/" + file.name] = Asset(_TYPES[suffix], file.read_bytes())
    table["/"] = table.pop("/index.html")
    return table
