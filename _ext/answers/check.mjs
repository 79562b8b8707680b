// Whether an answer is right, and what is to be said of one that is not: the remarks of nbcode/exercises.py, from the
// expected numbers at the points that it has left for the page.

import { _ } from "../language/words.mjs";
import { parts } from "./reader.mjs";

const UNREAL = _`Not yet: that is not a real number: a division by zero, a root or logarithm below zero, or too large.`;
const PARTS = 1009, EXACT = 1e-9, TERMS = 3;

const relu = (z) => Math.max(0, z), sigmoid = (z) => 1 / (1 + Math.exp(-z));
const total = (all) => all.reduce((sum, one) => sum + one, 0);
const logsumexp = (...z) => { const top = Math.max(...z); return top + Math.log(total(z.map((one) => Math.exp(one - top)))); };

// erf by its series; beyond 6 it is 1 to all digits.
function erf(z) {
  if (!(Math.abs(z) < 6)) return Math.sign(z);
  let term = z, sum = z;
  for (let n = 1; n < 200; n++) sum += term *= 2 * z * z / (2 * n + 1);
  return 2 / Math.sqrt(Math.PI) * Math.exp(-z * z) * sum;
}

export const CALLS = {
  exp: Math.exp, sqrt: Math.sqrt, abs: Math.abs, sin: Math.sin, cos: Math.cos, tan: Math.tan,
  sinh: Math.sinh, cosh: Math.cosh, tanh: Math.tanh, max: Math.max, min: Math.min, relu, sigmoid,
  arctan: Math.atan, arcsin: Math.asin, arccos: Math.acos, sec: (z) => 1 / Math.cos(z), csc: (z) => 1 / Math.sin(z), cot: (z) => 1 / Math.tan(z),
  log: (z, base) => base === undefined ? Math.log(z) : Math.log(z) / Math.log(base), log2: Math.log2, log10: Math.log10, log1p: Math.log1p, expm1: Math.expm1,
  sign: Math.sign, heaviside: (z) => (1 + Math.sign(z)) / 2, square: (z) => z * z, cbrt: Math.cbrt, erf,
  softplus: (z) => relu(z) + Math.log1p(Math.exp(-Math.abs(z))), softsign: (z) => z / (1 + Math.abs(z)), hardtanh: (z) => Math.max(-1, Math.min(1, z)),
  leaky_relu: (z, slope = 0.01) => z < 0 ? slope * z : z, elu: (z, most = 1) => z < 0 ? most * Math.expm1(z) : z,
  selu: (z) => 1.0507009873554805 * (z < 0 ? 1.6732632423543772 * Math.expm1(z) : z),
  gelu: (z) => z * (1 + erf(z / Math.SQRT2)) / 2, swish: (z) => z * sigmoid(z), hinge: (z) => relu(1 - z),
  huber: (r, bend = 1) => Math.abs(r) <= bend ? r * r / 2 : bend * (Math.abs(r) - bend / 2),
  logsumexp, softmax: (one, ...all) => Math.exp(one - logsumexp(...all)),
  cases: (...parts) => { const held = parts.indexOf(true); return parts[held < 0 ? parts.length - 1 : held - 1]; },
};
const SUMS = ["sum", "mean", "rmse"];                                 // over the data
const OPS = {
  "+": (a, b) => a + b, "-": (a, b) => a - b, "*": (a, b) => a * b, "/": (a, b) => a / b, "^": (a, b) => a ** b, neg: (a) => -a,
  "<": (a, b) => a < b, ">": (a, b) => a > b, "<=": (a, b) => a <= b, ">=": (a, b) => a >= b,
};

// The number of a tree where the names have these values.
export function evaluate(node, values, term) {
  if ("value" in node) return node.value;
  if ("name" in node) {
    if (node.constant) return node.name === "pi" ? Math.PI : Math.E;
    return values[term ? node.name.replace("[i]", `[${term}]`) : node.name] ?? NaN;
  }
  if (SUMS.includes(node.call)) {
    const square = node.call === "rmse", terms = [1, 2, 3].map((k) => {
      const [a, b = 0] = node.args.map((each) => evaluate(each, { ...values, i: values.i ?? k }, k));
      return square ? (a - b) ** 2 : a;
    });
    const all = total(terms);
    return node.call === "sum" ? all : square ? Math.sqrt(all / TERMS) : all / TERMS;
  }
  return (CALLS[node.call] ?? OPS[node.op])(...node.args.map((each) => evaluate(each, values, term)));
}

// The names in trees; a column's name stands for its entries, and n beside a sum for how many there are.
export function names(trees) {
  const used = new Set();
  for (const tree of trees) {
    const all = parts(tree), summed = all.some(isSum);
    for (const node of all) {
      if (!("name" in node) || node.constant || (summed && (node.name === "n" || node.name === "i"))) continue;
      const entries = node.name.endsWith("[i]") && summed ? [1, 2, 3].map((k) => node.name.replace("[i]", `[${k}]`)) : [node.name];
      entries.forEach((name) => used.add(name));
    }
  }
  return used;
}

// Right, or the most telling remark. `answer` is {shape, entries}, the entries trees from left to right, row by row.
export function remark(answer, page) {
  for (const said of remarks(answer, page)) if (said) return said;
  return _`Right.`;
}

