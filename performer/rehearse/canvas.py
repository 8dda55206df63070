"""A sheet to draw on: rectangles with soft edges, curves, small text, and PNG at the end.

Law of this file: colours are linear mixes of 8-bit RGB over the sheet, every shape is clipped to it, and the
same drawing gives the same bytes. The PNG is written here (RFC 2083: truecolour, 8 bits, filter Up).
"""

import struct
import zlib
from collections.abc import Iterable
from functools import lru_cache
from math import ceil, floor

import numpy as np
from numpy.typing import NDArray

from performer.rehearse.font import HEIGHT, spelt

Colour = tuple[int, int, int]
Floats = NDArray[np.float32]


class Sheet:
    """``width`` by ``height`` pixels of paper; the origin is at the top left."""

    def __init__(self, width: int, height: int, paper: Colour) -> None:
        self.width, self.height = width, height
        self.pixels: Floats = np.empty((height, width, 3), np.float32)
        self.pixels[:] = paper

    def rect(self, x: float, y: float, width: float, height: float, colour: Colour, alpha: float = 1.0) -> None:
        """A filled rectangle; edges between pixels are softened."""
        columns, left = _coverage(x, width, self.width)
        rows, top = _coverage(y, height, self.height)
        if len(columns) and len(rows):
            self._mix(left, top, rows[:, None] * columns[None, :] * np.float32(alpha), colour)

    def text(self, x: float, y: float, text: str, colour: Colour, size: int = 2, *, anchor: str = "left") -> float:
        """Text with its top at ``y``; ``size`` pixels a dot. ``anchor``: left, right, middle. Returns the width drawn."""
        mask = _text_mask(text, size)
        width = mask.shape[1]
        left = round(x - {"left": 0.0, "right": width, "middle": width / 2}[anchor])
        self._mix(left, round(y), mask, colour)
        return float(width)

    def curve(self, x: float, ys: Floats, colour: Colour, thick: float = 2.0) -> None:
        """A line through the height ``ys[i]`` of each pixel column from ``x`` on."""
        if len(ys) < 2:
            return
        top = max(0, int(np.floor(ys.min() - thick - 1)))
        bottom = min(self.height, int(np.ceil(ys.max() + thick + 2)))
        slope = np.gradient(ys)
        distance = np.abs(np.arange(top, bottom, dtype=np.float32)[:, None] + np.float32(0.5) - ys[None, :])
        distance = distance / np.sqrt(np.float32(1.0) + slope * slope)[None, :]
        mask = np.clip(np.float32(thick / 2 + 0.5) - distance, 0, 1)
        self._mix(round(x), top, mask.astype(np.float32), colour)

    def area(self, x: float, ys: Floats, base: float, colour: Colour, alpha: float = 1.0) -> None:
        """What lies between the heights ``ys`` and ``base`` (below them)."""
        top, bottom = int(np.floor(ys.min())), int(np.ceil(base))
        rows = np.arange(top, bottom, dtype=np.float32)[:, None]
        mask = np.clip(rows + 1 - ys[None, :], 0, 1) * np.float32(alpha)
        self._mix(round(x), top, mask.astype(np.float32), colour)

    def bytes(self) -> NDArray[np.uint8]:
        """The sheet as rows of 8-bit RGB, ``(height, width * 3)``."""
        return np.clip(np.rint(self.pixels), 0, 255).astype(np.uint8).reshape(self.height, self.width * 3)

    def _mix(self, left: int, top: int, mask: Floats, colour: Colour) -> None:
        height, width = mask.shape
        x0, y0, x1, y1 = max(0, left), max(0, top), min(self.width, left + width), min(self.height, top + height)
        if x0 >= x1 or y0 >= y1:
            return
        part = mask[y0 - top : y1 - top, x0 - left : x1 - left, None]
        under = self.pixels[y0:y1, x0:x1]
        under += (np.array(colour, np.float32) - under) * part


def width_of(text: str, size: int = 2) -> int:
    """How wide ``Sheet.text`` draws a text, in pixels."""
    return int(_text_mask(text, size).shape[1])


def png(sheets: Iterable[Sheet]) -> bytes:
    """The sheets below one another as a PNG file, taken one at a time. Raises ValueError when their widths differ or there is none."""
    packer = zlib.compressobj(6)
    body: list[bytes] = []
    above: NDArray[np.uint8] | None = None
    width = height = 0
    for sheet in sheets:
        rows = sheet.bytes()
        if above is None:
            width, above = sheet.width, np.zeros(sheet.width * 3, np.uint8)
        if sheet.width != width:
            raise ValueError(f"a sheet {sheet.width} wide below one of {width}")
        lines = np.empty((sheet.height, width * 3 + 1), np.uint8)
        lines[:, 0] = 2
        np.subtract(rows, np.vstack((above[None, :], rows[:-1])), out=lines[:, 1:])
        body.append(packer.compress(lines.tobytes()))
        above, height = rows[-1], height + sheet.height
    if not height:
        raise ValueError("no sheet to write")
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    data = b"".join((*body, packer.flush()))
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", head) + _chunk(b"IDAT", data) + _chunk(b"IEND", b"")


def mixed(colour: Colour, other: Colour, amount: float) -> Colour:
    """``colour`` with ``amount`` (0..1) of ``other`` in it."""
    r, g, b = (round(a + (c - a) * amount) for a, c in zip(colour, other, strict=True))
    return r, g, b


def _coverage(start: float, length: float, limit: int) -> tuple[Floats, int]:
    """How much of each pixel a stretch covers, and the first of those pixels."""
    end = start + length
    first, last = max(0, floor(start)), min(limit, ceil(end))
    shares: Floats = np.ones(max(0, last - first), np.float32)
    if first < last:
        shares[0] = min(first + 1, end) - max(first, start)
        shares[-1] = min(last, end) - max(last - 1, start)
    return shares, first


@lru_cache(maxsize=4096)
def _text_mask(text: str, size: int) -> Floats:
    """Dots rounded off: enlarged, blurred by a dot and hardened again, so that diagonals join."""
    glyphs = spelt(text)
    if not glyphs:
        return np.zeros((HEIGHT * size, 0), np.float32)
    lines = [".".join(glyph[row] for glyph in glyphs) for row in range(HEIGHT)]
    dots: Floats = np.array([[float(dot == "#") for dot in line] for line in lines], np.float32)
    if size == 1:
        return dots
    fine = 4
    big: Floats = np.pad(dots, 1).repeat(size * fine, axis=0).repeat(size * fine, axis=1)
    reach = size * fine * 3 // 4
    for axis in (0, 0, 1, 1):
        big = _box(big, reach, axis)
    hard: Floats = np.clip((big - np.float32(0.42)) * 6 + np.float32(0.5), 0, 1)
    edge = size * fine
    hard = hard[edge:-edge, edge:-edge]
    height, width = hard.shape
    soft: Floats = hard.reshape(height // fine, fine, width // fine, fine).mean(axis=(1, 3)).astype(np.float32)
    return soft


def _box(values: Floats, reach: int, axis: int) -> Floats:
    pad = [(0, 0), (0, 0)]
    pad[axis] = (reach // 2 + 1, reach - reach // 2 - 1)
    total = np.cumsum(np.pad(values, pad), axis=axis, dtype=np.float64)
    length = values.shape[axis]
    low, high = np.take(total, range(length), axis=axis), np.take(total, range(reach, reach + length), axis=axis)
    return ((high - low) / reach).astype(np.float32) if length else values


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
