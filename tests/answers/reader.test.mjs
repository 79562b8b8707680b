// The reader of formulas: what it makes of spellings, and that what cannot be read ends in a sentence with a place.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";
import { entries } from "../../_ext/answers/entries.mjs";
import { CALLS, evaluate } from "../../_ext/answers/check.mjs";
import { canonical, mathml } from "../../_ext/answers/print.mjs";
import { DEEPEST, LONGEST, NotRead, read } from "../../_ext/answers/reader.mjs";
import { functions } from "../../_ext/answers/words.mjs";

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

for (const { typed, names: known, means, says } of table("students.json")) {
  test(`${JSON.stringify(typed)} of ${known} ${means ? `is ${means}` : "is refused"}`, () => {
    if (says) return assert.throws(() => read(typed, { names: known }), new RegExp(says));
    assert.equal(canonical(read(typed, { names: known })), means);
    assert.equal(canonical(read(means, { names: known })), means);
  });
}

for (const [typed, means] of table("functions.json")) {
  test(`${typed} is ${means}`, () => {
    assert.equal(canonical(read(typed, { names })), means);
    assert.equal(canonical(read(means, { names })), means);
    assert.match(mathml(read(typed, { names })), /^<math>.+<\/math>$/s);
  });
}

test("every function has a number", () => {
  for (const name of new Set(Object.values(functions))) assert(name in CALLS || ["sum", "mean", "rmse"].includes(name), name);
});

test("a sum, a mean and a choice are numbers", () => {
  const at = { "x[1]": 1, "x[2]": 2, "x[3]": 6, n: 3 }, known = { names: Object.keys(at) };
  for (const [typed, number] of [["sum(x_i)", 9], ["mean(x[j])", 3], ["rmse(x_i, 2)", Math.sqrt(17 / 3)], ["huber(3)", 2.5], ["softmax(0, 0, 0)", 0.5],
    ["1 if 2 < 1 else 5 if 2 >= 2 else 7", 5], ["erf(0.5)", 0.5204998778130465], ["erf(-9)", -1], ["logsumexp(800, 800)", 800 + Math.LN2]]) {
    assert(Math.abs(evaluate(read(typed, known), at) - number) < 1e-14 * (1 + Math.abs(number)), typed);
  }
});

const HOSTILE = {
  "ten thousand characters": "x+".repeat(5000), "deep brackets": "(".repeat(900) + "x" + ")".repeat(90), "brackets of calls": "exp(".repeat(200),
  "bars": "|".repeat(900), "signs": "-".repeat(999), "a tower": "2^".repeat(400) + "2", "a tower of fractions": "\\frac{".repeat(160),
  "markup": "<img src=x onerror=alert(1)>", "a program": "import os; os.system('ls')", "an attribute": "x.constructor", "an object's own": "__proto__(x)", "quotes": '"x"', "a lone surrogate": "\ud800",
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

test("a name in capitals, or a column's without its index, is taken where no other can be meant", () => {
  for (const [typed, known, means] of [["AB + x", ["ab", "x"], "ab + x"], ["AB + x", ["ab", "Ab", "x"], "AB + x"],
    ["2z", ["z[1]", "x"], "2*z[1]"], ["2z", ["z[1]", "z[2]"], "2*z"]]) {
    assert.equal(canonical(read(typed, { names: known })), means);
  }
});

test("a decimal comma is a point in a field for one number", () => {
  assert.equal(canonical(read("0,5", { comma: true })), "0.5");
  assert.throws(() => read("0,5"), NotRead);
});

for (const [typed, rows] of [["[[1, 2], [3, 4]]", [["1", "2"], ["3", "4"]]], ["1, 2; 3, 4", [["1", "2"], ["3", "4"]]], ["1, 2", [["1", "2"]]],
  ["[max(1, 2), 3]", [["max(1, 2)", "3"]]], ["[1]", [["1"]]], ["", []]]) {
  test(`entries of ${typed}`, () => assert.deepEqual(entries(typed), rows));
}

test("brackets grow only round a fraction, and an index stands below its letter", () => {
  const drawn = (text) => mathml(read(text, { names }));
  assert.equal(drawn("2*(x + w1)").split('<mo stretchy="false">').length, 3);
  assert.match(drawn("2*(x + 1/x)"), /<mo>\(<\/mo>.*<mfrac>.*<mo>\)<\/mo>/);
  assert.match(drawn("w1"), /<msub><mpadded depth=[^>]*><mi>w<\/mi><\/mpadded>/);
});