function* remarks(answer, page) {
  if (String(answer.shape) !== String(page.shape)) {
    const turned = transposed(answer);
    yield String(turned.shape) === String(page.shape) && remark(turned, page) === _`Right.`
      && _`Close: the entries are right, but rows and columns have changed places.`;
    const [shape, wanted] = [answer.shape, page.shape].map(tuple);
    yield _`Not yet: your answer has shape ${shape}, expected is shape ${wanted}.`;
  }
  const expected = page.numbers, used = names(answer.entries), { values, numbers } = evaluated(answer.entries, used, page);
  const tolerance = tolerances(page), every = (test) => expected.every((row, k) => row.every((e, j) => test(e, k, j)));
  const right = (a, e, k, j) => !Number.isNaN(a) && !(Math.abs(a - e) > tolerance[k][j]);
  const all = (change, wanted = expected) => every((_, k, j) => right(change(numbers[k][j], k), wanted[k][j], k, j));

  const strange = [...used].filter((name) => !page.names.includes(name)).sort().join(", ");
  const absent = page.names.filter((name) => !used.has(name)).sort().join(", ");

  const beyond = far(page), near = page.points.map((_, k) => k).filter((k) => !beyond[k]);
  yield answer.entries.some((_, j) => near.length && near.every((k) => !Number.isFinite(numbers[k][j]))) && UNREAL;
  yield page.kind === "number" && strange && _`Not yet: ${strange} should not be in it.`;
  if (all((a) => a)) return;
  for (const [name, lure] of Object.entries(page.lures ?? {})) yield all((a) => a, lure) && _`Not yet: that is ${name}.`;
  yield all((a) => -a) && _`Close: the sign is lost; all else is right.`;
  for (const name of Object.keys(values[0] ?? {}).sort()) {
    yield all((a, k) => a * values[k][name]) && _`Close: a factor ${name} is missing.`;
    yield all((a, k) => a / values[k][name]) && _`Close: there is one factor ${name} too many.`;
  }
  const quotient = expected.flatMap((row, k) => row.flatMap((e, j) => e !== 0 ? [numbers[k][j] / e] : []));
  const constant = page.names.length && quotient.length && !quotient.includes(0)
    && Math.max(...quotient) - Math.min(...quotient) < EXACT * Math.abs(quotient[0]);
  yield constant && _`Close: the form is right, but it is multiplied by a wrong number.`;
  yield strange && _`Not yet: ${strange} should not be in it.`;
  yield absent && _`Not yet: ${absent} should be in it as well.`;
  const close = !page.names.length && every((e, k, j) => Math.abs(numbers[k][j] - e) <= 10 * tolerance[k][j]);
  const { digits } = page;
  yield close && _`Close: give ${digits} digits that count.`;
  const size = expected[0].length, count = expected[0].filter((_, j) => expected.every((row, k) => right(numbers[k][j], row[j], k, j))).length;
  yield size > 1 ? _`Not yet: ${count} of ${size} entries are right.` : _`Not yet.`;
}

function transposed({ shape, entries }) {
  if (shape.length < 2) return { shape, entries };
  const [rows, columns] = shape;
  return { shape: [columns, rows], entries: entries.map((_, k) => entries[(k % rows) * columns + Math.floor(k / rows)]) };
}

function tuple(shape) {                                              // as Python writes it
  return `(${shape.join(", ")}${shape.length === 1 ? "," : ""})`;
}

// All names' values at the points and the answer's numbers there; a part that is too large far out counts as right.
function evaluated(trees, used, page) {
  const known = [...page.names, ...page.spare], strange = [...used].filter((name) => !known.includes(name)).sort();
  const values = page.points.map((point, k) => Object.fromEntries([
    ...known.map((name, j) => [name, point[j] / PARTS]),
    ...strange.map((name, order) => [name, (211 + (367 * order + 89 * k) % 677) / PARTS]),
  ]));
  const beyond = far(page), only = beyond.every(Boolean);
  const counts = trees.map((tree) => parts(tree).some(isSum) ? { n: TERMS } : {});
  const numbers = values.map((at, k) => trees.map((tree, j) => {
    const number = evaluate(tree, { ...counts[j], ...at });
    return beyond[k] && !only && !Number.isFinite(number) ? page.numbers[k][j] : number;
  }));
  return { values, numbers };
}

function isSum(node) { return SUMS.includes(node.call); }

// Which points lie beyond 1; none, where the page says that all are near.
function far({ points, near }) { return points.map((point) => !near && point.some((part) => Math.abs(part) > PARTS)); }

function tolerances({ kind, digits, numbers, ...page }) {
  if (kind === "number") return numbers.map((row) => row.map((e) => 5 * 10 ** -digits * (Math.abs(e) || 1)));
  const beyond = far(page), near = numbers.filter((_, k) => !beyond[k]);
  const usual = numbers[0].map((_, j) => {
    if (numbers.every((row) => row[j] === 0)) return 1;
    return near.reduce((sum, row) => sum + Math.abs(row[j]), 0) / (near.length || 1);
  });
  return numbers.map((row) => row.map((e, j) => EXACT * Math.max(Math.abs(e), usual[j])));
}
