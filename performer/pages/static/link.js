// The line to the server: one WebSocket that comes back by itself, and the server's clock.
// The server's host time is estimated from pings: of the last ones, the one with the shortest way counts.

const PINGS = 16;
const EVERY_MS = 2000;
const SILENT_MS = 3500; // the server says something every second

export class Link {
  // `heard(message)` for each message, `up(connected)` when the line comes or goes.
  constructor(heard, up) {
    this.heard = heard;
    this.up = up;
    this.offset = null; // host time minus performance.now(), ms
    this.rtt = null;
    this.samples = [];
    this.pings = new Map();
    this.count = 0;
    this.wait = 250;
    this.last = 0;
    this.open();
    setInterval(() => this.#ping(), EVERY_MS);
    setInterval(() => this.#watch(), 500);
  }

  open() {
    const socket = new WebSocket(`ws://${location.host}/ws`);
    this.socket = socket;
    socket.onopen = () => {
      this.wait = 250;
      this.last = performance.now();
      this.samples = [];
      for (let i = 0; i < PINGS; i++) setTimeout(() => this.#ping(), i * i * 12); // often at first: a busy start spoils some
      this.up(true);
    };
    socket.onmessage = (event) => {
      this.last = performance.now();
      for (const message of JSON.parse(event.data)) "pong" in message ? this.#pong(message) : this.heard(message);
    };
    socket.onclose = () => {
      if (this.socket !== socket) return;
      this.up(false);
      setTimeout(() => this.open(), this.wait);
      this.wait = Math.min(3000, this.wait * 1.7);
    };
  }

  // Host time now, in ms, or null before the first answer.
  now() {
    return this.offset === null ? null : performance.now() + this.offset;
  }

  // Whether it went out.
  send(address, ...args) {
    const open = this.socket.readyState === WebSocket.OPEN;
    if (open) this.socket.send(JSON.stringify({ address, args }));
    return open;
  }

  #ping() {
    if (this.socket.readyState !== WebSocket.OPEN) return;
    const number = ++this.count;
    this.pings.set(number, performance.now());
    if (this.pings.size > PINGS) this.pings.delete(this.pings.keys().next().value);
    this.socket.send(JSON.stringify({ ping: number }));
  }

  #pong({ pong, host }) {
    const sent = this.pings.get(pong);
    if (sent === undefined) return;
    this.pings.delete(pong);
    const rtt = performance.now() - sent;
    this.samples.push({ rtt, offset: host - (sent + rtt / 2) });
    if (this.samples.length > PINGS) this.samples.shift();
    const best = this.samples.reduce((a, b) => (b.rtt < a.rtt ? b : a));
    this.rtt = best.rtt;
    // Small corrections glide, so that the beat never jumps; a large one (another machine, a sleep) is taken at once.
    const wrong = this.offset === null ? Infinity : best.offset - this.offset;
    this.offset = Math.abs(wrong) > 20 ? best.offset : this.offset + Math.max(-1, Math.min(1, wrong));
  }

  // A line that is silent is dead even where nobody says so.
  #watch() {
    if (this.socket.readyState === WebSocket.OPEN && performance.now() - this.last > SILENT_MS) this.socket.close();
  }
}
