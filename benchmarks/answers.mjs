// How long the page thinks about what is typed into a field, in milliseconds: read, shown, judged, or refused.
//
//     node benchmarks/answers.mjs
//
// The first time and the median of 20; the aim is 50 ms for each.

import { remark } from "../_ext/answers/check.mjs";
import { mathml } from "../_ext/answers/print.mjs";
import { LONGEST, NotRead, read } from "../_ext/answers/reader.mjs";

const names = ["w", "x", "y", "b"], page = { kind: "formula", shape: [], names, spare: ["a", "z"], digits: 3, lures: {} };
page.points = Array.from({ length: 8 }, (_, k) => [...names, "a", "z"].map((_, j) => (k % 2 ? -1 : 1) * (300 + 37 * j + 11 * k) * (k > 4 ? 20 : 1)));
page.numbers = page.points.map((point) => point.map((part) => part / 1009)).map(([w, x, y, b]) => [2 * (w * x + b - y) * x]);
page.lures = { "dL/db": page.numbers.map(([number]) => [2 * number]) };

const INPUTS = {
  "a right answer": "2(wx + b - y)x", "nothing": "", "10,000 characters": "x+".repeat(5000), "the longest that is read": "wx+".repeat(LONGEST / 3 - 1) + "x",
  "one long word": "x".repeat(LONGEST), "one long word, not known": "q".repeat(LONGEST), "a word of e": "e".repeat(LONGEST - 1) + "q", "deep brackets": "(".repeat(900), "brackets of calls": "exp(".repeat(200),
  "many ifs": "1 if ".repeat(150), "many elses": "1 if x<1 else ".repeat(70) + "1", "indices": "x_".repeat(400), "braces": "x_{".repeat(300), "many =": "=".repeat(900), "spaces": " ".repeat(999) + "x",
  "divided by zero": "1/0", "not a number": "0/0", "a name that is not in it": "2qx", "huge powers": "9^9^9^9", "a tower": "exp(exp(exp(99w)))", "signs": "-".repeat(999), "bars": "|".repeat(900),
};

console.log("first  median  what is typed");
for (const [what, typed] of Object.entries(INPUTS)) {
  const times = [];
  let said = "";
  for (let k = 0; k < 20; k++) {
    const begin = performance.now();
    try {
      const tree = read(typed, { names: [...names, ...page.spare] });
      mathml(tree);
      said = remark({ shape: [], entries: [tree] }, page);
    } catch (error) {
      if (!(error instanceof NotRead)) throw error;
      said = error.message;
    }
    times.push(performance.now() - begin);
  }
  const [first] = times, median = times.sort((a, b) => a - b)[10];
  console.log(`${first.toFixed(1).padStart(5)}  ${median.toFixed(1).padStart(6)}  ${what}: ${said}`);
}
