"""The pictures of the documentation, made anew: ``python tools/pictures.py``.

Shipped shows are rehearsed with seed 0, and their sheets are kept with the 256 colours that they use most (a third of the size).
"""

import struct
import subprocess
import sys
import tempfile
import zlib
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

DOCS = Path(__file__).resolve().parents[1] / "docs"
SHOWS = ("night-drive", "friday")
COLOURS = 256


def main() -> None:
    """Rehearse, reduce, write."""
    for show in SHOWS:
        with tempfile.TemporaryDirectory() as folder:
            argv = [sys.executable, "-m", "performer.cli", "rehearse", show, "--seed", "0", "--out", folder]
            subprocess.run(argv, check=True, stdout=subprocess.DEVNULL)
            reduced = indexed(pixels((Path(folder) / "roll.png").read_bytes()))
        picture = DOCS / f"{show}.png"
        picture.write_bytes(reduced)
        print(f"{picture}: {len(reduced) // 1000} kB")


def pixels(png: bytes) -> NDArray[np.uint8]:
    """A sheet as rehearsal writes it (truecolour, filter Up), as height x width x 3."""
    chunks, at = {b"IDAT": b""}, 8
    while at < len(png):
        size, kind = struct.unpack(">I4s", png[at : at + 8])
        chunks[kind] = chunks.get(kind, b"") + png[at + 8 : at + 8 + size]
        at += 12 + size
    width, height = struct.unpack(">II", chunks[b"IHDR"][:8])
    rows = np.frombuffer(zlib.decompress(chunks[b"IDAT"]), np.uint8).reshape(height, 1 + width * 3)
    if set(rows[:, 0]) != {2}:
        raise SystemExit("the sheet is written in another way than this knows")
    return np.cumsum(rows[:, 1:], axis=0, dtype=np.uint8).reshape(height, width, 3)


def indexed(image: NDArray[np.uint8]) -> bytes:
    """A PNG of ``image`` with a palette of its most frequent colours; others become the nearest of those."""
    height, width, _ = image.shape
    flat = image.reshape(-1, 3).astype(np.int32)
    codes, where, counts = np.unique(flat[:, 0] << 16 | flat[:, 1] << 8 | flat[:, 2], return_inverse=True, return_counts=True)
    colours = np.stack((codes >> 16, codes >> 8 & 255, codes & 255), axis=1)
    palette = colours[np.argsort(-counts, kind="stable")[:COLOURS]]
    nearest = np.array([np.argmin(((palette - colour) ** 2).sum(axis=1)) for colour in colours], np.uint8)
    lines = np.zeros((height, width + 1), np.uint8)
    lines[:, 1:] = nearest[where].reshape(height, width)
    head = struct.pack(">IIBBBBB", width, height, 8, 3, 0, 0, 0)
    body = ((b"IHDR", head), (b"PLTE", palette.astype(np.uint8).tobytes()), (b"IDAT", zlib.compress(lines.tobytes(), 9)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(kind, data) for kind, data in body)


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


if __name__ == "__main__":
    main()
