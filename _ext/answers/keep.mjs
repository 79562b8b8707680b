// What a reader did, kept on this device only: {version, answers, predictions, practice, pages, last}.
//
// Each change is made to what is stored at that moment, so that two tabs do not undo one another. Where nothing can be
// stored everything works for this visit; `note` then says so, in one line.

import { _ } from "../language/words.mjs";

export const VERSION = 1, DAYS = [1, 3, 7, 21];
export const KEY = "executable-derivations:your-book", ASIDE = `${KEY}:unread`, DAY = 864e5;
export const empty = () => ({ version: VERSION, answers: {}, predictions: {}, practice: {}, pages: {}, last: null });
const STATES = ["open", "tried", "solved", "had", "partly", "not"];
const MOST = 4e6, ENTRIES = 2000, FIELDS = 64, TYPED = 1000, NAME = 300;      // characters, entries, boxes of a field: far beyond the book's
const BLOCKED = _`This browser keeps nothing for this page: what you do here holds for this visit.`;
const FULL = _`This browser's store is full: what you do here holds for this visit.`;
const NEWER = _`What is kept here is a newer edition's: what you do here holds for this visit.`;
const UNREAD = _`What was kept here before cannot be read; it was put aside.`;

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
  answered(id, { typed, right = null, page, fields = 1 }, now) {
    this.change(({ answers }) => {
      const before = answers[id] ?? { state: "open" }, after = answers[id] = { ...before, typed: shortened(typed), page, fields };
      if (right === false && before.state !== "solved") after.state = "tried";
      if (right === false && isDue(before, now)) Object.assign(after, { step: 0, due: now + DAYS[0] * DAY });
      if (right && before.state !== "solved") Object.assign(after, { state: "solved", step: 0, due: now + DAYS[0] * DAY });
      else if (right && isDue(before, now)) {
        const step = before.step + 1;
        Object.assign(after, { step, due: step < DAYS.length ? now + DAYS[step] * DAY : null });
      }
    });
  }

  compared(id, state, page, fields = 1) {
    this.change(({ answers }) => { answers[id] = { state, page, fields }; });
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

// An exercise with several fields has answers name, name--2, …
export const exercise = (id) => id.replace(/--\d+$/, "");
const answersOf = (answers, name, fields) => Array.from({ length: fields }, (_, k) => answers[k ? `${name}--${k + 1}` : name]);

// How an exercise stands: "solved", "tried" or "open", and whether it is to be seen again.
export function standing(answers, name, fields, now) {
  const all = answersOf(answers, name, fields);
  const state = all.every(isDone) ? "solved" : all.some((answer) => (answer?.state ?? "open") !== "open") ? "tried" : "open";
  return { state, due: all.some((answer) => isDue(answer, now)) };
}

// What a text holds, as it must be: null if it is no book, "newer" if a newer edition wrote it. It may come from a
// stranger's file, so that each entry is taken apart and only what is known is kept.
export function readable(text) {
  let data;
  if (text.length > MOST) return null;
  try { data = JSON.parse(text); } catch { return null; }
  if (typeof data?.version !== "number") return null;
  if (data.version > VERSION) return "newer";
  if (![data.answers, data.predictions, data.pages].every(isPlain)) return null;
  const known = (table, clean) => Object.fromEntries(Object.entries(table).slice(0, ENTRIES).flatMap(([name, each]) => {
    const kept = isPlain(each) && clean(each);
    return kept ? [[name.slice(0, NAME), kept]] : [];
  }));
  return { version: VERSION, answers: known(data.answers, answer), predictions: known(data.predictions, predicted),
    practice: known(isPlain(data.practice) ? data.practice : {}, practised), pages: known(data.pages, visit), last: isPlain(data.last) && isPage(data.last.page) ? place(data.last) : null };
}

const isPlain = (thing) => Boolean(thing) && typeof thing === "object" && !Array.isArray(thing);
const isPage = (thing) => typeof thing === "string" && thing.length < NAME && /^[\w-]+(\/[\w-]+)*$/.test(thing);
const text = (thing) => typeof thing === "string" ? thing.slice(0, NAME) : "";
const whole = (thing, least, most) => Number.isInteger(thing) && thing >= least && thing <= most ? thing : least;
const shortened = (typed) => typed.slice(0, FIELDS).map((one) => String(one).slice(0, TYPED));

function answer({ state, typed, page, fields, step, due }) {
  if (!STATES.includes(state) || page !== undefined && !isPage(page)) return null;
  return { state, page, fields: whole(fields, 1, FIELDS), ...(Array.isArray(typed) ? { typed: shortened(typed) } : {}),
    ...(state === "solved" ? { step: whole(step, 0, DAYS.length), due: Number.isFinite(due) ? due : null } : {}) };
}

function predicted({ said, held, page }) {
  if (!["string", "number"].includes(typeof said) || page !== undefined && !isPage(page)) return null;
  return { said: typeof said === "string" ? said.slice(0, NAME) : said, held: typeof held === "boolean" ? held : null, page };
}

// A task of Practice: how it stands, and of one that is begun the work on it (practice/kept.mjs).
function practised({ done, step, due, typed, shown, wrong, found }) {
  const work = Array.isArray(typed) && Array.isArray(shown) && { typed: shortened(typed), shown: shown.slice(0, FIELDS).map((k) => whole(k, 0, FIELDS)), wrong: whole(wrong, 0, ENTRIES), found: found === true };
  return { done: done === true, step: whole(step, 0, DAYS.length), due: Number.isFinite(due) ? due : null, ...work };
}

function visit({ title, total }) { return { title: text(title), total: whole(total, 0, ENTRIES) }; }

function place({ page, title, section, hash }) { return { page, title: text(title), section: text(section), hash: text(hash) }; }
