// What has sounded, sounds and is decided ahead, in show time (ms), and where show time stands.

const PAST_MS = 9000;

export class Score {
  constructor() {
    this.anchor = null; // [host ms, show ms, rate]
    this.notes = new Map(); // id -> {part, key, velocity, on, off}: firm, off is null while it sounds
    this.plan = new Map(); // part -> [[on, off, key, velocity, id]]: decided, may still change
    this.marks = []; // [at, kind, ...]: firm, ascending
    this.ahead = []; // the same, decided
    this.parts = [];
  }

  hostAt(show) {
    const [host, from, rate] = this.anchor;
    return host + (show - from) * rate;
  }

  showAt(host) {
    const [at, from, rate] = this.anchor;
    return from + (host - at) / rate;
  }

  on(at, part, key, velocity, id) {
    this.notes.set(`${id}@${at}`, { part, key, velocity, on: at, off: null, id });
  }

  off(at, id) {
    for (const note of this.notes.values()) if (note.id === id && note.off === null) note.off = Math.max(note.on, at);
  }

  drop(id, now) {
    for (const [name, note] of this.notes) if (note.id === id && note.on > now) this.notes.delete(name);
  }

  silence(part, at) {
    for (const [name, note] of this.notes) {
      if (part !== null && note.part !== part) continue;
      if (note.on > at) this.notes.delete(name);
      else if (note.off === null || note.off > at) note.off = at;
    }
  }

  mark(mark) {
    this.marks.push(mark);
    this.marks.sort((a, b) => a[0] - b[0]);
  }

  forget(now) {
    for (const [name, { on, off }] of this.notes) {
      if ((off !== null && off < now - PAST_MS) || on < now - 120000) this.notes.delete(name);
    }
    const keep = this.marks.findIndex((mark) => mark[0] > now - PAST_MS);
    const bar = this.last("bar", now);
    const chord = this.last("chord", now);
    if (keep > 0) this.marks = [...new Set([chord, bar])].filter((m) => m && !this.marks.slice(keep).includes(m)).concat(this.marks.slice(keep));
  }

  // The last firm mark of a kind that is not after `now`.
  last(kind, now) {
    for (let i = this.marks.length - 1; i >= 0; i--) if (this.marks[i][1] === kind && this.marks[i][0] <= now) return this.marks[i];
    return null;
  }

  // Firm and decided marks from `from` to `to`, each once.
  between(from, to) {
    const edge = this.marks.length ? this.marks[this.marks.length - 1][0] : -Infinity;
    const ahead = this.ahead.filter((mark) => mark[0] > edge);
    return [...this.marks, ...ahead].filter((mark) => mark[0] >= from && mark[0] <= to);
  }

  // Where we are in the bar: {bar, beat, beats, phase 0..1 of the beat, bpm}, or null before the first bar line.
  place(now) {
    const mark = this.last("bar", now);
    if (!mark) return null;
    const [at, , bar, beats, millibpm] = mark;
    const count = ((now - at) * millibpm) / 60_000_000;
    const beat = Math.min(beats - 1, Math.max(0, Math.floor(count)));
    return { bar, beat: beat + 1, beats, phase: Math.min(1, count - beat), bpm: millibpm / 1000 };
  }
}
