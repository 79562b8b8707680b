// What is kept of a reader's work: two tabs, an old or a broken format, a store that is blocked or full.

import assert from "node:assert/strict";
import test from "node:test";
import { erase, saved, take } from "../../_ext/answers/file.mjs";
import { Book, KEY, exercise, isDone, isDue, standing } from "../../_ext/answers/keep.mjs";
import { held, sentence } from "../../_ext/answers/settled.mjs";

const DAY = 864e5;

class Store {
  kept = new Map();
  room = Infinity;
  getItem(key) { return this.kept.get(key) ?? null; }
  removeItem(key) { this.kept.delete(key); }
  setItem(key, text) {
    if (text.length > this.room) throw new DOMException("full", "QuotaExceededError");
    this.kept.set(key, text);
  }
}
const open = (store = new Store()) => new Book(() => store);
const solve = (book, id, now, right = true) => book.answered(id, { typed: ["1"], right, page: "book/03" }, now);

test("what is solved is there again", () => {
  const store = new Store();
  solve(open(store), "a", 0);
  assert.equal(open(store).data.answers.a.state, "solved");
  assert.deepEqual(open(store).data.answers.a.typed, ["1"]);
});

test("two tabs do not undo one another", () => {
  const store = new Store(), one = open(store), other = open(store);
  solve(one, "a", 0);
  solve(other, "b", 0);
  one.predicted("p", "half", true, "book/03");
  assert.deepEqual(Object.keys(open(store).data.answers), ["a", "b"]);
  assert.equal(open(store).data.predictions.p.said, "half");
});

test("an exercise comes back after 1, 3, 7 and 21 days, and after a slip from the first", () => {
  const book = open();
  let now = 0;
  solve(book, "a", now);
  for (const days of [1, 3, 7, 21]) {
    assert(!isDue(book.data.answers.a, now + days * DAY - 1));
    now += days * DAY;
    assert(isDue(book.data.answers.a, now));
    solve(book, "a", now);
  }
  assert(!isDue(book.data.answers.a, now + 1000 * DAY) && isDone(book.data.answers.a));
  solve(book, "b", 0);
  solve(book, "b", DAY);
  solve(book, "b", 4 * DAY, false);
  assert.equal(book.data.answers.b.due, 5 * DAY);
  solve(book, "b", 4 * DAY + 1, false);
  assert.equal(book.data.answers.b.state, "solved");
});

test("a wrong answer is tried, and what cannot be read changes nothing but the text", () => {
  const book = open();
  solve(book, "a", 0, null);
  assert.equal(book.data.answers.a.state, "open");
  solve(book, "a", 0, false);
  assert.equal(book.data.answers.a.state, "tried");
  assert(!isDone(book.data.answers.a));
});

test("a blocked store: all works for the visit, and a line says so", () => {
  for (const book of [new Book(() => { throw new DOMException("no", "SecurityError"); }), new Book(() => null),
    open({ getItem() { throw new Error("no"); } })]) {
    assert.match(book.note, /keeps nothing/);
    solve(book, "a", 0);
    assert.equal(book.data.answers.a.state, "solved");
  }
});

test("a full store: all works for the visit, and a line says so", () => {
  const store = new Store(), book = open(store);
  store.room = 10;
  solve(book, "a", 0);
  solve(book, "b", 0);
  assert.match(book.note, /full/);
  assert.deepEqual(Object.keys(book.data.answers), ["a", "b"]);
});

for (const text of ["", "{", "null", "[]", '{"answers": {}}', '{"version": 1, "answers": []}']) {
  test(`what is kept as ${text} is put aside`, () => {
    const store = new Store();
    store.setItem(KEY, text);
    const book = open(store);
    assert.match(book.note, /put aside/);
    assert([...store.kept.values()].includes(text));
    solve(book, "a", 0);
    assert.equal(open(store).data.answers.a.state, "solved");
  });
}

