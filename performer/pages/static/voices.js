// Pitched instruments: one function a role. Each builds a note out of oscillators, filters and envelopes,
// connects it to the part's strip and gives what is needed to end it.
//
// All envelopes are chains of setTargetAtTime, which glide from wherever they are: ending a note early,
// late or twice never clicks.

const hertz = (key) => 440 * 2 ** ((key - 69) / 12);
const force = (velocity, curve = 1.5) => (velocity / 127) ** curve;

const envelope = (param, at, { peak, attack, sustain, decay }) => {
  param.setValueAtTime(0, at);
  param.setTargetAtTime(peak, at, attack / 3);
  param.setTargetAtTime(sustain, at + attack, decay / 3);
};

const sweep = (param, at, { from, peak, rest, attack = 0.004, decay }) => {
  param.setValueAtTime(from, at);
  param.setTargetAtTime(peak, at, attack / 3);
  param.setTargetAtTime(rest, at + attack, decay / 3);
};

class Note {
  constructor(context, out, at, release) {
    this.context = context;
    this.release = release;
    this.at = at;
    this.sources = [];
    this.amp = new GainNode(context, { gain: 0 });
    this.amp.connect(out);
    this.end = Infinity;
  }

  oscillator(type, frequency, detune = 0) {
    const source = new OscillatorNode(this.context, { type, frequency, detune });
    source.start(this.at);
    this.sources.push(source);
    return source;
  }

  // Called once all sources exist: the last node out disconnects the note.
  ready() {
    this.sources[0].onended = () => this.amp.disconnect();
    return this;
  }

  // Let go at context time `time`; only ever earlier than what was said before.
  off(time, release = this.release) {
    if (time >= this.end) return;
    this.end = time;
    const at = Math.max(time, this.at);
    this.amp.gain.cancelScheduledValues(at);
    this.amp.gain.setTargetAtTime(0, at, release / 4);
    for (const source of this.sources) source.stop(at + release * 1.6);
  }
}

const mix = (context, level, ...sources) => {
  const gain = new GainNode(context, { gain: level });
  for (const source of sources) source.connect(gain);
  return gain;
};

// Saw and a square an octave below through two resonant low-pass stages: the pluck of a transistor ladder.
const bass = (context, out, key, velocity, at, tone) => {
  const note = new Note(context, out, at, 0.09);
  const f = hertz(key);
  const v = force(velocity, 1.2);
  const saw = note.oscillator("sawtooth", f, 3);
  const sub = note.oscillator("sine", f > 80 ? f / 2 : f);
  const square = note.oscillator("square", f, -4);
  const first = new BiquadFilterNode(context, { type: "lowpass", Q: 3.5 });
  const second = new BiquadFilterNode(context, { type: "lowpass", Q: 0.8 });
  const top = (420 + 2300 * v) * tone + f;
  const rest = (170 + 330 * v) * tone + f * 0.8;
  for (const stage of [first, second]) sweep(stage.frequency, at, { from: rest, peak: top, rest, decay: 0.26 });
  mix(context, 0.42, saw).connect(first);
  mix(context, 0.24, square).connect(first);
  first.connect(second).connect(note.amp);
  mix(context, 0.5, sub).connect(note.amp);
  envelope(note.amp.gain, at, { peak: 0.8 * (0.35 + 0.65 * v), attack: 0.006, sustain: 0.58 * (0.35 + 0.65 * v), decay: 0.3 });
  return note.ready();
};

// Electric piano by frequency modulation: a body that mellows as it rings, a tine that strikes and is gone.
const keys = (context, out, key, velocity, at, tone) => {
  const note = new Note(context, out, at, 0.28);
  const f = hertz(key);
  const v = force(velocity, 1.3);
  const body = note.oscillator("sine", f);
  const octave = note.oscillator("sine", f, 1200.5);
  const modulator = note.oscillator("sine", f, 3);
  const depth = new GainNode(context, { gain: 0 });
  sweep(depth.gain, at, { from: 0, peak: f * (0.9 + 3 * v) * tone, rest: f * 0.28 * tone, attack: 0.002, decay: 0.9 });
  modulator.connect(depth).connect(body.frequency);
  const tine = note.oscillator("sine", f * 7.01);
  const strike = new GainNode(context, { gain: 0 });
  sweep(strike.gain, at, { from: 0, peak: 0.2 * v * tone, rest: 0, attack: 0.001, decay: 0.2 });
  tine.connect(strike).connect(note.amp);
  mix(context, 0.5, body).connect(note.amp);
  mix(context, 0.09, octave).connect(note.amp);
  envelope(note.amp.gain, at, { peak: 0.15 + 0.5 * v, attack: 0.005, sustain: 0.05 + 0.16 * v, decay: 2.6 });
  return note.ready();
};

