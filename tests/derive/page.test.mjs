// The parts of the page of "Derive your own" that need no browser: what is kept, and which worker is asked.

import assert from "node:assert/strict";
import test from "node:test";
import { Kept } from "../../_ext/derive/kept.mjs";
import { Python } from "../../_ext/derive/python.mjs";

function store() {
  const held = new Map();
  return { getItem: (key) => held.get(key) ?? null, setItem: (key, text) => held.set(key, text) };
}
const one = (steps) => ({ steps, by: "w", chosen: [] });

test("what is typed is there again", () => {
  const storage = store();
  new Kept("a", () => storage).typed(one("w*x"), "#here");
  const again = new Kept("a", () => storage);
  assert.deepEqual([again.data.now, again.data.address], [one("w*x"), "#here"]);
  assert.equal(new Kept("b", () => storage).data.now, null);
});

test("the last ten, the newest first, each once", () => {
  const storage = store(), kept = new Kept("a", () => storage);
  for (let k = 0; k < 12; k++) kept.derived(one(`x + ${k}`));
  kept.derived(one("x + 5"));
  assert.deepEqual(new Kept("a", () => storage).data.last.map(({ steps }) => steps), ["x + 5", ...[11, 10, 9, 8, 7, 6, 4, 3, 2].map((k) => `x + ${k}`)]);
});

test("undo goes back over what was replaced", () => {
  const kept = new Kept("a", store);
  kept.replaced(one("first"));
  kept.replaced(one("second"));
  kept.replaced(one("second"));
  assert.deepEqual([kept.undo(one("third")).steps, kept.undo(one("second")).steps, kept.undo(one("first"))], ["second", "first", undefined]);
});

test("where nothing can be kept, or what is kept is no such thing, all works", () => {
  for (const storage of [() => { throw new Error("no"); }, () => null, () => ({ getItem: () => "{", setItem() { throw new Error("full"); } }),
    () => ({ getItem: () => '{"now": 3, "past": [1], "last": [{}]}', setItem() {} })]) {
    const kept = new Kept("a", storage);
    assert.deepEqual([kept.data.now, kept.data.past, kept.data.last], [null, [], []]);
    kept.typed(one("w"), "");
    kept.derived(one("w"));
    assert.equal(kept.data.last.length, 1);
  }
});

function workers() {
  const made = [];
  const python = new Python((role) => {
    const worker = { role, posted: [], ended: false, postMessage: (message) => worker.posted.push(message), terminate: () => { worker.ended = true; } };
    made.push(worker);
    return worker;
  });
  return { made, python, say: (k, data) => made[k].onmessage({ data }) };
}

test("a stop takes the one in reserve and loads nothing anew", () => {
  const { made, python, say } = workers(), heard = [];
  python.ask({ text: "long" }, (message) => heard.push(message));
  say(0, { ready: true });
  python.stop();
  assert.deepEqual(made.map(({ role }) => role), ["", "asleep"]);
  assert.deepEqual(made[1].posted, [{ wake: true }]);
  python.ask({ text: "short" }, (message) => heard.push(message));
  assert.equal(made[0].ended, false);
  say(1, { ready: true });
  assert.equal(made[0].ended, true);
  assert.deepEqual(made[1].posted[1], { text: "short", id: 2 });
  say(0, { id: 1, answer: "too late" });
  say(1, { id: 2, answer: "right" });
  assert.deepEqual(heard.filter(({ answer }) => answer), [{ id: 2, answer: "right" }]);
  assert.equal(made.length, 3);
});

test("once it has answered there is a reserve, and its memory is kept for later visits, once", () => {
  const { made, python, say } = workers();
  python.prepare();
  say(0, { ready: true, isFresh: true });
  assert.deepEqual([made.length, python.isReady], [1, true]);
  for (const id of [1, 2]) {
    python.ask({ text: "a" }, () => {});
    say(0, { id, done: true });
  }
  assert.deepEqual(made.map(({ role }) => role), ["", "asleep", "saving"]);
});

test("who began with a memory keeps none", () => {
  const { made, python, say } = workers();
  python.ask({ text: "a" }, () => {});
  say(0, { ready: true, isFresh: false });
  say(0, { id: 1, done: true });
  assert.deepEqual(made.map(({ role }) => role), ["", "asleep"]);
});

test("who finishes what was stopped is asked again", () => {
  const { made, python, say } = workers();
  python.ask({ text: "a" }, () => {});
  say(0, { ready: true });
  python.stop();
  python.ask({ text: "b" }, () => {});
  say(0, { id: 1, done: true });
  assert.deepEqual([made[0].posted.at(-1), made[0].ended], [{ text: "b", id: 2 }, false]);
});

test("one that fails is told, and the next question starts another", () => {
  const { made, python, say } = workers(), heard = [];
  python.ask({ text: "a" }, (message) => heard.push(message));
  say(0, { failed: "no network" });
  assert.deepEqual([heard, made[0].ended, python.now], [[{ failed: "no network" }], true, null]);
  python.ask({ text: "b" }, (message) => heard.push(message));
  assert.deepEqual([made.length, made[1].posted], [2, [{ text: "b", id: 2 }]]);
});
