// The page Practice without a browser: which tasks a link stands for, when a task comes back, what is drawn of it.

import assert from "node:assert/strict";
import test from "node:test";
import { Book, KEY } from "../../_ext/answers/keep.mjs";
import { again, begun, counts, finished, following, isHard } from "../../_ext/practice/kept.mjs";
import { layout } from "../../_ext/practice/drawing.mjs";
import { ROUND, SEED, isTwin, newSeed, numbers, round } from "../../_ext/practice/seeds.mjs";

const DAY = 864e5, CLEAN = { typed: ["2*x"], shown: [], wrong: 0, found: false };
const tasks = Array.from({ length: 48 }, (_, k) => ({ id: `chain-${k}`, grade: 1 + Math.floor(k / 16), lines: [{ right: "x" }, { right: `${k % 3}*x` }] }));
const ids = (all) => all.map(({ id }) => id);

test("a level and a seed are the same ten tasks, easy ones first", () => {
  const ten = round("chain", tasks, "4711");
  assert.equal(new Set(ids(ten)).size, ROUND);
  assert.deepEqual(ids(ten), ids(round("chain", [...tasks], "4711")));
  assert.notDeepEqual(ids(ten), ids(round("chain", tasks, "4712")));
  assert.notDeepEqual(ids(ten), ids(round("squared", tasks, "4711")));
  assert(ten[0].grade < ten.at(-1).grade);
});

test("what a seed means stays what it is: links of last year lead to the same ten", () => {
  const next = numbers("chain:4711");
  assert.deepEqual([next(), next(), next()].map((number) => number.toFixed(6)), ["0.600613", "0.333080", "0.203039"]);
});

test("neighbours of a round have different answers, and every task is in some round", () => {
  const seen = new Set();
  for (let seed = 0; seed < 200; seed++) {
    const ten = round("chain", tasks, String(seed));
    ten.forEach((task, k) => { seen.add(task.id); assert(!k || !isTwin(task, ten[k - 1]), `seed ${seed}`); });
  }
  assert.equal(seen.size, tasks.length);
});

test("a seed is short and plain", () => {
  assert(SEED.test(newSeed()) && newSeed(() => 0) === "1000" && newSeed(() => 0.99999) === "9999");
  for (const bad of ["", "a b", "<b>", "x".repeat(41)]) assert(!SEED.test(bad));
});

test("a task that was hard comes back after 1, 3, 7 and 21 days", () => {
  let now = 0, kept = finished(undefined, { ...CLEAN, shown: [0] }, now);
  for (const days of [1, 3, 7, 21]) {
    assert.equal(kept.due, now + days * DAY);
    assert.deepEqual(again({ a: kept }, kept.due - 1), []);
    now = kept.due;
    assert.deepEqual(again({ a: kept }, now), ["a"]);
    kept = finished(kept, CLEAN, now);
  }
  assert.deepEqual(kept, { done: true, step: 4, due: null });
  assert.deepEqual(finished({ done: true, step: 2, due: now }, { ...CLEAN, wrong: 2 }, now), { done: true, step: 0, due: now + DAY });
});

test("one slip is no failure, and who is early changes nothing", () => {
  assert(!isHard({ ...CLEAN, wrong: 1 }) && isHard({ ...CLEAN, wrong: 2 }) && isHard({ ...CLEAN, shown: [0] }));
  assert.deepEqual(finished(undefined, { ...CLEAN, wrong: 1 }, 0), { done: true, step: 0, due: null });
  const early = { done: true, step: 1, due: 3 * DAY };
  assert.deepEqual(finished(early, CLEAN, DAY), early);
});

test("where one is", () => {
  const practice = { "chain-0": { done: true }, "chain-1": { done: false }, "lstm-3": { done: true } };
  assert.deepEqual(counts(practice), { chain: 1, lstm: 1 });
  assert.equal(following(tasks, practice, 0), 1);
  assert.equal(following(tasks.slice(0, 2), practice, 2), 1);
  assert.equal(following(tasks.slice(0, 1), practice, 0), -1);
});

test("what is kept is read again, and no more than that", () => {
  const kept = new Map(), store = { getItem: (key) => kept.get(key) ?? null, setItem: (key, text) => kept.set(key, text) };
  const work = begun({ done: true, step: 1, due: 5 }, { ...CLEAN, typed: ["", "2x"], shown: [1], found: true });
  new Book(() => store).change((data) => { data.practice = { "chain-1": work, "chain-2": "x", "chain-3": { done: 1, step: 99, due: "soon", typed: [7], shown: "all" } }; });
  const { practice } = new Book(() => store).data;
  assert.deepEqual(practice, { "chain-1": work, "chain-3": { done: false, step: 0, due: null } });
  kept.set(KEY, JSON.stringify({ version: 1, answers: {}, predictions: {}, pages: {}, last: null }));
  assert.deepEqual(new Book(() => store).data.practice, {});       // a book of before
});

test("a network is drawn from its steps", () => {
  const { nodes, links, columns } = layout({ steps: [["z", "w*x + b"], ["a", "tanh(z)"], ["L", "(a - y)**2"]] });
  assert.deepEqual(Object.fromEntries(nodes.map(({ name, column }) => [name, column])), { w: 0, x: 0, b: 0, z: 1, a: 2, y: 2, L: 3 });
  const named = links.map((ends) => ends.map((key) => nodes.find((node) => node.key === key).name).join(" "));
  assert.deepEqual(named.sort(), ["a L", "b z", "w z", "x z", "y L", "z a"]);
  assert.equal(columns, 4);
  assert.equal(layout({ steps: [["L", "sum((a[i] - y[i])**2)/n"]] }).nodes.length, 3);
  const weights = layout({ steps: [["z1", "w*x1"], ["a1", "tanh(z1)"], ["z2", "w*a1"], ["L", "z2**2"]] }).nodes.filter(({ name }) => name === "w");
  assert.deepEqual(weights.map(({ column }) => column), [0, 2]);       // once at each time
  assert.equal(layout({ steps: [["u", "2*x"], ["L", "u*x"]] }).nodes.filter(({ name }) => name === "x").length, 1);
  assert.equal(layout({ steps: [["z", "x @ W"]], shapes: {} }), null);
  assert.equal(layout({ steps: Array.from({ length: 9 }, (_, k) => [`h${k + 1}`, `tanh(h${k})`]) }), null);
});
