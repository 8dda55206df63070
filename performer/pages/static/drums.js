// The drum kit, written sample by sample: no files, no network. Keys are General MIDI's drum keys.
// Each maker gets a sample rate and gives one or two channels, peak 1.

const TAU = 2 * Math.PI;

// Noise from a small generator of our own: the same kit at every start.
const noise = (seed) => {
  let state = seed >>> 0 || 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2147483648 - 1;
  };
};

// Second-order filter after R. Bristow-Johnson's audio EQ cookbook.
const filter = (rate, kind, frequency, q = 0.707) => {
  const w = (TAU * Math.min(frequency, rate * 0.45)) / rate;
  const alpha = Math.sin(w) / (2 * q);
  const cos = Math.cos(w);
  const a0 = 1 + alpha;
  let b0, b1, b2;
  if (kind === "low") [b0, b1, b2] = [(1 - cos) / 2, 1 - cos, (1 - cos) / 2];
  else if (kind === "high") [b0, b1, b2] = [(1 + cos) / 2, -1 - cos, (1 + cos) / 2];
  else [b0, b1, b2] = [alpha, 0, -alpha];
  [b0, b1, b2] = [b0 / a0, b1 / a0, b2 / a0];
  const a1 = (-2 * cos) / a0;
  const a2 = (1 - alpha) / a0;
  let x1 = 0, x2 = 0, y1 = 0, y2 = 0;
  return (x) => {
    const y = b0 * x + b1 * x1 + b2 * x2 - a1 * y1 - a2 * y2;
    x2 = x1;
    x1 = x;
    y2 = y1;
    y1 = y;
    return y;
  };
};

const decay = (t, seconds) => Math.exp(-t / seconds);

const render = (rate, seconds, sample) => {
  const out = new Float32Array(Math.ceil(rate * seconds));
  let peak = 1e-9;
  for (let i = 0; i < out.length; i++) {
    out[i] = sample(i / rate);
    peak = Math.max(peak, Math.abs(out[i]));
  }
  const fade = Math.min(out.length, Math.ceil(rate * 0.004)); // the very end goes to zero: no click
  for (let i = 0; i < out.length; i++) out[i] /= peak;
  for (let i = 0; i < fade; i++) out[out.length - 1 - i] *= i / fade;
  return out;
};

const kick = (rate) => {
  const hiss = noise(11);
  const click = filter(rate, "high", 2500);
  let phase = 0;
  return [render(rate, 0.55, (t) => {
    phase += (TAU * (48 + 130 * decay(t, 0.03) + 520 * decay(t, 0.0045))) / rate;
    const body = Math.tanh(1.9 * Math.sin(phase) * decay(t, 0.145)) * (1 - decay(t, 0.0006));
    return body + 0.35 * click(hiss()) * decay(t, 0.0028);
  })];
};

const snare = (rate, seed) => {
  const hiss = noise(seed);
  const low = filter(rate, "low", 9500);
  const high = filter(rate, "high", 1700);
  let a = 0, b = 0;
  return [render(rate, 0.45, (t) => {
    a += (TAU * (182 + 60 * decay(t, 0.012))) / rate;
    b += (TAU * (331 + 80 * decay(t, 0.01))) / rate;
    const shell = 0.75 * Math.sin(a) * decay(t, 0.075) + 0.4 * Math.sin(b) * decay(t, 0.045);
    const wires = low(high(hiss())) * (0.75 * decay(t, 0.105) + 0.5 * decay(t, 0.012));
    return Math.tanh(1.3 * (shell + wires));
  })];
};

const clap = (rate, seed) => [seed, seed + 7].map((from) => {
  const hiss = noise(from * 977);
  const band = filter(rate, "band", 1250, 1.1);
  const high = filter(rate, "high", 700);
  const bursts = [0, 0.0105 + (from % 3) * 0.0006, 0.0215];
  return render(rate, 0.42, (t) => {
    const hands = bursts.reduce((sum, at) => sum + (t >= at ? decay(t - at, 0.0055) : 0), 0);
    const room = t >= 0.03 ? 0.75 * decay(t - 0.03, 0.085) : 0;
    return high(band(hiss())) * (hands + room);
  });
});

const METAL = [205.3, 304.4, 369.6, 522.7, 540, 800]; // six squares that share no overtone: the ring of a cymbal

