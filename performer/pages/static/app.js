// The page: a speaker, a window on what is played, and a small tablet.

import { Sound } from "./audio.js";
import { pieceOf, renderKit } from "./drums.js";
import { Lights } from "./lights.js";
import { Link } from "./link.js";
import { Panel, segment } from "./panel.js";
import { Roll } from "./roll.js";
import { Score } from "./score.js";
import { Tray } from "./tray.js";

const $ = (id) => document.getElementById(id);
const score = new Score();
const roll = new Roll($("roll"), score);
const lights = new Lights($("lights"));
const kit = renderKit();
const later = new Map(); // serial -> {at, part, address, args}: what happens at its time
const values = new Map(); // `part/name` -> the last value
let context = null;
let sound = null;
let audioOffset = null; // performance time minus context time, ms
let connected = false;
let roles = {};
let last = 0;
let rest = 0; // ms between two pictures at least

const panel = new Panel((address, ...args) => link.send(address, ...args));
const tray = new Tray($("tray"), $("shape"), panel);
const link = new Link(heard, up);

function up(online) {
  connected = online;
  if (!online) {
    sound?.release(); // nothing may hang while nobody can say that it ends
    later.clear();
    score.silence(showNow() ?? 0);
    score.plan.clear();
  }
  const lost = panel.value("phase") === "ended" ? "The show is over" : "Connection lost: trying again";
  if (sound) panel.say(online ? "" : lost, !online);
  cover();
}

function heard(message) {
  if (message.play) message.play.forEach((row) => play(row, false));
  else if (message.plan !== undefined) score.plan.set(message.plan, message.notes);
  else if (message.marks) score.ahead = message.marks.map(markOf).filter(Boolean);
  else if (message.state) {
    panel.take(message.state);
    tray.show();
    apply(message.state);
    cover();
  } else if (message.anchor) score.anchor = message.anchor;
  else if (message.hello) hello(message.hello);
  else if (message.sounding) message.sounding.forEach((row) => play(row, true));
  else if (message.error) panel.say(message.error.slice(1).join(" "));
}

function hello(said) {
  roles = panel.roles = said.roles;
  score.clear();
  later.clear();
  if (said.show) {
    document.title = `${said.show} · performer`;
    $("cover-show").textContent = said.show;
  }
}

panel.onparts = (names) => {
  names.forEach((name) => roll.setPart(name, panel.colour(name), roles[name] === "drums"));
  tray.build(names);
};

// What feedback says of the sound.
function apply(state) {
  if (!sound) return;
  for (const [name, [value]] of Object.entries(state)) {
    const level = /^part\/(.+)\/level$/.exec(name);
    if (name === "tempo") sound.setTempo(value);
    else if (level) for (const part of panel.parts.keys()) if (segment(part) === level[1]) sound.control(part, "level", value);
  }
}

const showNow = () => (score.anchor && link.now() !== null ? score.showAt(link.now()) : null);
// Context time (s) at which a show time (ms) sounds.
const contextAt = (show) => (score.hostAt(show) - link.offset - audioOffset) / 1000;

function play([kind, ...row], soft) {
  if (kind === "on") {
    const [at, off, part, key, velocity, serial] = row;
    score.on(at, off, part, key, velocity, serial);
    if (roles[part] === "drums" && pieceOf(key) === "kick") later.set(-serial, { at, part, address: "kick", args: [velocity / 127] });
    sing(serial, { part, key, velocity, on: at, off }, soft);
  } else if (kind === "off") {
    const [at, serial] = row;
    score.end(at, serial);
    if (audioOffset !== null) sound?.off(serial, contextAt(at));
  } else if (kind === "drop") {
    score.drop(row[0]);
    later.delete(row[0]);
    later.delete(-row[0]);
    sound?.drop(row[0]);
  } else if (kind === "at") {
    const [at, serial, part, address, ...args] = row;
    const mark = markOf([at, address, ...args]);
    if (mark) score.mark(mark, serial);
    else later.set(serial, { at, part, address, args });
  } else if (kind === "now") happen({ part: "", address: row[0], args: row.slice(1) });
  else if (kind === "release") {
    sound?.release();
    score.silence(showNow() ?? 0);
  }
}

// `soft`: it may have begun already.
function sing(serial, { part, key, velocity, on, off }, soft) {
  if (!sound || audioOffset === null) return;
  sound.on(part, key, velocity, serial, contextAt(on), soft);
  sound.off(serial, contextAt(off));
}

const markOf = ([at, address, ...args]) => (["/bar", "/section", "/chord"].includes(address) ? [at, address.slice(1), ...args] : null);

