// What a reader did, kept on this device only: {version, answers, predictions, pages, last}.
//
// Each change is made to what is stored at that moment, so that two tabs do not undo one another. Where nothing can be
// stored everything works for this visit; `note` then says so, in one line.

export const VERSION = 1, DAYS = [1, 3, 7, 21];
export const KEY = "executable-derivations:your-book", ASIDE = `${KEY}:unread`, DAY = 864e5;
export const empty = () => ({ version: VERSION, answers: {}, predictions: {}, pages: {}, last: null });
const VISIT = "what you do here holds for this visit.";
const BLOCKED = `This browser keeps nothing for this page: ${VISIT}`, FULL = `This browser's store is full: ${VISIT}`;
const NEWER = `What is kept here is a newer edition's: ${VISIT}`;
const UNREAD = "What was kept here before cannot be read; it was put aside.";

export class Book {
  constructor(storage) {                                             // a function, as to ask for it may already fail
    this.note = "";
    this.data = empty();
    try { this.storage = storage(); } catch { this.storage = null; }
    if (!this.storage) this.note = BLOCKED;
    else this.load();
  }

  // Take what is stored; where that cannot be read, put it aside.
  load() {
    if (!this.storage) return;
    let text = null;
    try { text = this.storage.getItem(KEY); } catch { return this.forThisVisit(BLOCKED); }
    if (text === null) { this.data = empty(); return; }
    const found = readable(text);
    if (found === "newer") return this.forThisVisit(NEWER);
    if (found) { this.data = found; return; }
    try { this.storage.setItem(ASIDE, text); this.storage.removeItem(KEY); } catch { return this.forThisVisit(FULL); }
    this.data = empty();
    this.note = UNREAD;
  }

  forThisVisit(note) { this.storage = null; this.note = note; }

  change(make) {
    this.load();
    make(this.data);
    if (!this.storage) return;
    try { this.storage.setItem(KEY, JSON.stringify(this.data)); } catch { this.forThisVisit(FULL); }
  }

  // What was typed, and how it went: "open", "tried", "solved", or for a why "had", "partly", "not".
  answered(id, { typed, right = null, page, said }, now) {
    this.change(({ answers }) => {
      const before = answers[id] ?? { state: "open" }, after = answers[id] = { ...before, typed, page };
      if (said) after.said = said;
      if (right === false && before.state !== "solved") after.state = "tried";
      if (right === false && isDue(before, now)) Object.assign(after, { step: 0, due: now + DAYS[0] * DAY });
      if (right && before.state !== "solved") Object.assign(after, { state: "solved", step: 0, due: now + DAYS[0] * DAY });
      else if (right && isDue(before, now)) {
        const step = before.step + 1;
        Object.assign(after, { step, due: step < DAYS.length ? now + DAYS[step] * DAY : null });
      }
    });
  }

  compared(id, state, page) {
    this.change(({ answers }) => { answers[id] = { state, page }; });
  }

  predicted(id, said, held, page) {
    this.change(({ predictions }) => { predictions[id] = { said, held, page }; });
  }

  visited(page, title, total, place) {
    this.change((data) => {
      data.pages[page] = { title, total };
      data.last = { page, title, ...place };
    });
  }
}

export function isDue(answer, now) { return answer?.state === "solved" && answer.due != null && answer.due <= now; }
export function isDone(answer) { return answer?.state === "solved" || answer?.state === "had"; }

export function readable(text) {
  let data;
  try { data = JSON.parse(text); } catch { return null; }
  if (typeof data?.version !== "number") return null;
  if (data.version > VERSION) return "newer";
  const plain = (thing) => thing && typeof thing === "object" && !Array.isArray(thing);
  if (![data.answers, data.predictions, data.pages].every(plain)) return null;
  return { ...empty(), ...data, version: VERSION };
}
