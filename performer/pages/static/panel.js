// The controls and the words: shows what feedback says, asks for what is pressed. Text goes in as text, never as markup.

import { colourOf, css } from "./colours.js";

const AT_MOST_MS = 50; // a fader speaks 20 times a second at most
const FINGER_MS = 300; // after a finger has left, the fader is its own master no longer
const TWICE_MS = 2000;

const $ = (id) => document.getElementById(id);
const put = (element, text) => {
  if (element.textContent !== text) element.textContent = text;
};
export const segment = (name) => name.replace(/[ #*,/?[\]{}]/g, "_");

export class Panel {
  // `ask(address, ...args)`: say something to the show; whether it could be said.
  constructor(ask) {
    this.ask = ask;
    this.state = {};
    this.roles = {};
    this.sections = new Map();
    this.parts = new Map();
    this.touched = -Infinity;
    this.said = 0;
    $("next").onclick = () => ask(this.#waits() ? "/performer/go" : "/performer/next");
    $("hold").onclick = () => ask("/performer/hold", this.value("hold") ? 0 : 1);
    let calm = 0;
    $("panic").onclick = () => {
      if (!ask("/performer/panic")) return; // the line over everything says that nobody hears us
      this.#armed(true);
      clearTimeout(calm);
      calm = setTimeout(() => this.#armed(false), TWICE_MS);
    };
    this.#fader($("energy"));
  }

  value(name, place = 0) {
    return this.state[name]?.[place];
  }

  // New values of some addresses.
  take(values) {
    Object.assign(this.state, values);
    if ("sections" in values) this.#buildSections(values.sections);
    if ("parts" in values) this.#buildParts(values.parts);
    this.#words();
  }

  muted() {
    return new Set([...this.parts.keys()].filter((part) => this.value(`part/${segment(part)}/mute`)));
  }

  #waits() {
    return this.value("phase") === "armed";
  }

  #buildSections(names) {
    $("sections").replaceChildren();
    this.sections.clear();
    for (const name of names) {
      const button = document.createElement("button");
      button.type = "button";
      const label = document.createElement("span");
      label.textContent = name;
      const note = document.createElement("small");
      button.append(label, note);
      button.onclick = () => {
        const pending = this.value("pending") === name;
        this.ask("/performer/section", name, ...(pending && this.value("pending", 1) === "bar" ? ["beat"] : []));
      };
      $("sections").append(button);
      this.sections.set(name, { button, note });
    }
  }

  #buildParts(names) {
    $("parts").replaceChildren();
    this.parts.clear();
    names.forEach((name, index) => {
      const role = this.roles[name] ?? "";
      if (role === "light" || role === "visual" || role === "external") return;
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = name;
      button.title = "Mute or let sound";
      button.style.setProperty("--colour", css(this.colour(name, index)));
      button.onclick = () => this.ask(`/performer/part/${segment(name)}/mute`, this.value(`part/${segment(name)}/mute`) ? 0 : 1);
      $("parts").append(button);
      this.parts.set(name, button);
    });
    this.onparts?.(names.filter((name) => this.parts.has(name)));
  }

  // Parts of the same role are told apart by a shade.
  colour(name) {
    const role = this.roles[name] ?? "";
    const same = Object.keys(this.roles).filter((part) => this.roles[part] === role);
    return colourOf(role, Math.max(0, same.indexOf(name)));
  }

  #fader(input) {
    let last = 0, timer = 0;
    const show = (value) => {
      input.style.setProperty("--fill", `${value / 10}%`);
      put($("energy-value"), String(Math.round(value / 10)));
    };
    const speak = () => {
      last = performance.now();
      this.ask("/performer/energy", Number(input.value) / 1000);
    };
    input.oninput = () => {
      this.touched = performance.now();
      show(Number(input.value));
      clearTimeout(timer);
      const wait = last + AT_MOST_MS - performance.now();
      wait <= 0 ? speak() : (timer = setTimeout(speak, wait));
    };
    this.showEnergy = (value) => {
      if (performance.now() - this.touched < FINGER_MS) return;
      input.value = String(Math.round(value * 1000));
      show(value * 1000);
    };
    show(500);
  }

  #words() {
    put($("title"), this.value("song") ?? "");
    put($("section"), this.value("phase") === "ended" ? "End" : (this.value("section") ?? "–") || "–");
    const [key, nextKey] = [this.value("key") ?? "", this.value("key", 1) ?? ""];
    put($("key"), nextKey && nextKey !== key ? `${key} → ${nextKey}` : key);
    $("falls").hidden = !this.value("falls");
    put($("falls"), `fell back ${this.value("falls") ?? 0}×: ${this.value("falls", 1) ?? ""}`);
    const tempo = this.value("tempo");
    put($("tempo"), tempo ? String(Math.round(tempo * 10) / 10) : "–");
    if (this.value("energy") !== undefined) this.showEnergy(this.value("energy"));
    $("hold").setAttribute("aria-pressed", String(Boolean(this.value("hold"))));
    put($("hold").lastElementChild, this.value("hold") ? "stays here" : "");
    for (const [name, button] of this.parts) button.setAttribute("aria-pressed", String(Boolean(this.value(`part/${segment(name)}/mute`))));
  }

  // What moves with the music. `place`: where we are in the bar, or null; `chord`: [now, next] or null.
  tick(place, chord) {
    const [bar, inSection, bars] = this.state.bar ?? [];
    const reached = place && bar !== undefined ? inSection + (place.bar - bar) : inSection;
    const ordinal = bars && reached > bars ? reached - bars : reached; // the bar line is heard before the section is told
    const playing = this.value("phase") === "playing";
    put($("bar"), playing && ordinal !== undefined ? String(Math.max(1, ordinal)) : "–");
    put($("beat"), place && playing ? String(place.beat) : "–");
    this.#beats(place);
    put($("bars"), playing && bars ? `bar ${Math.min(Math.max(1, ordinal), bars)} of ${bars}` : this.value("phase") === "armed" ? "armed" : (this.value("phase") ?? ""));
    put($("chord"), chord?.[0] || this.value("chord") || "–");
    put($("chord-next"), chord?.[1] ?? this.value("chord", 1) ?? "");
    this.#coming(place, ordinal, bars);
  }

  // After a panic the next press stops, for as long as the button says so.
  #armed(armed) {
    $("panic").classList.toggle("armed", armed);
    put($("panic").lastElementChild, armed ? "again: stop" : "silence, then on");
  }

  #beats(place) {
    const dots = $("beats");
    const count = place?.beats ?? 4;
    while (dots.children.length > count) dots.lastElementChild.remove();
    while (dots.children.length < count) dots.append(document.createElement("i"));
    [...dots.children].forEach((dot, index) => dot.classList.toggle("now", place !== null && index === place.beat - 1));
  }

  // The countdown: whole bars while there are some, then beats.
  #coming(place, ordinal, bars) {
    const [what, , left] = this.state.pending ?? ["", "", 0];
    const onward = this.value("next", 1) ?? "";
    const held = Boolean(this.value("hold"));
    const stays = held || (this.value("next") === this.value("section") && onward !== this.value("section")); // until somebody presses
    const next = (stays ? onward : this.value("next")) ?? "";
    const beats = place ? place.beats - place.beat + 1 : 0;
    const count = (whole) => (whole > 0 ? `${whole} ${whole === 1 ? "bar" : "bars"}` : place ? `${beats} ${beats === 1 ? "beat" : "beats"}` : "");
    const playing = this.value("phase") === "playing";
    const target = what || next;
    const toGo = what ? left : bars && ordinal ? bars - ordinal : 0;
    const waits = stays && !what;
    const words = !playing || !target || waits ? "" : count(Math.max(0, toGo));
    const line = $("coming");
    const said = [target, words, playing, waits, held].join("|");
    if (line.dataset.said !== said) {
      line.dataset.said = said;
      line.replaceChildren();
      if (playing && waits) line.append(`${held ? "held" : "repeats"}; next: ${onward || "the end"}`);
      else if (target && playing) {
        const count = document.createElement("b");
        count.textContent = words;
        line.append(`${target} in `, count);
      } else if (this.value("phase") === "armed") line.append("waiting for GO");
    }
    for (const [name, { button, note }] of this.sections) {
      const plays = playing && name === this.value("section");
      const pending = name === what;
      button.classList.toggle("plays", plays && !pending);
      button.classList.toggle("pending", pending);
      button.classList.toggle("follows", playing && !what && !plays && name === next);
      put(note, pending ? words : plays && bars ? `${Math.min(ordinal, bars)} / ${bars}` : playing && !what && name === next ? (stays ? "on Next" : "next") : "");
      const done = plays && bars ? Math.min(1, (ordinal - 1 + (place ? (place.beat - 1 + place.phase) / place.beats : 0)) / bars) : 0;
      button.style.setProperty("--done", `${(done * 100).toFixed(1)}%`);
    }
    const go = this.#waits();
    $("next").classList.toggle("go", go);
    $("next").classList.toggle("pending", Boolean(what) && !this.sections.has(what));
    put($("next").firstElementChild, go ? "GO" : "Next");
    put($("next").lastElementChild, go ? "" : what ? `${what} in ${words}` : playing ? next || "the end" : "");
  }

  // A beat of the count-in.
  count(number) {
    put($("beat"), String(number));
    this.say(`${number}`, false, true);
  }

  // A line over everything: for troubles until they are gone (`stay`), for words of the show a few seconds.
  say(text, stay = false, quiet = false) {
    clearTimeout(this.said);
    $("say").hidden = !text;
    $("say").classList.toggle("quiet", quiet);
    put($("say"), text);
    if (text && !stay) this.said = setTimeout(() => this.say(""), 4000);
  }
}
