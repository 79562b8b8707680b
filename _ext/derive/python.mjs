// Python in workers: one at work, one in reserve. The reserve has its scripts, and sleeps; it is woken when a derivation
// takes long, so that stopping it loads nothing again, and needs no network.

import { _ } from "../language/words.mjs";

export class Python {
  constructor(open) {                              // open("", "asleep" or "saving") starts a worker (worker.mjs)
    Object.assign(this, { open, now: null, reserve: null, saving: null, id: 0, asked: null, hear: null });
  }

  get isReady() { return Boolean(this.now?.isReady); }

  // Ask a question; `hear` is given each message of the answer.
  ask(question, hear) {
    this.hear = hear;
    this.asked = { ...question, id: ++this.id };
    this.prepare();
    this.post();
  }

  prepare() { this.now ??= this.start(); }

  // Nothing more is wanted of the question; whoever is at work on it may finish, unless another is ready to take over.
  stop() {
    [this.asked, this.hear] = [null, null];
    this.wake();
    this.change();
  }

  wake() {
    this.reserve ??= this.start("asleep");
    this.reserve.worker.postMessage({ wake: true });
  }

  start(role = "") {
    const one = { worker: this.open(role), isReady: false, isFresh: false, busy: 0 };
    one.worker.onmessage = ({ data }) => this.heard(one, data);
    one.worker.onerror = (event) => this.heard(one, { failed: event.message || _`the worker could not be started` });
    return one;
  }

  change() {                                       // the reserve takes the place of one that is busy with what nobody wants
    if (!this.now?.busy || this.now.busy === this.id && this.hear || !this.reserve?.isReady) return;
    this.now.worker.terminate();
    [this.now, this.reserve] = [this.reserve, this.start("asleep")];
  }

  post() {
    this.change();
    if (!this.asked || this.now.busy) return;
    this.now.busy = this.asked.id;
    this.now.worker.postMessage(this.asked);
    this.asked = null;
  }

  heard(one, message) {
    if (message.ready) [one.isReady, one.isFresh] = [true, Boolean(message.isFresh)];
    if (message.done) {                            // from now on there is time for what comes later
      one.busy = 0;
      if (one === this.now) this.reserve ??= this.start("asleep");
      if (one.isFresh) this.saving ??= this.open("saving");
    }
    if (message.failed) {
      one.worker.terminate();
      for (const place of ["now", "reserve"]) if (this[place] === one) this[place] = null;
      if (one !== this.now && this.now) return;
    }
    const isOurs = message.id === undefined ? one === this.now || message.failed : message.id === this.id;
    if (isOurs) this.hear?.(message);
    if (this.asked && this.now) this.post();
  }
}
