// The tray: the macros, what can be done to a part, and "keep that". It shows what feedback says and asks for what is pressed.

import { css } from "./colours.js";
import { segment } from "./panel.js";

const MACROS = ["density", "brightness", "tension", "complexity", "humanity", "space", "fusion"];
const ACTS = [["again", "Again"], ["vary", "Vary"], ["reroll", "Reroll"], ["lock", "Lock"], ["drop", "Out"], ["bring", "In"], ["hand", "Hand"]];
const SAYS = {
  again: "Play this phrase once more, exactly", vary: "The same idea in another variation", reroll: "A new take of this part's idea here",
  lock: "Keep this idea through its returns", drop: "Drop out at the next bar", bring: "Come in at the next bar", hand: "Leave its controllers to my hand",
};
const AT_MOST_MS = 50;
const FINGER_MS = 300;
const UNITY = 800; // the level of 0 dB
const hundredths = (value) => String(Math.round(value / 10));

const make = (tag, name, text = "") => {
  const element = document.createElement(tag);
  if (name) element.className = name;
  element.textContent = text;
  return element;
};

export class Tray {
  // `element`: where it is drawn; `toggle`: the button that opens it; `panel`: who knows what feedback said, and asks.
  constructor(element, toggle, panel) {
    this.panel = panel;
    this.rows = new Map();
    this.faders = new Map();
    const macros = element.appendChild(make("div", "macros"));
    for (const name of MACROS) macros.append(this.#macro(name));
    this.list = element.appendChild(make("div", "shaping"));
    const keep = element.appendChild(make("div", "keep"));
    keep.append(make("span", "", "Keep the last"));
    for (const bars of [4, 8, 16]) {
      const button = keep.appendChild(make("button", "", String(bars)));
      button.type = "button";
      button.title = `The last ${bars} bars become a section`;
      button.onclick = () => panel.ask("/performer/keep", bars);
    }
    this.kept = keep.appendChild(make("small", "", "bars"));
    toggle.onclick = () => {
      element.hidden = !element.hidden;
      toggle.setAttribute("aria-pressed", String(!element.hidden));
    };
  }

  #macro(name) {
    const label = make("label", "", name);
    const fader = this.#fader(name, name, 500);
    label.append(fader.shown, fader.input);
    return label;
  }

  // `address`: under /performer/; `home`: per mille, where a double tap leads.
  #fader(address, says, home) {
    const fader = { input: make("input"), shown: make("output"), touched: -Infinity, last: -Infinity, timer: 0 };
    const { input } = fader;
    Object.assign(input, { type: "range", min: "0", max: "1000", step: "1", value: String(home), title: `${says}; a double tap leads back` });
    input.setAttribute("aria-label", says);
    const speak = () => {
      fader.last = performance.now();
      this.panel.ask(`/performer/${address}`, Number(input.value) / 1000);
    };
    input.oninput = () => {
      fader.touched = performance.now();
      fader.shown.textContent = hundredths(input.value);
      clearTimeout(fader.timer);
      const wait = fader.last + AT_MOST_MS - fader.touched;
      wait <= 0 ? speak() : (fader.timer = setTimeout(speak, wait));
    };
    input.ondblclick = () => {
      input.value = String(home);
      input.oninput();
    };
    fader.shown.textContent = hundredths(home);
    this.faders.set(address, fader);
    return fader;
  }

  // The parts that can be shaped, in the order of the song.
  build(names) {
    this.list.replaceChildren();
    for (const name of this.rows.keys()) this.faders.delete(`part/${segment(name)}/level`);
    this.rows.clear();
    names.forEach((name, index) => {
      const row = this.list.appendChild(make("div", "part"));
      const title = row.appendChild(make("span", "", name));
      title.style.setProperty("--colour", css(this.panel.colour(name, index)));
      const take = title.appendChild(make("small"));
      row.append(this.#fader(`part/${segment(name)}/level`, `${name}: level`, UNITY).input);
      const buttons = new Map();
      for (const [act, words] of ACTS) {
        const button = row.appendChild(make("button", "", words));
        button.type = "button";
        button.title = SAYS[act];
        button.setAttribute("aria-label", `${name}: ${SAYS[act]}`);
        const address = `part/${segment(name)}/${act}`;
        const held = act === "lock" || act === "hand";
        button.onclick = () => this.panel.ask(`/performer/${address}`, held && this.panel.value(address) ? 0 : 1);
        buttons.set(act, button);
      }
      this.rows.set(name, { take, buttons });
    });
    this.show();
  }

  // What feedback says: a lit button is so, a blinking one waits for its boundary.
  show() {
    for (const [address, fader] of this.faders) {
      const value = this.panel.value(address);
      if (value === undefined || performance.now() - fader.touched <= FINGER_MS) continue;
      fader.input.value = String(Math.round(value * 1000));
      fader.shown.textContent = hundredths(value * 1000);
    }
    for (const [name, { take, buttons }] of this.rows) {
      const of = `part/${segment(name)}`;
      const coming = this.panel.value(`${of}/take`, 2);
      for (const [act, button] of buttons) {
        const value = act === coming ? 0.5 : (this.panel.value(`${of}/${act}`) ?? 0);
        button.setAttribute("aria-pressed", String(value === 1));
        button.classList.toggle("waits", value === 0.5);
      }
      const [number, variation] = [this.panel.value(`${of}/take`) ?? 1, this.panel.value(`${of}/take`, 1) ?? 1];
      const words = [number > 1 ? `take ${number}` : "", variation > 1 ? `var ${variation}` : ""].filter(Boolean).join(", ");
      if (take.textContent !== words) take.textContent = words;
    }
    const [name, where] = [this.panel.value("kept"), this.panel.value("kept", 1)];
    const words = name ? `bars. Kept: ${name}${where ? `, in ${where.split("/").at(-1)}` : ""}` : "bars";
    if (this.kept.textContent !== words) this.kept.textContent = words;
    this.kept.title = where ?? "";
  }
}