// Something whose time has come.
function happen({ part, address, args }) {
  if (address === "kick") lights.kick(args[0]);
  else if (address === "/control") control(String(args[0]), args[1]);
  else if (address === "/cue") {
    const heard = lights.cue(args, performance.now());
    if (args[0] === "count") panel.count(args[1]);
    else if (!heard && !part) panel.say(args.join(" "), false, true); // a cue of the show that means nothing to our lights
  }
}

// A value for a part: `part/name`.
function control(name, value) {
  const cut = name.lastIndexOf("/");
  const part = name.slice(0, Math.max(0, cut)), what = name.slice(cut + 1);
  values.set(name, [name, value]);
  if (what === "intensity") lights.energy = value;
  else if (what === "strobe") lights.flash = Math.max(lights.flash, value * 0.4);
  else if (sound && panel.parts.has(part)) sound.control(part, what, value);
}

// Where the context's clock stands on the page's: a glide, so that nothing is played twice or torn.
function alignAudio() {
  if (!context || context.state !== "running") return;
  const stamp = context.getOutputTimestamp?.();
  const usable = stamp && stamp.contextTime > 0 && stamp.performanceTime > 0 && performance.now() - stamp.performanceTime < 150;
  const measured = usable ? stamp.performanceTime - stamp.contextTime * 1000 : performance.now() - context.currentTime * 1000;
  const wrong = audioOffset === null ? Infinity : measured - audioOffset;
  if (Math.abs(wrong) > 40) audioOffset = measured;
  else audioOffset += wrong * 0.05;
}

async function start() {
  $("start").disabled = true;
  context = new AudioContext({ latencyHint: "balanced" });
  await context.resume();
  sound = new Sound(context, await kit);
  context.onstatechange = () => panel.say(context.state === "running" ? "" : "Sound is off: touch here", true);
  alignAudio();
  for (const part of panel.parts.keys()) sound.addPart(part, roles[part]);
  apply(panel.state);
  for (const row of values.values()) control(...row);
  const now = showNow();
  for (const [serial, note] of now === null ? [] : score.notes) if (note.off > now) sing(serial, note, true);
  if (panel.value("phase") === "armed") link.send("/performer/go");
  cover();
  navigator.wakeLock?.request("screen").catch(() => {}); // a stage tablet stays awake where that is allowed
}

$("start").onclick = start;
$("say").onclick = () => context?.resume();

function cover() {
  $("cover").classList.toggle("gone", sound !== null);
  if (context) return;
  const phase = panel.value("phase");
  $("start").disabled = !connected;
  $("cover-hint").textContent = !connected ? "Connecting" : phase === "armed" ? "The show waits for you" : phase === "ended" ? "The show is over" : "";
}

function fit(canvas, scale) {
  const width = Math.round(canvas.clientWidth * scale), height = Math.round(canvas.clientHeight * scale);
  if (canvas.width !== width || canvas.height !== height) [canvas.width, canvas.height] = [width, height];
  return scale;
}

function frame(time) {
  requestAnimationFrame(frame);
  alignAudio();
  const elapsed = time - last;
  if (elapsed < rest) return; // notes come first: a slow machine draws less often
  last = time;
  draw(elapsed);
  const took = performance.now() - time;
  rest += ((took > 10 ? Math.min(120, took * 3) : 0) - rest) * 0.1;
}

function draw(elapsed) {
  fit($("lights"), 0.25); // light is soft anyway
  const scale = fit($("roll"), Math.min(2, window.devicePixelRatio || 1));
  const now = showNow();
  if (now !== null) {
    for (const [serial, thing] of later) {
      if (thing.at > now) continue;
      later.delete(serial);
      if (now - thing.at < 2000) happen(thing);
    }
    score.forget(now);
    roll.draw(now, scale, panel.muted());
    const chord = score.last("chord", now);
    panel.tick(score.place(now), chord ? chord.slice(2) : null);
  }
  lights.draw(performance.now(), elapsed);
}
requestAnimationFrame(frame);

// For tests and for curious engineers.
window.performerStats = () => ({
  state: context?.state ?? "none",
  ...(sound?.measure() ?? { rms: 0, peak: 0 }),
  ...(sound?.counts ?? { scheduled: 0, late: 0, dropped: 0, most: 0 }),
  voices: sound?.notes.size ?? 0,
  drawn: roll.drawn,
  pale: roll.pale,
  look: lights.look,
  connected,
  offset: link.offset,
  rtt: link.rtt,
});
