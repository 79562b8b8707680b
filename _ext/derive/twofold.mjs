// What can be read in two ways by where a product ends: below a line, above a base.

import { _ } from "../language/words.mjs";
import { canonical } from "../answers/print.mjs";
import { greek } from "../answers/words.mjs";

const LETTERS = new Map(Object.entries(greek).reverse().map(([letter, word]) => [word, letter]));

export function readAs(found, means) { return _`${found} is read as ${means}`; }
export function oneName(found) { return _`${found} is read as one name`; }

// A tree as a student would write it in a line.
export function spoken(tree) {
  return canonical(tree).replaceAll("**", "^").replaceAll("*", "·").replace(/[A-Za-z]+/gu, (word) => LETTERS.get(word) ?? word);
}

// λ/2 |w|^2 and x/2 y: what stands below the line is said.
export function below(node, doubt) {
  if (!node.args) return node;
  const made = { ...node, args: node.args.map((each) => below(each, doubt)) }, [above, under] = made.args;
  if (node.op !== "/" || !under.isImplicit || under.isHeld) return made;
  const [first, ...rest] = words(factors(under)), next = rest[0]?.args?.[0] ?? rest[0];
  if (!next) return made;
  const whole = spoken(under), number = spoken(first), isHalf = !(first.to >= next.from);               // x/yz, without a gap
  const all = _`${whole} stands below the line`, one = _`${number} alone stands below the line`;
  if (doubt(`/${whole}`, ...isHalf ? [one, all] : [all, one]) === isHalf) return made;
  return rest.reduce((product, factor) => ({ op: "*", args: [product, factor] }), { op: "/", args: [above, first] });
}

function factors(node) { return node.isImplicit && !node.isHeld ? [...factors(node.args[0]), ...factors(node.args[1])] : [node]; }

// Factors of one word, RC, are one.
function words([first, second, ...rest]) {
  return second && first.from !== undefined && first.from === second.from ? words([{ op: "*", args: [first, second], from: first.from, to: first.to }, ...rest]) : [first, ...second ? [second] : [], ...rest];
}

const RAISED = /(?<![\p{L}\p{M}\d_.])(e|\d+(?:\.\d+)?)\s*\^\s*([-−]?\d+(?:\.\d+)?)(?=\p{L})(\p{L}[\p{L}\d]*)(?![\p{L}\d_(^*])/gu;
const ROOT = /((?<![\p{L}\d_])[\p{L}\d_]+|\))\s*\^\s*1\s*\/\s*(\d+)(?![\d.\p{L}(])/gu;
const OVER = /(?<![\p{L}\p{M}\d_])e\s*\^\s*([-−]\s*\p{L}\d*(?:\^\d|[²³])?)\s*\/\s*(\d*\p{L}\d*(?:\^\d|[²³])?|\d+)(?![\p{L}\d_(])/gu;

// e^2x, x^1/2, e^-t/τ: what stands in the exponent is said.
export function powers(right, doubt) {
  const read = (found, plain, whole, [one, all] = [plain, whole].map((text) => text.replaceAll("*", "·"))) => doubt(found, readAs(found, all), readAs(found, one)) ? plain : whole;
  return right.replace(RAISED, (found, base, number, name) => read(found, `(${base}^${number})*${name}`, `${base}^(${number}*${name})`))
    .replace(ROOT, (found, base, below) => read(found, `${base}^1/${below}`, `${base}^(1/${below})`))
    .replace(OVER, (found, above, below) => over(found, above, /^\d+\p{L}/u.test(below) ? `(${below})` : below));
  function over(found, above, held) { return read(found, `(e^(${above}))/${held}`, `e^(${above}/${held})`); }
}
