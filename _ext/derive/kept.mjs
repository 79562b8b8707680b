// What is typed into a box, kept on this device: as it stands, the steps before it, and the last ten that were derived.

const MOST = 10;
const same = (a, b) => a?.steps === b?.steps && a?.by === b?.by && String(a?.chosen) === String(b?.chosen);

export class Kept {
  constructor(name, storage) {                     // a function, as to ask for it may already fail
    this.key = `executable-derivations:derive:${name}`;
    try { this.storage = storage(); } catch { this.storage = null; }
    this.data = { now: null, address: "", past: [], last: [], ...this.read() };
  }

  read() {
    try {
      const data = JSON.parse(this.storage?.getItem(this.key) ?? "null");
      const isTyped = (one) => typeof one?.steps === "string" && typeof one?.by === "string";
      if (!data) return {};
      return { ...data, now: isTyped(data.now) ? data.now : null, past: data.past.filter(isTyped), last: data.last.filter(isTyped) };
    } catch { return {}; }
  }

  write() {
    try { this.storage?.setItem(this.key, JSON.stringify(this.data)); } catch { /* it holds for this visit */ }
  }

  typed(now, address) {
    Object.assign(this.data, { now, address });
    this.write();
  }

  // What stood there is replaced as a whole: it can be had back.
  replaced(before) {
    if (!before.steps.trim() || same(before, this.data.past.at(-1))) return;
    this.data.past = [...this.data.past, before].slice(-MOST);
    this.write();
  }

  undo(now) {
    while (same(this.data.past.at(-1), now)) this.data.past.pop();
    const before = this.data.past.pop();
    this.write();
    return before;
  }

  derived(now) {
    this.data.last = [now, ...this.data.last.filter((one) => !same(one, now))].slice(0, MOST);
    this.write();
  }
}