const cymbal = ({ seconds, fall, high, metal, hiss: amount, tune = 1, bell = 0, bloom = 0.0008, spread = 1 }) => (rate, seed) =>
  Array.from({ length: spread }, (_, channel) => {
    const hiss = noise(seed * 31 + channel * 101);
    const first = filter(rate, "high", high);
    const second = filter(rate, "high", high * 0.8);
    const cut = filter(rate, "low", 15500);
    const pitches = METAL.map((f) => f * tune * 2 * (1 + channel * 0.004));
    return render(rate, seconds, (t) => {
      let ring = 0;
      for (let n = 0; n < 6; n++) {
        const turns = t * pitches[n];
        ring += turns - Math.floor(turns) < 0.5 ? 1 : -1;
      }
      const raw = metal * (ring / 6) + amount * hiss();
      const shine = cut(second(first(raw))) * (0.35 * decay(t, fall * 0.12) + 0.65 * decay(t, fall));
      const cup = bell ? bell * (Math.sin(TAU * 2640 * t) + 0.6 * Math.sin(TAU * 4127 * t)) * decay(t, fall * 0.5) : 0;
      return (shine + cup) * (1 - decay(t, bloom));
    });
  });

const drum = (frequency, fall, skin = 0.25) => (rate, seed) => {
  const hiss = noise(seed * 13);
  const low = filter(rate, "low", 2600);
  let phase = 0;
  return [render(rate, fall * 5, (t) => {
    phase += (TAU * frequency * (1 + 0.55 * decay(t, 0.035))) / rate;
    return Math.sin(phase) * decay(t, fall) * (1 - decay(t, 0.001)) + skin * low(hiss()) * decay(t, 0.03);
  })];
};

const stick = (frequencies, fall) => (rate, seed) => {
  const hiss = noise(seed);
  return [render(rate, fall * 8, (t) => {
    const tone = frequencies.reduce((sum, f) => sum + Math.sin(TAU * f * t), 0);
    return tone * decay(t, fall) + 0.5 * hiss() * decay(t, 0.0015);
  })];
};

const shaker = (seconds, rise) => (rate, seed) => {
  const hiss = noise(seed * 57);
  const high = filter(rate, "high", 6200);
  return [render(rate, seconds, (t) => high(hiss()) * (t < rise ? t / rise : decay(t - rise, seconds / 5)))];
};

const cowbell = (rate) => {
  const band = filter(rate, "band", 900, 1.2);
  const square = (f, t) => ((t * f) % 1 < 0.5 ? 1 : -1);
  return [render(rate, 0.4, (t) => band(square(540, t) + square(800, t)) * (0.6 * decay(t, 0.02) + 0.4 * decay(t, 0.1)))];
};

const closedHat = cymbal({ seconds: 0.16, fall: 0.028, high: 7200, metal: 0.7, hiss: 0.5 });
const openHat = cymbal({ seconds: 0.75, fall: 0.19, high: 6800, metal: 0.7, hiss: 0.5 });
const pedalHat = cymbal({ seconds: 0.2, fall: 0.045, high: 6000, metal: 0.6, hiss: 0.6, bloom: 0.004 });
const crash = cymbal({ seconds: 2.6, fall: 0.7, high: 3400, metal: 0.45, hiss: 0.8, tune: 1.37, spread: 2 });
const ride = cymbal({ seconds: 1.8, fall: 0.5, high: 5200, metal: 0.8, hiss: 0.25, tune: 1.21, bell: 0.05 });

// name: maker, level, place from left to right, how many takes, share sent to the room, cutoff of the softest stroke
const PIECES = {
  kick: { make: kick, level: 0.72, pan: 0, takes: 1, room: 0.02, soft: 900 },
  snare: { make: snare, level: 0.58, pan: 0.04, takes: 3, room: 0.16, soft: 1800 },
  clap: { make: clap, level: 0.56, pan: 0, takes: 3, room: 0.2, soft: 1800 },
  rim: { make: stick([1720, 497, 2900], 0.014), level: 0.34, pan: -0.15, takes: 2, room: 0.16, soft: 3000 },
  hat: { make: closedHat, level: 0.36, pan: 0.34, takes: 3, room: 0.03, soft: 5200, choke: "hat" },
  pedal: { make: pedalHat, level: 0.3, pan: 0.34, takes: 2, room: 0.03, soft: 5200, choke: "hat" },
  open: { make: openHat, level: 0.33, pan: 0.34, takes: 2, room: 0.06, soft: 5200, choke: "hat" },
  crash: { make: crash, level: 0.4, pan: -0.3, takes: 1, room: 0.2, soft: 4200 },
  ride: { make: ride, level: 0.32, pan: 0.38, takes: 2, room: 0.1, soft: 4600 },
  tomLow: { make: drum(82, 0.16), level: 0.55, pan: 0.36, takes: 1, room: 0.14, soft: 900 },
  tomMid: { make: drum(118, 0.13), level: 0.52, pan: 0.06, takes: 1, room: 0.14, soft: 900 },
  tomHigh: { make: drum(163, 0.11), level: 0.5, pan: -0.3, takes: 1, room: 0.14, soft: 900 },
  conga: { make: drum(228, 0.07, 0.15), level: 0.36, pan: -0.34, takes: 2, room: 0.14, soft: 1500 },
  shaker: { make: shaker(0.14, 0.016), level: 0.3, pan: -0.42, takes: 3, room: 0.05, soft: 6000 },
  tambourine: { make: shaker(0.26, 0.003), level: 0.22, pan: -0.3, takes: 2, room: 0.08, soft: 6000 },
  cowbell: { make: cowbell, level: 0.24, pan: 0.3, takes: 1, room: 0.1, soft: 2500 },
  clave: { make: stick([2480, 2510], 0.022), level: 0.26, pan: -0.2, takes: 1, room: 0.18, soft: 3000 },
};

