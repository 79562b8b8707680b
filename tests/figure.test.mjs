// The parts of figure.mjs that need no page, under node's own test runner (tests/test_figure_module.py runs it).
import assert from "node:assert/strict";
import test from "node:test";
import {advance, Figure, mount, parse, path, read, show, snap, written} from "../nbcode/figure/figure.mjs";

const tests = (name, rows, check) => rows.forEach((row) => test(`${name} ${JSON.stringify(row[0])}`, () => check(...row)));

tests("a box reads", [
  ["0.5", 0.5], [" 3 ", 3], ["−0.5", -0.5], ["-0,5", -0.5], ["–2", -2], ["1,5", 1.5], ["+.5", 0.5], ["2.", 2],
  ["1e9", 1e9], ["1e−3", 0.001], ["1E+2", 100],
], (text, value) => assert.equal(parse(text), value));

tests("a box refuses", [[""], ["-"], ["abc"], ["1.000,5"], ["1,2,3"], ["0x10"], ["1e"], ["Infinity"], ["1/2"], ["5 5"]],
  (text) => assert.ok(isNaN(parse(text))));

const share = {min: "0", max: "1", step: "0.01"}, batch = {min: "1", max: "32", step: "1"};
tests("a number is held", [
  [2, share, 1], [-2, batch, 1], [2.5, batch, 3], [2.4, batch, 2], [1e9, share, 1], [Infinity, share, 1],
  [-Infinity, share, 0], [0.07, share, 0.07], [0.29, share, 0.29], [0.123, share, 0.12], [-0.57, {min: "-2", max: "2", step: "0.01"}, -0.57],
  [1, {min: "0", max: "1", step: "0.3"}, 0.9], [0.3, {min: "0.01", max: "0.1", step: "0.01"}, 0.1],
], (value, limits, held) => assert.equal(snap(value, limits), held));

tests("a number is shown", [
  [-0.5, 2, "−0.50"], [-0.001, 2, "0.00"], [1.5, 0, "2"], [12345678.9, 2, "1.23e+7"], [NaN, 2, "—"], [Infinity, "3s", "—"],
  [0.06123, "3s", "0.0612"], [14.461, "3s", "14.5"], [9.996, "3s", "10.0"], [0.09996, "3s", "0.100"], [0, "3s", "0.00"],
  [-12345, "3s", "−12345"], [1.5e-9, "3s", "1.50e−9"], [0.5, "1s", "0.5"], [5, "1s", "5"],
], (value, digits, text) => assert.equal(show(value, digits), text));

// L = (w − 2)², of a slider w and a rate lr
const rule = {learn: ["w"], rate: "lr", tolerance: 1e-4, most: 100, gradient: (w) => [(w - 2) ** 2, 2 * (w - 2)]};
const bowl = (state, steps = 0, more = {}) => advance({...rule, ...more}, state, steps);

test("a step goes against the derivative, times the rate, and leaves the state it came from", () => {
  const state = {w: 1, lr: 0.1};
  assert.deepEqual(bowl(state), {state: {w: 1.2, lr: 0.1}, steps: 1, end: ""});
  assert.deepEqual(state, {w: 1, lr: 0.1});
  assert.equal(bowl({w: 1, lr: 9}, 0, {rate: 0.25}).state.w, 1.5);
});

test("a long gradient is shortened to the clip, a short one is not", () => {
  assert.equal(bowl({w: 7, lr: 0.1}, 0, {clip: 1}).state.w, 6.9);
  assert.equal(bowl({w: 7, lr: 0.1, c: 5}, 0, {clip: "c"}).state.w, 6.5);
  assert.equal(bowl({w: 2.25, lr: 1}, 0, {clip: 1}).state.w, 1.75);
});

test("the gradient may follow from how many steps were made", () => {
  const seen = [];
  advance({...rule, gradient: (w, lr, steps) => { seen.push(steps); return [0, 1]; }}, {w: 1, lr: 1}, 3);
  assert.deepEqual(seen, [3, 4]);
});

test("descent is done where steps are short, and says so where the slope is exactly 0 instead", () => {
  assert.match(bowl({w: 2.0001, lr: 0.1}, 6).end, /^Done after 7 steps: no step was longer than 0.0001/);
  assert.match(bowl({w: 2, lr: 0.1}, 24).end, /^Stopped after 25 steps: the slope is exactly 0 here/);
  assert.match(bowl({w: 2, lr: 0.1}).end, /^Stopped after 1 step:/);
});

test("descent ends after the most steps", () => {
  assert.equal(bowl({w: 1, lr: 0.1}, 98).end, "");
  assert.match(bowl({w: 1, lr: 0.1}, 99).end, /^Stopped after 100 steps/);
});

test("descent that runs away stays where it was", () => {
  assert.match(bowl({w: 1, lr: 1e9}).end, /^Diverged at the first step/);
  assert.deepEqual(bowl({w: 1, lr: 1e9}, 4), {
    state: {w: 1, lr: 1e9}, steps: 4, end: "Diverged after 4 steps: make the learning rate smaller, then Reset."});
  const pole = {gradient: (w) => [w > 1 ? Infinity : 0, -1]};
  assert.match(bowl({w: 1, lr: 0.1}, 1, pole).end, /^Diverged after 1 step:/);
});

test("where there is no derivative, no rate helps", () => {
  const {state, steps, end} = bowl({w: 1, lr: 0.1}, 2, {gradient: () => [NaN, NaN]});
  assert.deepEqual([state.w, steps, end], [1, 2, "The derivative has no number here."]);
});

test("the address keeps what has changed, and is read again", () => {
  const kept = new Map([["one", {changes: () => "w:-1,b:2.5"}], ["still", {changes: () => ""}], ["two", {changes: () => "w:3"}]]);
  const hash = `#${written(kept)}`;
  assert.equal(hash, "#one=w:-1,b:2.5&two=w:3");
  assert.deepEqual(read(hash, "one"), {values: {w: -1, b: 2.5}, last: false});
  assert.deepEqual(read(hash, "two"), {values: {w: 3}, last: true});
  assert.deepEqual(read(hash, "still"), {values: {}, last: false});
});

tests("an address that no figure wrote does no harm", [["#one=w"], ["#one=w:abc,:,b:"], ["#one"], [""], ["#one=w:1e999"], ["#%"]],
  (hash) => assert.deepEqual(read(hash, "one").values, {}));

test("a path has a gap where there is no number", () => {
  assert.equal(path([[0, 1.254], [NaN, 1], [2, 3], [4, 5]], {}), "M0 1.25M2 3L4 5");
  assert.equal(path([[0, 1], [2, 3]], {dots: true}), "M0 1h0M2 3h0");
  assert.equal(path([[0, 1], [2, 3]], {closed: true}), "M0 1L2 3Z");
  assert.equal(path([[NaN, 1]], {closed: true}), "");
});

test("an element and a spec are all it needs", () => {
  assert.equal(typeof mount, "function");
  const parts = Object.getOwnPropertyNames(Figure.prototype).filter((name) => name !== "constructor");
  assert.deepEqual(parts.filter((name) => `${Figure.prototype[name]}`.split("\n").length > 25), []);
});
