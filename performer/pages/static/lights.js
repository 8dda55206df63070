// Lights as coloured fields: a look washes over the stage in its fade time, hits flash, kicks breathe.

import { fieldsOf, known } from "./colours.js";

const FIELDS = 7;
const FLASHES = new Set(["strobe", "flash", "hit", "bump", "blind", "blinder", "stab"]);
const DARK = new Set(["blackout", "black", "dark", "off"]);
const QUIET = new Set(["scene", "vary", "fill", "drop", "count"]); // what a visual part says beside the light part

const toRgb = ([hue, saturation, light]) => {
  const s = saturation / 100, l = light / 100;
  const a = s * Math.min(l, 1 - l);
  return [0, 8, 4].map((n) => {
    const k = (n + hue / 30) % 12;
    return 255 * (l - a * Math.max(-1, Math.min(k - 3, 9 - k, 1)));
  });
};

export class Lights {
  constructor(canvas) {
    this.canvas = canvas;
    this.pen = canvas.getContext("2d");
    this.fields = Array.from({ length: FIELDS }, () => ({ from: [6, 7, 14], to: [6, 7, 14] }));
    this.began = 0;
    this.fade = 600;
    this.flash = 0;
    this.pulse = 0;
    this.energy = 0.5;
    this.look = "";
  }

  // A cue: its name, then words and numbers; a last number is its fade in seconds. Says whether it meant something.
  cue([name, ...args], now) {
    const texts = [name, ...args.filter((arg) => typeof arg === "string")].map((text) => String(text).toLowerCase());
    const words = texts.flatMap((text) => text.split(/[^a-z0-9.]+/)).filter((word) => word && Number.isNaN(Number(word)));
    const fade = Number(args.findLast?.((arg) => typeof arg === "number") ?? 0) * 1000;
    if (words.some((word) => FLASHES.has(word))) this.flash = 1;
    else if (words[0] === "move") this.#move(now);
    else if (words[0] === "light" || words[0] === "look" || words[0] === "lights") this.#wash(words.slice(1), texts, now, fade);
    else if (!QUIET.has(words[0]) && words.some((word) => DARK.has(word) || known(word))) this.#wash(words, texts, now, fade);
    else return QUIET.has(words[0]);
    return true;
  }

  #wash(words, texts, now, fade) {
    const dark = words.some((word) => DARK.has(word));
    const amount = Number(/(?:^|\s)(0?\.\d+)\b/.exec(texts.join(" "))?.[1] ?? 1);
    const colours = (dark ? [[0, 0, 1]] : fieldsOf(words)).map(toRgb);
    this.#turn(now, fade || 350, (index) => {
      const level = amount * (0.85 + 0.15 * Math.cos(index * 2.4));
      return colours[(index * 2) % colours.length].map((x) => x * level);
    });
    this.look = words.join(" ");
  }

  // The same colours on other fields.
  #move(now) {
    const targets = this.fields.map((field) => field.to);
    this.#turn(now, 900, (index) => targets[(index + 1) % FIELDS]);
  }

  #turn(now, fade, target) {
    for (const field of this.fields) field.from = this.#colour(field, now);
    this.fields.forEach((field, index) => (field.to = target(index)));
    this.began = now;
    this.fade = Math.max(60, fade);
  }

  kick(force) {
    this.pulse = Math.max(this.pulse, force);
  }

  #colour({ from, to }, now) {
    const x = Math.min(1, Math.max(0, (now - this.began) / this.fade));
    const eased = x * x * (3 - 2 * x);
    return from.map((value, channel) => value + (to[channel] - value) * eased);
  }

  draw(now, elapsed) {
    const { canvas, pen } = this;
    const { width, height } = canvas;
    this.flash *= Math.exp(-elapsed / 160);
    this.pulse *= Math.exp(-elapsed / 190);
    pen.globalCompositeOperation = "source-over";
    pen.fillStyle = "#07080d";
    pen.fillRect(0, 0, width, height);
    pen.globalCompositeOperation = "lighter";
    const gain = 0.62 + 0.2 * this.energy + 0.26 * this.pulse;
    this.fields.forEach((field, index) => {
      const [r, g, b] = this.#colour(field, now).map((x) => Math.round(Math.min(255, x * gain)));
      const sway = Math.sin(now / 3100 + index * 1.7) * 0.05;
      const x = width * ((index + 0.5) / FIELDS + sway);
      const top = -height * 0.25;
      const reach = Math.max(height * 1.35, width / FIELDS) * (1 + 0.06 * this.pulse);
      const glow = pen.createRadialGradient(x, top, 0, x, top, reach);
      glow.addColorStop(0, `rgb(${r} ${g} ${b} / 0.95)`);
      glow.addColorStop(0.45, `rgb(${r} ${g} ${b} / 0.38)`);
      glow.addColorStop(1, `rgb(${r} ${g} ${b} / 0)`);
      pen.fillStyle = glow;
      pen.fillRect(0, 0, width, height);
    });
    if (this.flash > 0.02) {
      pen.fillStyle = `rgb(255 255 255 / ${0.55 * this.flash})`;
      pen.fillRect(0, 0, width, height);
    }
  }
}
