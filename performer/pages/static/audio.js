// The sound: a strip for each part, a room, an echo in time with the song, and a master that cannot overload.
// Notes come with the time at which they sound and are scheduled at once: no timer of the page keeps time.

import { Kit } from "./drums.js";
import { INSTRUMENTS } from "./voices.js";

const LATE_S = 0.05; // a note that comes later than this is left out: late is worse than missing
const MOST_NOTES = 96;

// A room made of noise: early reflections, then a tail that loses its treble as it dies.
const roomImpulse = (context, seconds) => {
  const rate = context.sampleRate;
  const buffer = context.createBuffer(2, Math.ceil(rate * seconds), rate);
  for (let channel = 0; channel < 2; channel++) {
    const data = buffer.getChannelData(channel);
    let seed = 7 + channel * 1013;
    let low = 0;
    for (let i = 0; i < data.length; i++) {
      seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
      const t = i / rate;
      const dark = Math.max(0.06, 0.75 * Math.exp(-t / 0.55)); // one-pole low-pass whose cutoff falls
      low += dark * (seed / 2147483648 - 1 - low);
      data[i] = low * Math.exp(-t / (seconds * 0.24)) * (1 - Math.exp(-t / 0.012));
    }
    for (const [ms, gain] of [[11, 0.5], [17, -0.4], [23, 0.34], [31, -0.26], [43, 0.2]]) {
      data[Math.floor(((ms + channel * 2.3) * rate) / 1000)] += gain;
    }
  }
  return buffer;
};

const softClip = () => {
  const curve = new Float32Array(1025);
  for (let i = 0; i < curve.length; i++) {
    const x = (i / 512 - 1) * 1.5; // input beyond 1.5 is held
    curve[i] = Math.abs(x) < 0.75 ? x : Math.sign(x) * (0.75 + 0.23 * Math.tanh((Math.abs(x) - 0.75) / 0.23));
  }
  return curve;
};

export class Sound {
  // `takes`: the drum strokes of `renderKit`.
  constructor(context, takes) {
    this.context = context;
    this.takes = takes;
    this.parts = new Map();
    this.notes = new Map(); // id -> what sounds or is scheduled
    this.counts = { scheduled: 0, late: 0, dropped: 0, most: 0 };
    this.#buildMaster();
    this.#buildSends();
    this.drums = new GainNode(context, { gain: 1 });
    this.drums.connect(this.sum);
    this.kit = null;
  }