const KEYS = {
  35: "kick", 36: "kick", 37: "rim", 38: "snare", 39: "clap", 40: "snare", 41: "tomLow", 42: "hat", 43: "tomLow", 44: "pedal",
  45: "tomMid", 46: "open", 47: "tomMid", 48: "tomHigh", 49: "crash", 50: "tomHigh", 51: "ride", 52: "crash", 53: "ride",
  54: "tambourine", 55: "crash", 56: "cowbell", 57: "crash", 59: "ride", 60: "conga", 61: "conga", 62: "conga", 63: "conga",
  64: "conga", 69: "shaker", 70: "shaker", 75: "clave", 76: "clave", 77: "rim", 82: "shaker",
};

export const pieceOf = (key) => KEYS[key] ?? (key < 41 ? "kick" : "rim");

// Every stroke of every piece, made before anybody presses Start; the page breathes between the pieces.
export const renderKit = async (rate = 48000) => {
  const kit = new Map();
  for (const [name, piece] of Object.entries(PIECES)) {
    const takes = Array.from({ length: piece.takes }, (_, take) => {
      const channels = piece.make(rate, 17 + take * 29);
      const buffer = new AudioBuffer({ numberOfChannels: channels.length, length: channels[0].length, sampleRate: rate });
      channels.forEach((samples, channel) => buffer.copyToChannel(samples, channel));
      return buffer;
    });
    kit.set(name, takes);
    await new Promise((done) => setTimeout(done));
  }
  return kit;
};

export class Kit {
  // `takes`: what `renderKit` made; `bus`: where the kit sounds; `room`: the reverb's input; `duck(time, amount)`: called at each kick.
  constructor(context, takes, bus, room, duck) {
    this.context = context;
    this.duck = duck;
    this.open = []; // open hats that a closed one will stop
    this.turn = 0;
    this.strips = new Map();
    for (const [name, piece] of Object.entries(PIECES)) {
      const strip = new GainNode(context, { gain: piece.level });
      const pan = new StereoPannerNode(context, { pan: piece.pan });
      strip.connect(pan).connect(bus);
      pan.connect(new GainNode(context, { gain: piece.room })).connect(room);
      this.strips.set(name, { ...piece, takes: takes.get(name), strip });
    }
  }

  // One stroke at context time `at`; gives a function that stops it at a time.
  play(key, velocity, at) {
    const name = pieceOf(key);
    const piece = this.strips.get(name);
    const force = velocity / 127;
    const take = this.turn++ % piece.takes.length;
    const source = new AudioBufferSourceNode(this.context, {
      buffer: piece.takes[take],
      playbackRate: 0.985 + 0.03 * force + 0.004 * take,
    });
    // a soft stroke is darker, not only quieter
    const tone = new BiquadFilterNode(this.context, { type: "lowpass", Q: 0.3, frequency: piece.soft + (18000 - piece.soft) * force ** 1.5 });
    const gain = new GainNode(this.context, { gain: force ** 1.7 });
    source.connect(tone).connect(gain).connect(piece.strip);
    source.start(at);
    source.onended = () => gain.disconnect();
    const stop = (time) => {
      gain.gain.cancelScheduledValues(time);
      gain.gain.setTargetAtTime(0, time, 0.012);
      source.stop(time + 0.08);
    };
    if (piece.choke) {
      for (const choke of this.open.splice(0)) choke(at);
      if (name === "open") this.open.push(stop);
    }
    if (name === "kick") this.duck(at, force);
    return { source, stop };
  }
}
