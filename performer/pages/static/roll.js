// The rolling piano roll: time runs to the left through the line of now; what is decided ahead is pale.

import { pieceOf } from "./drums.js";
import { css } from "./colours.js";

const ROWS = { kick: 0, snare: 1, clap: 1, rim: 1, hat: 2, pedal: 2, open: 2, ride: 2, shaker: 2, tambourine: 2 };
const DRUM_ROWS = 4; // kick, snare, hats, everything else

export class Roll {
  constructor(canvas, score) {
    this.canvas = canvas;
    this.pen = canvas.getContext("2d");
    this.score = score;
    this.low = 40;
    this.high = 76;
    this.colours = new Map(); // part -> {colour, drums}
    this.drawn = 0; // notes in the last picture
    this.pale = 0; // of these, decided ahead
  }

  setPart(name, colour, drums) {
    this.colours.set(name, { colour, drums });
  }

  draw(now, scale, muted) {
    const { pen, canvas } = this;
    const { width, height } = canvas;
    const span = width / scale < 620 ? 5200 : 8600; // ms across the picture
    const line = Math.round(width * 0.4);
    const x = (at) => line + ((at - now) * width) / span;
    const from = now - (line * span) / width;
    const to = from + span;
    const top = 22 * scale;
    const floor = height - 4 * scale;
    const drumHeight = Math.min(96 * scale, (floor - top) * 0.26);
    const ceiling = floor - drumHeight - 8 * scale; // bottom of the pitched field
    pen.clearRect(0, 0, width, height);
    this.#grid(x, from, to, now, { scale, top, floor, width, ceiling });
    const notes = this.score.visible(from, to, now);
    this.#range(notes);
    const step = (ceiling - top) / (this.high - this.low + 1);
    this.drawn = this.pale = 0;
    for (const note of notes) {
      const style = this.colours.get(note.part);
      if (!style) continue;
      const box = style.drums ? this.#hit(note, x, floor, drumHeight, scale) : this.#bar(note, x, ceiling, step, scale);
      this.#paint(box, style.colour, note, now, muted.has(note.part), scale);
    }
    pen.fillStyle = "rgb(255 255 255 / 0.85)";
    pen.fillRect(line - scale, top - 4 * scale, 2 * scale, floor - top + 4 * scale);
    const glow = pen.createLinearGradient(line - 26 * scale, 0, line, 0);
    glow.addColorStop(0, "rgb(255 255 255 / 0)");
    glow.addColorStop(1, "rgb(255 255 255 / 0.07)");
    pen.fillStyle = glow;
    pen.fillRect(line - 26 * scale, top, 26 * scale, floor - top);
  }

  #grid(x, from, to, now, { scale, top, floor, width, ceiling }) {
    const { pen, score } = this;
    const marks = score.between(from - 8000, to);
    pen.font = `${11 * scale}px system-ui, sans-serif`;
    pen.textBaseline = "middle";
    let chordEnd = -Infinity;
    for (const [at, kind, ...args] of marks) {
      const left = Math.round(x(at));
      const ahead = at > now;
      if (kind === "bar") {
        const [bar, beats, millibpm] = args;
        pen.fillStyle = `rgb(255 255 255 / ${ahead ? 0.16 : 0.2})`;
        pen.fillRect(left, top, scale, floor - top);
        pen.fillStyle = "rgb(255 255 255 / 0.055)";
        for (let beat = 1; beat < beats; beat++) pen.fillRect(Math.round(x(at + (beat * 60_000_000) / millibpm)), top, scale, floor - top);
        pen.fillStyle = "rgb(255 255 255 / 0.32)";
        pen.fillText(String(bar + 1), left + 4 * scale, ceiling - 6 * scale);
      } else if (kind === "section") {
        pen.fillStyle = ahead ? "rgb(255 214 120 / 0.55)" : "rgb(255 214 120 / 0.85)";
        pen.fillRect(left - scale, top - 18 * scale, 2 * scale, floor - top + 18 * scale);
        pen.font = `600 ${12 * scale}px system-ui, sans-serif`;
        pen.fillText(args[0], left + 6 * scale, top + 10 * scale);
        pen.font = `${11 * scale}px system-ui, sans-serif`;
      } else if (kind === "chord" && left >= chordEnd) {
        pen.fillStyle = `rgb(255 255 255 / ${ahead ? 0.45 : 0.72})`;
        pen.fillText(args[0], left + 4 * scale, 11 * scale);
        chordEnd = left + pen.measureText(args[0]).width + 10 * scale;
      }
    }
    pen.fillStyle = "rgb(255 255 255 / 0.1)";
    pen.fillRect(0, ceiling + 4 * scale, width, scale);
  }

  // The pitches on show, a fifth more on either side, followed slowly.
  #range(notes) {
    let low = 127, high = 0;
    for (const { part, key } of notes) {
      if (this.colours.get(part)?.drums) continue;
      low = Math.min(low, key);
      high = Math.max(high, key);
    }
    if (high < low) return;
    this.low += (Math.max(0, low - 3) - this.low) * 0.04;
    this.high += (Math.max(low + 24, high + 4) - this.high) * 0.04;
  }

  #bar(note, x, ceiling, step, scale) {
    const left = x(note.on);
    const thick = Math.max(5.5 * scale, Math.min(15 * scale, step * 0.95));
    return { left, width: Math.max(2.5 * scale, x(note.off) - left - scale), y: ceiling - (note.key - this.low + 0.5) * step - thick / 2, thick };
  }

  #hit(note, x, floor, drumHeight, scale) {
    const row = ROWS[pieceOf(note.key)] ?? 3;
    const size = (drumHeight / DRUM_ROWS) * (0.42 + 0.42 * (note.velocity / 127));
    const middle = floor - (row + 0.5) * (drumHeight / DRUM_ROWS);
    return { left: x(note.on), width: Math.max(3 * scale, size * 0.55), y: middle - size / 2, thick: size };
  }

  #paint({ left, width, y, thick }, colour, note, now, muted, scale) {
    const { pen } = this;
    const sounds = !note.pale && note.on <= now && now < Math.max(note.off, note.on + 90);
    const ahead = note.on > now;
    const force = 0.55 + 0.45 * (note.velocity / 127);
    this.drawn += 1;
    if (note.pale) this.pale += 1;
    const alpha = (muted ? 0.25 : 1) * (ahead ? (note.pale ? 0.3 : 0.46) : sounds ? 1 : 0.72) * force;
    pen.fillStyle = css(colour, alpha, sounds && !muted ? 10 : 0);
    pen.beginPath();
    pen.roundRect(left, y, width, thick, Math.min(thick / 2, 3 * scale));
    pen.fill();
    if (sounds && !muted) {
      pen.globalCompositeOperation = "lighter";
      pen.fillStyle = css(colour, 0.16);
      pen.beginPath();
      pen.roundRect(left - 4 * scale, y - 4 * scale, width + 8 * scale, thick + 8 * scale, 6 * scale);
      pen.fill();
      pen.globalCompositeOperation = "source-over";
    }
  }
}