  #buildMaster() {
    const c = this.context;
    this.sum = new GainNode(c, { gain: 0.54 });
    const glue = new DynamicsCompressorNode(c, { threshold: -18, knee: 12, ratio: 2, attack: 0.012, release: 0.16 });
    const limit = new DynamicsCompressorNode(c, { threshold: -5, knee: 3, ratio: 20, attack: 0.001, release: 0.09 });
    const clip = new WaveShaperNode(c, { curve: softClip(), oversample: "2x" });
    const into = new GainNode(c, { gain: 1 / 1.5 }); // the curve covers -1.5 to 1.5
    const rumble = new BiquadFilterNode(c, { type: "highpass", frequency: 24, Q: 0.6 });
    this.out = new GainNode(c, { gain: 0 });
    this.analyser = new AnalyserNode(c, { fftSize: 2048, smoothingTimeConstant: 0.6 });
    this.sum.connect(rumble).connect(glue).connect(limit).connect(into).connect(clip).connect(this.out);
    this.out.connect(this.analyser);
    this.out.connect(c.destination);
    this.out.gain.setTargetAtTime(0.9, c.currentTime, 0.05);
  }

  #buildSends() {
    const c = this.context;
    this.room = new GainNode(c, { gain: 1 });
    const reverb = new ConvolverNode(c, { buffer: roomImpulse(c, 2.6) });
    const clean = new BiquadFilterNode(c, { type: "highpass", frequency: 210, Q: 0.5 });
    this.room.connect(clean).connect(reverb).connect(new GainNode(c, { gain: 0.62 })).connect(this.sum);

    this.echo = new GainNode(c, { gain: 1 });
    this.left = new DelayNode(c, { maxDelayTime: 2.5, delayTime: 0.375 });
    this.right = new DelayNode(c, { maxDelayTime: 2.5, delayTime: 0.375 });
    const feedback = new GainNode(c, { gain: 0.46 });
    const dark = new BiquadFilterNode(c, { type: "lowpass", frequency: 3200, Q: 0.4 });
    const thin = new BiquadFilterNode(c, { type: "highpass", frequency: 280, Q: 0.4 });
    const merge = new ChannelMergerNode(c, { numberOfInputs: 2 });
    this.echo.connect(thin).connect(this.left).connect(dark).connect(this.right).connect(feedback).connect(this.left);
    this.left.connect(merge, 0, 0);
    this.right.connect(merge, 0, 1);
    merge.connect(new GainNode(c, { gain: 0.6 })).connect(this.sum);
    merge.connect(new GainNode(c, { gain: 0.16 })).connect(this.room);
  }

  // A dotted eighth at this tempo.
  setTempo(bpm) {
    if (!(bpm > 20 && bpm < 400)) return;
    const seconds = Math.min(2.4, (60 / bpm) * 0.75);
    for (const line of [this.left, this.right]) line.delayTime.setTargetAtTime(seconds, this.context.currentTime, 0.08);
  }

  // A controller of a part, 0..1: level (the fader, 0.8 as written), mix (a section's share), brightness, riser.
  control(part, name, value) {
    const strip = this.#strip(part);
    const now = this.context.currentTime;
    if (name === "brightness") strip.tone = value;
    else if (name === "riser") this.#rise(strip, value, now);
    else if (name === "level" || name === "mix") {
      strip[name] = name === "level" ? value / 0.8 : value;
      strip.fader.gain.setTargetAtTime(Math.min(1.6, strip.level * strip.mix), now, 0.03);
    }
  }

  // Noise that climbs: it lasts as long as it is told to.
  #rise(strip, value, now) {
    if (!strip.riser) {
      const c = this.context;
      const buffer = c.createBuffer(1, c.sampleRate * 2, c.sampleRate);
      const data = buffer.getChannelData(0);
      for (let i = 0, seed = 99; i < data.length; i++) {
        seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
        data[i] = seed / 2147483648 - 1;
      }
      const hiss = new AudioBufferSourceNode(c, { buffer, loop: true });
      const band = new BiquadFilterNode(c, { type: "bandpass", Q: 1.4, frequency: 300 });
      const gain = new GainNode(c, { gain: 0 });
      hiss.connect(band).connect(gain).connect(strip.fader);
      gain.connect(new GainNode(c, { gain: 0.3 })).connect(this.room);
      hiss.start();
      strip.riser = { band, gain };
    }
    const { band, gain } = strip.riser;
    gain.gain.cancelScheduledValues(now);
    gain.gain.setTargetAtTime(0.16 * value * value, now, 0.08);
    gain.gain.setTargetAtTime(0, now + 0.3, 0.05);
    band.frequency.setTargetAtTime(300 * 28 ** value, now, 0.1);
  }

  addPart(name, role) {
    const c = this.context;
    if (role === "drums") {
      this.kit ??= new Kit(c, this.takes, this.drums, this.room, (at, amount) => this.#duck(at, amount));
      this.parts.set(name, { role, fader: this.drums, duck: null, level: 1, mix: 1, tone: 0.5, live: [] });
      return;
    }
    const make = INSTRUMENTS[role] ?? INSTRUMENTS.chords;
    const fader = new GainNode(c, { gain: 1 });
    const into = new BiquadFilterNode(c, { type: "highpass", frequency: make.from, Q: 0.5 });
    const trim = new GainNode(c, { gain: make.level });
    const duck = new GainNode(c, { gain: 1 });
    into.connect(trim).connect(fader).connect(duck).connect(this.sum);
    if (make.wide) this.#widen(trim, fader, make.wide);
    if (make.room) fader.connect(new GainNode(c, { gain: make.room })).connect(this.room);
    if (make.echo) fader.connect(new GainNode(c, { gain: make.echo })).connect(this.echo);
    this.parts.set(name, { role, fader, duck, into, make, level: 1, mix: 1, tone: 0.5, live: [] });
  }

  // A chorus of two: short delays that drift, one on each side.
  #widen(from, to, amount) {
    const c = this.context;
    for (const [pan, seconds, rate] of [[-0.85, 0.0117, 0.43], [0.85, 0.0163, 0.57]]) {
      const delay = new DelayNode(c, { maxDelayTime: 0.05, delayTime: seconds });
      const drift = new OscillatorNode(c, { frequency: rate });
      drift.connect(new GainNode(c, { gain: 0.0021 })).connect(delay.delayTime);
      drift.start();
      from.connect(delay).connect(new GainNode(c, { gain: amount })).connect(new StereoPannerNode(c, { pan })).connect(to);
    }
  }

  #strip(part) {
    if (!this.parts.has(part)) this.addPart(part, "chords");
    return this.parts.get(part);
  }

  // What a kick does to the others: a short dip, so that low end is never two at once.
  #duck(at, amount) {
    for (const { duck, make } of this.parts.values()) {
      if (!duck) continue;
      duck.gain.setTargetAtTime(1 - make.duck * amount, at, 0.006);
      duck.gain.setTargetAtTime(1, at + 0.07, 0.075);
    }
  }

  // A note of `part`, sounding from context time `at`. `soft`: it began before we could hear it, so it is never too late.
  on(part, key, velocity, id, at, soft = false) {
    const now = this.context.currentTime;
    if (at < now - LATE_S && !soft) {
      this.counts.late += 1;
      return;
    }
    const strip = this.#strip(part);
    const start = Math.max(at, now + 0.002);
    this.off(id, start);
    if (this.notes.size >= MOST_NOTES) this.#steal(start);
    if (strip.role === "drums") {
      if (soft && at < now) return; // a stroke is over
      const { source, stop } = this.kit.play(key, velocity, start);
      this.#keep(id, { part, start, drum: true, off: stop, source });
    } else {
      for (const other of strip.live) if (this.notes.get(other)?.key === key) this.#end(other, start);
      while (strip.live.length >= strip.make.notes) this.#end(strip.live.shift(), start);
      const tone = 4 ** ((strip.tone - 0.5) * 1.6); // two thirds of an octave a tenth
      const note = strip.make.voice(this.context, strip.into, key, velocity, start, tone);
      strip.live.push(id);
      this.#keep(id, { part, key, start, drum: false, off: (time, release) => note.off(time, release), source: note.sources[0] });
    }
    this.counts.scheduled += 1;
  }

  #keep(id, note) {
    this.notes.set(id, note);
    this.counts.most = Math.max(this.counts.most, this.notes.size);
    const ended = note.source.onended;
    note.source.onended = () => {
      ended();
      if (this.notes.get(id) === note) this.#forget(id, note.part);
    };
  }

  #forget(id, part) {
    this.notes.delete(id);
    const live = this.parts.get(part)?.live ?? [];
    const index = live.indexOf(id);
    if (index >= 0) live.splice(index, 1);
  }

  #steal(at) {
    const [id, note] = this.notes.entries().next().value;
    note.off(at, 0.03);
    this.#forget(id, note.part);
    this.counts.dropped += 1;
  }

  #end(id, at) {
    this.notes.get(id)?.off(at, 0.04);
  }

  // A drum rings by itself; everything else is let go.
  off(id, at) {
    const note = this.notes.get(id);
    if (note && !note.drum) note.off(Math.max(at, this.context.currentTime));
  }

  // This note will not be: it was replaced before it sounded.
  drop(id) {
    const note = this.notes.get(id);
    if (!note) return;
    note.off(this.context.currentTime, 0.01);
    this.#forget(id, note.part);
  }

  // Everything ends now, tails too: panic, or the server went away.
  release() {
    const now = this.context.currentTime;
    for (const [id, note] of this.notes) note.start > now ? this.drop(id) : note.off(now, 0.05);
    this.out.gain.cancelScheduledValues(now);
    this.out.gain.setTargetAtTime(0, now, 0.02);
    this.out.gain.setTargetAtTime(0.9, now + 0.22, 0.03);
  }

  // Root mean square and peak of the last 2048 samples.
  measure() {
    const data = new Float32Array(this.analyser.fftSize);
    this.analyser.getFloatTimeDomainData(data);
    let sum = 0, peak = 0;
    for (const x of data) {
      sum += x * x;
      peak = Math.max(peak, Math.abs(x));
    }
    return { rms: Math.sqrt(sum / data.length), peak };
  }
}
