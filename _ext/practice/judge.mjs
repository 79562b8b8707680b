// Whether a line of a task is right, and what is to be said of one that is not; and how its texts are drawn.
//
// A task's file has texts only. Its inputs get odd numbers here, its steps and the adjoints of lines before follow from
// them, so that a reader may write a, tanh(z) or tanh(w*x + b), whichever comes to mind.

import { _ } from "../language/words.mjs";
import { evaluate, names, remark } from "../answers/check.mjs";
import { bracketed, mathml } from "../answers/print.mjs";
import { NotRead, parts, read } from "../answers/reader.mjs";
import * as matrices from "./matrices.mjs";

const POINTS = 12, TRIED = 90, PARTS = 1009, TERMS = ["i", 1, 2, 3];     // any one of the data, and the three that are summed
const NAMED = /(?:\bd|∂)\w+\s*\/\s*(?:d|∂)\w+/u, SPELT = _`Not yet: write what each derivative is equal to, not its name.`;
const made = new WeakMap();                                              // what is expected of a line, once it was asked for
const named = new WeakMap();                                             // the names of a task
const DERIVATIVE = /^([d∂])([^/]+)\/\1([^/]+)$/u, NAME = /^\w+(?:\[i\])?$/;

// Right, or one remark; what cannot be read throws NotRead.
export function judge(task, k, typed) {
  const line = task.lines[k];
  if (line.kind === "shape") return ofShape(line, typed);
  if (line.kind === "matrix") return matrices.judge(task.shapes, line, typed);
  const tree = read(typed, { names: known(task), comma: true }), asked = made.get(line) ?? made.set(line, expected(task, k)).get(line);
  const said = (page) => remark({ shape: [], entries: [tree] }, page);
  if (said(asked) === _`Right.`) return _`Right.`;
  const slip = line.slips.find((each, order) => said({ ...asked, numbers: asked.slips[order] }) === _`Right.`);
  return slip?.[2] ?? (NAMED.test(typed) ? SPELT : said(asked));
}

// MathML of a formula, a left side (∂L/∂w, dz) or a product of matrices.
export function show(task, text) {
  if (/^\d+, \d+$/.test(text)) return `<math>${bracketed(text.replace(/\d+/g, "<mn>$&</mn>").replace(", ", "<mo>,</mo>"))}</math>`;
  const [, d, y, x] = DERIVATIVE.exec(text) ?? [], part = (name) => mathml({ name }).slice(6, -7);
  const drawn = (name) => isAdjoint(task, name) ? `<mrow><mi>d</mi>${part(name.slice(1))}</mrow>` : part(name);
  if (d) return `<math><mfrac><mrow><mi>${d}</mi>${part(y)}</mrow><mrow><mi>${d}</mi>${part(x)}</mrow></mfrac></math>`;
  if (isAdjoint(task, text)) return `<math>${drawn(text)}</math>`;
  if (task.shapes) return matrices.show(text, drawn);
  const tree = read(text, { names: known(task) });
  for (const node of parts(tree)) if ("name" in node) node.adjoint = isAdjoint(task, node.name);
  return mathml(tree);
}

// dz or dW: the adjoint of a name of the task.
function isAdjoint({ steps, shapes = {} }, text) {
  const [, name] = /^d([A-Za-z]\w*(?:\[i\])?)$/.exec(text) ?? [];
  return name && (name in shapes || steps.some(([step, formula]) => step === name || new RegExp(`\\b${name.replace("[i]", "")}\\b`).test(formula)));
}

function steps({ steps, lines }, before = lines.length) {
  const adjoints = lines.slice(0, before).filter(({ left, kind }) => NAME.test(left) && kind !== "number");
  return [...steps, ...adjoints.map(({ left, right }) => [left, right])];
}

// Every name of a task; a reader may write those of later lines too, but they have no number yet.
function known(task) {
  if (!named.has(task)) named.set(task, [...new Set(steps(task).flatMap(([name, text]) => [name, ...written(text)]))]);
  return named.get(task);
}

// The names in a text as they stand there, x[i] for a column.
function written(text) {
  return parts(read(text, { names: text.match(/[A-Za-z_]\w*(?:\[i\])?/g) ?? [] })).filter((part) => "name" in part && !part.constant).map(({ name }) => name);
}

// What check.mjs must know of a line: names, points, and the numbers of what is right, and of each slip, there.
function expected(task, k) {
  const { right, slips, kind, digits = 3 } = task.lines[k], all = known(task), tree = (text) => read(text, { names: all });
  const texts = [right, ...slips.map(([text]) => text)].map(tree);
  if (kind === "number") {
    const numbers = texts.map((each) => [[evaluate(each, {})]]);
    return { kind, digits, shape: [], names: [], spare: [], points: [[]], numbers: numbers[0], slips: numbers.slice(1) };
  }
  const lines = steps(task, k).map(([name, text]) => [name, tree(text)]), found = [];
  const now = known({ ...task, lines: task.lines.slice(0, k + 1) }).filter((name) => name !== task.lines[k].left);
  for (let turn = 0; found.length < POINTS && turn < TRIED; turn++) {
    const values = point(now, lines, turn), numbers = texts.map((each) => [evaluate(each, values)]);
    if ([...Object.values(values), ...numbers[0]].every(Number.isFinite)) found.push({ values, numbers });
  }
  const used = [...names([texts[0]])].sort(), spare = Object.keys(found[0].values).filter((name) => !used.includes(name));
  return { kind: "formula", near: true, shape: [], names: used, spare, points: found.map(({ values }) => [...used, ...spare].map((name) => values[name] * PARTS)),
    numbers: found.map(({ numbers }) => numbers[0]), slips: slips.map((_, order) => found.map(({ numbers }) => numbers[order + 1])) };
}

// A number for each name: odd ones for inputs, all positive, all negative, mixed; steps follow.
function point(all, lines, turn) {
  const defined = lines.map(([name]) => name), values = lines.some(([name]) => name.endsWith("[i]")) ? { n: 3 } : {};
  const inputs = all.filter((name) => !defined.includes(name) && name !== "n");
  inputs.flatMap(entries).forEach((name, order) => {
    const sign = [1, -1, chance(order, turn), chance(order, turn)][turn % 4];
    values[name] = sign * (307 + (443 * order + 131 * turn) % 571) / PARTS * (turn % 5 === 4 ? 2.5 : 1);
  });
  for (const [name, tree] of lines) {
    if (!name.endsWith("[i]")) values[name] = evaluate(tree, values);
    else for (const term of TERMS) values[name.replace("[i]", `[${term}]`)] = evaluate(tree, values, term);
  }
  return values;
}

// 1 or -1, in no order that a formula could follow.
function chance(order, turn) {
  const first = Math.imul(order * 97 + turn * 1009 + 7, 0x2c1b3c6d), second = Math.imul(first ^ first >>> 15, 0x297a2d39);
  return second >>> 16 & 1 ? 1 : -1;
}

function entries(name) {
  return name.endsWith("[i]") ? TERMS.map((term) => name.replace("[i]", `[${term}]`)) : [name];
}

function ofShape({ right, slips }, typed) {
  const sizes = (text) => (text.match(/\d+/g) ?? []).join(", ");
  if (!sizes(typed)) throw new NotRead(_`A shape is two numbers: rows, columns.`, 0, typed.length);
  if (sizes(typed) === right) return _`Right.`;
  return slips.find(([text]) => text === sizes(typed))?.[2] ?? _`Not yet.`;
}
