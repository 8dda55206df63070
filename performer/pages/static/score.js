// What has sounded, sounds and is decided ahead, in show time (ms), and where show time stands.

const PAST_MS = 9000;

const nameOf = (part, key, on) => `${part}/${key}/${on}`;

export class Score {
  constructor() {
    this.anchor = null; // [host ms, show ms, rate]
    this.notes = new Map(); // serial -> {part, key, velocity, on, off}: firm
    this.plan = new Map(); // part -> [[on, off, key, velocity]]: decided, may still change
    this.marks = []; // [at, kind, ...], firm, ascending; `serials` names them
    this.serials = new Map();
    this.ahead = []; // the same, decided
  }

  hostAt(show) {
    const [host, from, rate] = this.anchor;
    return host + (show - from) * rate;
  }

  showAt(host) {
    const [at, from, rate] = this.anchor;
    return from + (host - at) / rate;
  }

  clear() {
    this.notes.clear();
    this.plan.clear();
    this.serials.clear();
    this.marks = [];
    this.ahead = [];
  }

  on(on, off, part, key, velocity, serial) {
    this.notes.set(serial, { part, key, velocity, on, off });
  }

  // A note ends earlier than was said.
  end(at, serial) {
    const note = this.notes.get(serial);
    if (note) note.off = Math.max(note.on, Math.min(note.off, at));
  }

  drop(serial) {
    this.notes.delete(serial);
    const mark = this.serials.get(serial);
    if (mark) this.marks = this.marks.filter((other) => other !== mark);
    this.serials.delete(serial);
  }

  // Everything ends at `at`, and what would begin later is not played.
  silence(at) {
    for (const [serial, note] of this.notes) {
      if (note.on > at) this.notes.delete(serial);
      else note.off = Math.min(note.off, at);
    }
  }

  mark(mark, serial) {
    this.serials.set(serial, mark);
    this.marks.push(mark);
    this.marks.sort((a, b) => a[0] - b[0]);
  }

  // Let go of what no picture shows any more; the bar and the chord that hold are kept.
  forget(now) {
    for (const [serial, { off }] of this.notes) if (off < now - PAST_MS) this.notes.delete(serial);
    if (!this.marks.length || this.marks[0][0] > now - 2 * PAST_MS) return;
    const holding = new Set(["bar", "chord"].map((kind) => this.last(kind, now)));
    this.marks = this.marks.filter((mark) => mark[0] > now - PAST_MS || holding.has(mark));
    for (const [serial, mark] of this.serials) if (!this.marks.includes(mark)) this.serials.delete(serial);
  }

  // The last firm mark of a kind that is not after `now`.
  last(kind, now) {
    return this.marks.findLast((mark) => mark[1] === kind && mark[0] <= now) ?? null;
  }

  // Firm and decided marks from `from` to `to`, each once.
  between(from, to) {
    const firm = new Set(this.marks.map(([at, kind]) => `${kind}/${at}`));
    const ahead = this.ahead.filter(([at, kind]) => !firm.has(`${kind}/${at}`));
    return [...this.marks, ...ahead].filter((mark) => mark[0] >= from && mark[0] <= to);
  }

  // The notes between two times, the pale ones first: those that are decided and not yet on their way.
  visible(from, to, now) {
    const firm = [];
    const names = new Set();
    for (const note of this.notes.values()) {
      names.add(nameOf(note.part, note.key, note.on));
      if (note.off >= from && note.on <= to) firm.push(note);
    }
    const pale = [];
    for (const [part, rows] of this.plan) {
      for (const [on, off, key, velocity] of rows) {
        if (on <= to && on > now && !names.has(nameOf(part, key, on))) pale.push({ part, key, velocity, on, off, pale: true });
      }
    }
    return pale.concat(firm);
  }

  // Where we are in the bar: {bar, beat, beats, phase 0..1 of the beat}, or null before the first bar line.
  place(now) {
    const mark = this.last("bar", now);
    if (!mark) return null;
    const [at, , bar, beats, millibpm] = mark;
    const count = ((now - at) * millibpm) / 60_000_000;
    const beat = Math.min(beats - 1, Math.max(0, Math.floor(count)));
    return { bar, beat: beat + 1, beats, phase: Math.min(1, count - beat) };
  }
}