// A bright pluck that lives in the delay.
const arp = (context, out, key, velocity, at, tone) => {
  const note = new Note(context, out, at, 0.14);
  const f = hertz(key);
  const v = force(velocity, 1.3);
  const wave = note.oscillator("sawtooth", f, -5);
  const second = note.oscillator("triangle", f, 1205);
  const low = new BiquadFilterNode(context, { type: "lowpass", Q: 2.4 });
  sweep(low.frequency, at, { from: f, peak: Math.min(9000, f + (1400 + 4200 * v) * tone), rest: f + 260 * tone, attack: 0.002, decay: 0.2 });
  mix(context, 0.4, wave).connect(low);
  mix(context, 0.2, second).connect(low);
  low.connect(note.amp);
  envelope(note.amp.gain, at, { peak: 0.14 + 0.46 * v, attack: 0.003, sustain: 0.02 + 0.06 * v, decay: 0.34 });
  return note.ready();
};

// Two saws and a soft square, and a vibrato that comes late, as a singer's does.
const lead = (context, out, key, velocity, at, tone) => {
  const note = new Note(context, out, at, 0.16);
  const f = hertz(key);
  const v = force(velocity, 1.3);
  const left = note.oscillator("sawtooth", f, -7);
  const right = note.oscillator("sawtooth", f, 7);
  const square = note.oscillator("square", f);
  const vibrato = note.oscillator("sine", 5.3);
  const depth = new GainNode(context, { gain: 0 });
  depth.gain.setValueAtTime(0, at);
  depth.gain.setTargetAtTime(11, at + 0.28, 0.22);
  vibrato.connect(depth);
  for (const source of [left, right, square]) depth.connect(source.detune);
  const low = new BiquadFilterNode(context, { type: "lowpass", Q: 1.6 });
  sweep(low.frequency, at, { from: f * 1.2, peak: Math.min(9500, f * 2 + (1500 + 3300 * v) * tone), rest: f * 1.6 + 900 * tone, attack: 0.012, decay: 0.5 });
  mix(context, 0.26, left, right).connect(low);
  mix(context, 0.1, square).connect(low);
  low.connect(note.amp);
  envelope(note.amp.gain, at, { peak: 0.14 + 0.5 * v, attack: 0.014, sustain: 0.1 + 0.34 * v, decay: 0.5 });
  return note.ready();
};

// Three saws apart in tune and place; the filter opens slowly and breathes.
const pad = (context, out, key, velocity, at, tone) => {
  const note = new Note(context, out, at, 1.5);
  const f = hertz(key);
  const v = force(velocity, 1);
  const low = new BiquadFilterNode(context, { type: "lowpass", Q: 0.5 });
  const wide = [[-9, -0.75], [1, 0], [8.5, 0.75]];
  for (const [detune, pan] of wide) {
    const place = new StereoPannerNode(context, { pan });
    mix(context, 0.2, note.oscillator("sawtooth", f, detune)).connect(place).connect(low);
  }
  sweep(low.frequency, at, { from: 260 + f * 0.5, peak: f + (700 + 1500 * v) * tone, rest: f + (420 + 800 * v) * tone, attack: 1.4, decay: 3.5 });
  const breath = note.oscillator("sine", 0.13 + (key % 7) * 0.017);
  breath.connect(new GainNode(context, { gain: 110 })).connect(low.frequency);
  low.connect(note.amp);
  envelope(note.amp.gain, at, { peak: 0.16 + 0.34 * v, attack: 0.5, sustain: 0.14 + 0.3 * v, decay: 1.5 });
  return note.ready();
};

// What each role sounds like, how loud its strip is, what it sends to the room and to the echo, how much chorus it has, how far
// kicks push it down, below what it is thinned (Hz), and how many notes it may hold.
export const INSTRUMENTS = {
  bass: { voice: bass, level: 0.4, room: 0, echo: 0, wide: 0, duck: 0.4, from: 28, notes: 3 },
  chords: { voice: keys, level: 0.3, room: 0.18, echo: 0.07, wide: 0.5, duck: 0.3, from: 140, notes: 14 },
  arp: { voice: arp, level: 0.5, room: 0.14, echo: 0.3, wide: 0.35, duck: 0.25, from: 180, notes: 10 },
  lead: { voice: lead, level: 0.95, room: 0.18, echo: 0.22, wide: 0.35, duck: 0.12, from: 160, notes: 6 },
  texture: { voice: pad, level: 0.78, room: 0.36, echo: 0, wide: 0, duck: 0.45, from: 150, notes: 10 },
};