test("a newer edition's book is left alone", () => {
  const store = new Store(), text = '{"version": 99}';
  store.setItem(KEY, text);
  const book = open(store);
  assert.match(book.note, /newer/);
  solve(book, "a", 0);
  assert.equal(store.getItem(KEY), text);
});

test("an older format is completed", () => {
  const store = new Store();
  store.setItem(KEY, '{"version": 0, "answers": {"a": {"state": "solved"}}, "predictions": {}, "pages": {}}');
  assert(isDone(open(store).data.answers.a) && open(store).data.version === 1 && open(store).data.last === null);
});

test("of what a stranger's file holds only what is known is kept", () => {
  const book = open(), long = "x".repeat(5000), many = Object.fromEntries(Array.from({ length: 5000 }, (_, k) => [`a${k}`, { state: "open" }]));
  const hostile = { version: 1, pages: { "book/03": { title: ["x"], total: 1e99 }, b: 7 }, last: { page: "javascript:alert(1)//", title: "t" },
    answers: { a: { state: "solved", typed: [long, null], fields: 1e9, step: -1, due: "soon", more: 1, page: "book/03" }, b: { state: "constructor" }, c: null,
      d: { state: "solved", page: "//elsewhere.example/x" } },
    predictions: { p: { said: long, held: "yes" }, q: { said: {} } } };
  assert.equal(take(book, JSON.stringify(hostile)), "");
  assert.deepEqual(JSON.parse(saved(book)), { version: 1, practice: {}, pages: { "book/03": { title: "", total: 0 } }, last: null, predictions: { p: { said: "x".repeat(300), held: null } },
    answers: { a: { state: "solved", page: "book/03", fields: 1, typed: ["x".repeat(1000), "null"], step: 0, due: null } } });
  take(book, JSON.stringify({ ...hostile, answers: many }));
  assert.equal(Object.keys(book.data.answers).length, 2000);
  assert.match(take(book, `"${"x".repeat(5e6)}"`), /does not hold/);
  solve(book, "long", 0);
  book.answered("long", { typed: [long], page: "book/03" }, 0);
  assert.equal(book.data.answers.long.typed[0].length, 1000);
});

test("an exercise with two fields is solved when both are, and is one", () => {
  const { answers } = open().data, done = { state: "solved", due: 5 };
  assert.equal(standing(answers, "a", 2, 9).state, "open");
  answers["a--2"] = done;
  assert.deepEqual(standing(answers, "a", 2, 9), { state: "tried", due: true });
  answers.a = { state: "had" };
  assert.deepEqual(standing(answers, "a", 2, 4), { state: "solved", due: false });
  assert.equal(exercise("a--2"), "a");
});

test("to a file, erased, and back", () => {
  const store = new Store(), book = open(store);
  solve(book, "a", 0);
  book.visited("book/03", "The chain rule", 3, { hash: "exercises" });
  const text = saved(book);
  erase(book);
  assert.equal(store.kept.size, 0);
  assert.equal(take(book, text), "");
  assert.equal(open(store).data.answers.a.state, "solved");
  assert.equal(open(store).data.last.hash, "exercises");
  assert.match(take(book, "no book"), /does not hold/);
  assert.match(take(book, '{"version": 2}'), /newer/);
});

test("a prediction is compared with what the cell found", () => {
  const choice = { kind: "choice", options: ["down", "flat", "up"], held: 2 }, number = { kind: "number", between: [0, 2], value: 0.5 };
  assert.equal(sentence(choice), "It turned out: up.");
  assert.equal(sentence(choice, "up"), "It turned out: up. As you predicted.");
  assert.equal(sentence(choice, "flat"), "It turned out: up. You had predicted: flat.");
  assert(held(number, 0.6) && held(number, 0.35) && !held(number, 0.75));
  assert.equal(sentence(number, 0.6), "It turned out: 0.5. You had predicted 0.6: close.");
  assert.equal(sentence(number, 2), "It turned out: 0.5. You had predicted 2.");
});
