// The reader of formulas: what it makes of spellings, and that what cannot be read ends in a sentence with a place.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";
import { entries } from "../../_ext/answers/entries.mjs";
import { canonical, mathml } from "../../_ext/answers/print.mjs";
import { DEEPEST, LONGEST, NotRead, read } from "../../_ext/answers/reader.mjs";

const table = (name) => JSON.parse(readFileSync(new URL(name, import.meta.url)));
const names = ["w", "x", "y", "a", "b", "z", "w1", "yhat", "alpha"];

for (const [typed, means] of table("readings.json")) {
  test(`${typed} is ${means}`, () => {
    const tree = read(typed, { names });
    assert.equal(canonical(tree), means);
    assert.equal(canonical(read(means, { names })), means);            // what is handed on is read as it stands
    assert.match(mathml(tree), /^<math>.+<\/math>$/s);
  });
}

for (const [typed, said] of table("refusals.json")) {
  test(`${JSON.stringify(typed)} is refused`, () => {
    assert.throws(() => read(typed, { names }), (error) => {
      assert(error instanceof NotRead);
      assert.match(error.message, new RegExp(said));
      assert(error.message.length < 100 && error.from >= 0 && error.from <= typed.length);
      return true;
    });
  });
}

const HOSTILE = {
  "ten thousand characters": "x+".repeat(5000), "deep brackets": "(".repeat(900) + "x" + ")".repeat(90), "brackets of calls": "exp(".repeat(200),
  "bars": "|".repeat(900), "signs": "-".repeat(999), "a tower": "2^".repeat(400) + "2", "a tower of fractions": "\\frac{".repeat(160),
  "markup": "<img src=x onerror=alert(1)>", "a program": "import os; os.system('ls')", "an attribute": "x.constructor", "quotes": '"x"', "a lone surrogate": "\ud800",
};
for (const [what, typed] of Object.entries(HOSTILE)) {
  test(`${what} ends in a sentence`, () => assert.throws(() => read(typed, { names }), NotRead));
}

test("what is long but can be read costs a bounded number of steps", () => {
  const long = "wx+".repeat(LONGEST / 3 - 1) + "x";
  assert(canonical(read(long, { names })).length < 3 * LONGEST);
  const deep = "(".repeat(DEEPEST) + "x" + ")".repeat(DEEPEST);
  assert.equal(canonical(read(deep, { names })), "x");
});

test("markup in a name does not become markup", () => {
  assert.doesNotMatch(mathml({ name: "a_<b>" }), /<b>/);
});

test("data are read inside a sum, and a column by its name alone", () => {
  const columns = ["observed[1]", "observed[2]", "observed[3]", "z3[i]"];
  for (const typed of ["sum(observed[i] - 1)", "∑(observed_i - 1)", "sum(observed_{i} - 1)"]) {
    assert.equal(canonical(read(typed, { names: columns })), "sum(observed[i] - 1)");
  }
  for (const typed of ["z3[i]", "z3_i", "z3"]) assert.equal(canonical(read(typed, { names: columns })), "z3[i]");
});

test("a decimal comma is a point in a field for one number", () => {
  assert.equal(canonical(read("0,5", { comma: true })), "0.5");
  assert.throws(() => read("0,5"), NotRead);
});

for (const [typed, rows] of [["[[1, 2], [3, 4]]", [["1", "2"], ["3", "4"]]], ["1, 2; 3, 4", [["1", "2"], ["3", "4"]]], ["1, 2", [["1", "2"]]],
  ["[max(1, 2), 3]", [["max(1, 2)", "3"]]], ["[1]", [["1"]]], ["", []]]) {
  test(`entries of ${typed}`, () => assert.deepEqual(entries(typed), rows));
}
