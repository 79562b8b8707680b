// The steps that a student types, as the strict reader of nbcode.chain.typed takes them, or a message that points at the
// place. Each right side goes to the reader of the whole book; here are lines, names, data, and what can be read in two ways.

import { _ } from "../language/words.mjs";
import { canonical, mathml } from "../answers/print.mjs";
import { NotRead, parts, read } from "../answers/reader.mjs";
import { constants, functions, greek, latin } from "../answers/words.mjs";
import { calling } from "./called.mjs";
import { closing, depthAt, given } from "./brackets.mjs";
import { jumps, plainly } from "./pasted.mjs";
import { below, oneName, powers, readAs, spoken } from "./twofold.mjs";

export { NotRead };
const SUMS = ["sum", "mean", "rmse"], LETTERS = "ijktm", MOST = { characters: 3000, lines: 60 };
const WORD = /(?<![\\\p{L}\p{M}_])\p{L}[\p{L}\p{M}\d₀-₉ᵢⱼₖₙₜ]*(?:_(?:\{[^{}]*\}|[\p{L}\d]+))*['′’]*/gu;
const WHOLE = new Set([...Object.values(greek), ..."lr in lam eps mse sse ssr std var bias loss out inp new old max min reg tol pi".split(" ")]);
const LIKE_DATA = /^(x|y|t|d)\d*$|^(input|target|label|observed|dose|weight|height|data|true|actual)/i;
const TRANSPOSED = /\s*\^\s*(?:\{\s*(?:T|⊤|\\top)\s*\}|T(?![\p{L}\d_])|⊤|\\top)|\.T(?![\p{L}\d_])|ᵀ/gu;
const BEFORE = /(\p{L}[\p{L}\d]*)_(?:\{([ijkt])\}|([ijkt]))-(\d)(?![\d.])/gu;
const INSTEAD = { mse: _`L = (y - a)^2, or mean((y[i] - a[i])^2) over data`, l1: "abs(y - a)", crossentropy: "L = -log(p)",
  bce: "L = -(y*log(p) + (1 - y)*log(1 - p))", nll: "L = -log(p)", binarycrossentropy: "L = -(y*log(p) + (1 - y)*log(1 - p))",
  bcewithlogits: "L = log(1 + exp(z)) - y*z", binarycrossentropywithlogits: "L = log(1 + exp(z)) - y*z", sigmoidcrossentropywithlogits: "L = log(1 + exp(z)) - y*z",
  kldiv: "p*log(p/q)", kl: "p*log(p/q)", smoothl1: "huber(y - a)", cosinesimilarity: "(a1*b1 + a2*b2)/sqrt((a1^2 + a2^2)*(b1^2 + b2^2))",
  tripletmargin: "max(0, (a - p)^2 - (a - q)^2 + 1)", hingeembedding: "hinge(y*z)", layernorm: "(x - mu)/sqrt(var + eps)", batchnorm: "(x - mu)/sqrt(var + eps)",
  norm: "sqrt(w1^2 + w2^2)", dropout: "m*x/(1 - r)" };
const IGNORED = [[/^(?:print|display|plt\.\w+|plot)\s*\(.*\)$/u, _`is passed over: it derives nothing`],
  [/^(?:import|from)\s/u, _`is passed over: nothing is to be imported`],
  [/^(?:\\?[d∂]\w*\s*\/\s*[d∂]\s*\w+|\\frac\{.*d.*\}\{.*d.*\})\s*[=?]?$/u, _`is passed over: the box below says by what to derive`]];

const NEXT = /\s*,\s*(?=\p{L}[\p{L}\p{M}\d_₀-₉]*\s*=)|\s+(?:where|with)\s+(?=\p{L}[\p{L}\p{M}\d_₀-₉]*\s*=)|\s*,\s*$/gu;

const UNDER = /(\S?)\s*\/\s*(\d+)(\p{L}[\p{L}\d]*(?:_\w+|[₀-₉]+)?)(\s*(?:\^|\*\*)\s*(?:\d+|\{\d+\})|[²³])?(?![\p{L}\d(])/gu;
const LAYER = /\^\s*\{?\s*\[\s*(\w+)\s*\](?:\s*\})?/gu, LAYERS = /^\s*\p{L}\s*\^\s*\{?\s*\(\s*\d+\s*\)\s*\}?\s*=/mu;
const ENTRY = /_\{?[ijkt]\b|\[[ijkt]\]|[ᵢⱼₖₜ]/u, LIMITS = /\s*(?:_(?:\{[^{}]*\}|\S))?\s*(?:\^(?:\{[^{}]*\}|\S))?\s*/uy;
const SHORT = {                                     // what a call stands for, from the texts of its arguments
  clip: (x, a, b) => `cases(${a}, ${x} < ${a}, ${b}, ${x} > ${b}, ${x})`, where: (condition, a, b) => `cases(${a}, ${condition}, ${b})`,
  mish: (x) => `((${x})*tanh(softplus(${x})))`, hardsigmoid: (x) => `cases(0, ${x} < -3, 1, ${x} > 3, (${x})/6 + 1/2)`,
  hardswish: (x) => `cases(0, ${x} < -3, ${x}, ${x} > 3, (${x})*(${x} + 3)/6)`, relu6: (x) => `cases(0, ${x} < 0, 6, ${x} > 6, ${x})`,
  dot: (a, b) => `((${a})*(${b}))`, pow: (a, b) => `((${a})^(${b}))`, logit: (p) => `log((${p})/(1 - (${p})))`, logcosh: (x) => `log(cosh(${x}))`,
};
Object.assign(SHORT, { clamp: SHORT.clip, matmul: SHORT.dot, multiply: SHORT.dot, power: SHORT.pow, hard_sigmoid: SHORT.hardsigmoid,
  hard_swish: SHORT.hardswish, Mish: SHORT.mish, Hardsigmoid: SHORT.hardsigmoid, Hardswish: SHORT.hardswish, ReLU6: SHORT.relu6 });
const MODULE = /^(?:np|numpy|sp|sympy|math|Math|torch|tf|keras|jnp|jax|scipy|special|nn|functional|F)\.\p{L}/u;
const CALLED = new RegExp(`(?<![\\p{L}\\d_.])(?:(?:np|numpy|torch|jnp|tf|F|nn|keras|math)\\.)*(${Object.keys(SHORT).join("|")})\\s*\\(`, "u");

// {text, by, shown, doubts, notes, lines}: canonical text; by what; each line as MathML; what was doubtful, each
// {id, said, other}; remarks; the typed line of each canonical one. `chosen` are the ids read the other way.
export function understood(text, by = "", chosen = []) {
  const { characters: letters, lines: most } = MOST;
  if (text.length > letters) throw new NotRead(_`This is too long: ${letters} characters at most.`, MOST.characters, text.length);
  const doubts = [], notes = [], doubt = (id, said, other) => {
    const turned = chosen.includes(id), [now, instead] = turned ? [other, said] : [said, other];
    if (!doubts.some((each) => each.id === id)) doubts.push({ id, said: now, other: instead });
    return turned;
  };
  const asked = new Set();
  text = counted(plainly(text, doubt), by, notes, doubt);
  [text, by] = [layered(text, text, notes), layered(plainly(by, () => true), text, [])];
  let lines = pieces(text).filter((line) => !passed(line, notes)).map((line) => divided(line, asked));
  if (!lines.length) throw new NotRead(notes.length ? _`Type the function itself, such as y = x^2; the box below says by what to derive.` : _`Nothing is typed yet: a step looks like a = tanh(w*x + b).`, 0, text.trimEnd().length);
  if (lines.length > MOST.lines) throw new NotRead(_`These are too many steps: ${most} at most.`, lines[MOST.lines].from, text.length);
  if (lines.some(({ right }) => right && summing(right))) for (const { left } of lines) {
    const [, base, at] = /^(.+)_([ijkt])$/u.exec(left?.base ?? "") ?? [];
    if (base && !left.at) Object.assign(left, { base, at });
  }
  const byNames = wanted(by, asked), defined = lines.flatMap(({ left }) => left ? [left.base] : []);
  calling(lines, defined, doubt);
  for (const line of lines) if (line.right) doubtful(line, defined, doubt);
  const { names, columns } = lexicon(lines, defined, byNames, doubt);
  for (const line of lines) if (line.right !== undefined) {
    line.tree = below(own(reading(line, names), defined), doubt);
    line.isNumber = Boolean(line.left) && [...parts(line.tree)].every((node) => !("name" in node) || node.constant);
  }
  lines = lines.filter((line) => !line.isPutIn || lines.some(({ tree }) => tree && [...parts(tree)].some(({ name }) => name === line.left.base)));
  if (lines.length > 1 || !lines[0].left && names.includes("f")) {
    const spare = [..."fghqruv"].filter((letter) => !names.includes(letter));
    for (const line of lines) if (!line.left) line.left = { base: spare.shift() ?? "f", at: "" };
  }
  indexed(lines, columns, byNames, doubt, notes);
  lines = ordered(lines, notes);
  return { text: lines.map(written).join("\n"), by: [...byNames].join(", "), shown: lines.map(typeset), doubts, notes,
    lines: lines.map(({ number }) => number) };
}

// -- lines ----------------------------------------------------------------------------------------------------------

function pieces(text) {
  const found = [];
  let from = 0;
  text.split("\n").forEach((whole, k) => {
    let at = from;
    const marked = whole.replace(NEXT, (found, at) => depthAt(whole, at) ? found : ";".padStart(found.length));
    for (const piece of marked.split(";")) {
      const lead = /^\s*(?:>>>|\.\.\.|In \[\d+\]:)?\s*/u.exec(piece)[0].length;
      if (piece.slice(lead).trim()) found.push({ source: piece.slice(lead).trimEnd(), from: at + lead, number: k + 1 });
      at += piece.length + 1;
    }
    from += whole.length + 1;
  });
  return found;
}

function passed({ source }, notes) {
  const why = IGNORED.find(([pattern]) => pattern.test(source))?.[1];
  if (why) notes.push(`${source} ${why}.`);
  return Boolean(why);
}

function blank(found) { return " ".repeat(found.length); }

// A line as {left: {base, at}, right | values}; `at` is the index of data, as in x[i].
function divided(line, asked) {
  const { from } = line, source = line.source.replace(/^(?:let|var|const|def)\s+(?=\p{L})/u, blank)
    .replace(/:\s*return\b/u, (found) => `=${blank(found).slice(1)}`).replace(/(?<![\p{L}_])lambda\s+[\p{L}\d_, ]+:/u, blank);
  const fail = (message, at = 0, to = source.length) => { throw new NotRead(message, from + at, from + to); };
  if (source.includes("==")) fail(_`One = is enough: z = w*x + b.`, source.indexOf("=="), source.indexOf("==") + 2);
  const adding = /[-+*/]=/u.exec(source);
  if (adding) fail(_`Give the new value a name of its own: L2 = L + w^2.`, adding.index, adding.index + 2);
  const derivative = /^(?:diff|derivative|D)\s*\((.+),\s*(\p{L}\w*)\s*\)$/u.exec(source);
  if (derivative) { asked.add(latin(derivative[2])); return { ...line, right: derivative[1], at: from + source.indexOf(derivative[1]) }; }
  const [, before, sign] = /^((?:[^=:→←{}<>]|\{[^{}]*\}|:(?!=))*?)\s*(:=|=|→|←)(?!=)/u.exec(source) ?? [];
  if (sign === undefined) return { ...line, right: source, at: from };
  const start = before.length + source.slice(before.length).indexOf(sign) + sign.length, right = source.slice(start);
  if (/=/u.test(right.replace(/[<>]=/gu, "").replace(/_\{[^{}]*\}/gu, ""))) fail(_`Only one = can stand in a line: put each step into a line of its own.`, start);
  const left = named(before, fail), data = list(right, left);
  if (data) return { ...line, left: { ...left, at: left.at || "?" }, values: data };
  if (!right.trim()) fail(_`A formula is missing after =.`, start - 1);
  const [number, all] = [".", ", "].map((sign) => right.trim().replace(",", sign));
  if (/^\s*[-−]?\d+,\d+\s*$/u.test(right)) fail(_`A comma between two numbers: write ${number} for a number, [${all}] for data.`, start);
  return { ...line, left, right, at: from + start };
}

function named(before, fail) {
  const written = before.trim(), [, called, given] = /^(.*?[^\s])\s*\(\s*([\p{L}\p{M}\d_,\s;|\\₀-₉²]*)\)$/u.exec(written) ?? [, written];
  if (!called) fail(_`A step begins with its name, as in z = w*x + b.`);
  const [, base, at] = /^(.*?)\s*\[\s*([ijktm])\s*\]$/u.exec(called) ?? [, called, ""];
  if (Object.values(functions).includes(base)) fail(_`${base} is a function here already: leave this line out, or give it another name.`);
  if (!/[-+*/^²³·()|=]|\d\s*\p{L}|^\d|\s\p{L}/u.test(base.replace(/_\{[^{}]*\}|\\\w+\{[^{}]*\}/gu, ""))) try {
    const node = base === "e" ? { name: "e" } : read(base, { names: [latin(base)] });
    if ("name" in node && !(node.constant && node.name === "pi")) return { base: node.name, at, given: given?.split(/[,;|]/u).map((name) => latin(name.trim().replace("\\", ""))) };
  } catch { /* it is no name */ }
  return fail(_`This is an equation, not a step: write a name, = and a formula, such as y = sqrt(1 - x^2).`);
}

// The numbers of a column: [1, 2, 3], np.array([…]), 1, 2, 3; null if it is a formula.
function list(right, left) {
  const text = right.trim().replace(/^(?:np|numpy|torch|jnp)\.(?:array|tensor)\s*\(\s*(.*?)\s*\)$/u, "$1"), inner = /^[[({](.*,.*)[\])}]$/u.exec(text)?.[1] ?? text;
  const entries = inner.split(",").map((entry) => entry.trim().replace(/[−–]/gu, "-"));
  const areNumbers = entries.every((entry) => /^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?(\/\d+)?$/iu.test(entry));
  return areNumbers && (left.at || inner !== text && entries.length > 1 || entries.length > 2) ? entries : null;
}

function wanted(by, asked) {
  const names = by.split(/[,;\s]+/u).filter(Boolean).map((word) => latin(word.replace(/^[d∂]\w*\/[d∂](?=.)/u, "")));
  return names.length ? names : [...asked];
}

// -- what can be read in two ways -----------------------------------------------------------------------------------

function doubtful(line, defined, doubt) {
  const { at } = line;
  const fail = (message) => { throw new NotRead(message, at, at + line.right.length); };
  if (/^\s*\{.*(?:\b(?:if|for|when|otherwise)\b|[<>≤≥])/su.test(line.right) || /\bif\b(?!.*\belse\b)/su.test(line.right)) fail(_`Write what is in pieces as a if x < 0 else b.`);
  if (/[∫∂∇]|\\(?:int|lim|nabla|partial|prod)(?![A-Za-z])|^\s*lim\b|[∏]/u.test(line.right)) fail(_`Write the function itself, with + and *: integrals, limits and derivatives are not read.`);
  if (/\bfor\b.+\bin\b|\bwhile\b/su.test(line.source)) fail(/sum/u.test(line.source) ? _`Write a sum over the data as sum((y[i] - w*x[i])^2).` : _`Write the steps of a loop one by one: h1 = …, then h2 = …`);
  const [, above, under] = /(?<![\p{L}\d_])d(\p{L}?[\p{L}\d]*)\s*\/\s*d(\p{L}[\p{L}\d]*)|$/u.exec(line.right);
  if (under && !defined.includes(`d${above}`) && !defined.includes(`d${under}`) || /\\frac\s*\{\s*d[^{}]*\}\s*\{\s*d\s*\p{L}\s*\}/u.test(line.right)) fail(_`A derivative cannot stand in a formula: write what it is equal to, or give it a name.`);
  const [jump] = /(?<![\p{L}_])(?:floor|ceil|round|mod|argmax|argmin|step)(?![\p{L}\d_])(?=\s*[({\p{L}\d])|[⌊⌋⌈⌉]/u.exec(line.right) ?? [];
  if (jump && !defined.includes(jump)) fail(jumps(jump));
  line.right = spelledOut(summed(powers(line.right, doubt).replace(/∛/gu, "cbrt ")
    .replace(/(?<=[αβγεϵζηθικλμνξοπρστυφϕχψω])(?=\p{L})|(?<=[A-Za-z])(?=[αβγεϵζηθικλμνξοπρστυφϕχψω])/gu, " ").replace(/(\d\s*\/\s*[nmN])\s*(?=\()/gu, "$1*")
    .replace(/\bnn\.(\p{L}\w*)\s*\(\s*\)\s*(?=\()/gu, "$1")), defined).replace(UNDER, (found, before, number, name, power = "") => {
    const whole = `${number}${name}${power}`, half = before === "1" && !/^[nmN]$/u.test(name), below = _`${whole} stands below the line`, above = _`${number} alone stands below the line`;
    return doubt(`/${whole}`, ...half ? [above, below] : [below, above]) === half ? `${before}/(${number}*${name}${power})` : `${before}/${number}*${name}${power}`;
  });
  if (/Φ\s*\(/u.test(line.right) && !defined.includes(latin("Φ"))) throw new NotRead(_`Write (1 + erf(x/sqrt(2)))/2 for Φ(x).`, at, at + line.right.length);
  line.right = line.right.replace(TRANSPOSED, (found) => {
    if (found === "ᵀ") found = "^T";
    const isPower = !found.startsWith(".") && doubt("T", _`ᵀ turns a row into a column; for single numbers it is left out`, _`^T is read as a power`);
    return isPower ? found : " ";
  }).replace(/@/gu, "*").replace(BEFORE, (found, base, braced, letter, back) => {
    const at = braced ?? letter, itself = line.left && line.left.base === latin(`${base}_${at}`);
    const before = _`${found} is read as one name, the ${base} of the step before`, minus = _`${found} is read as ${base}_${at} minus ${back}`;
    const turned = doubt(found, ...(itself ? [before, minus] : [minus, before]));
    return Boolean(itself) === turned ? found : `${base}_{${at}-${back}}`;
  });
}

// In a sum any letter may count the data, and any be how many there are: both as the strict reader writes them, i and n.
function counted(text, by, notes, doubt) {
  if (!summing(text) && !/\.sum\(|\.mean\(/u.test(text)) return text;
  const said = /(?:[Σ∑]|\\sum|\bsum)\s*_\s*\{?\s*([a-z])(?![\p{L}\d])/u.exec(text)?.[1], letter = said ?? /\p{L}\d*\[\s*([a-z])\s*\]/u.exec(text)?.[1];
  text = text.replace(/ₙ/gu, "_n").replace(/ₘ/gu, "_m").replace(/(?<=[\p{L}\d])\s*\^\s*(?:\{\s*\(\s*([a-z])\s*\)\s*\}|\(([ijkn])\))/gu, (found, one, other) => `_${one ?? other}`);
  if (letter && !(said ? "ijkt" : LETTERS).includes(letter)) {
    const other = [..."ijk"].find((one) => !new RegExp(`(?<![\\p{L}\\d])${one}(?![\\p{L}\\d])`, "u").test(text)) ?? "t";
    text = text.replace(new RegExp(`(?<=\\[\\s*)${letter}(?=\\s*\\])|(?<=_\\{?\\s*)${letter}(?=\\s*(?:\\}|=))|(?<=_)${letter}(?![\\p{L}\\d])`, "gu"), other);
    notes.push(_`The index ${letter} is written ${other} here.`);
  }
  text = text.replace(/\blen\(\s*\p{L}\w*\s*\)|\p{L}\w*\.(?:shape\[0\]|size(?:\(0?\))?(?![\p{L}\d(])|numel\(\))/gu, (found) => "n".padStart(found.length));
  const above = /(?:[Σ∑]|\\sum)\s*_\s*(?:\{[^{}]*\}|\S)\s*\^\s*(?:\{\s*([A-Za-z])\s*\}|([A-Za-z]))/u.exec(text), under = /\/\s*\(?\s*\d?\s*([NMm])(?![\p{L}\d_[(])|\{\s*\d?\s*([NMm])\s*\}/u.exec(text);
  const count = above?.[1] ?? above?.[2] ?? under?.[1] ?? under?.[2], isGiven = new RegExp(`^\\s*${count}\\s*=`, "mu").test(text) || by.split(/[\s,]+/u).includes(count);
  if (!count || count === "n" || isGiven || doubt(count, readAs(count, _`n, the number of data points`), oneName(count))) return text;
  return text.replace(new RegExp(`(?<![\\p{L}_\\\\])${count}(?![\\p{L}\\d_])`, "gu"), "n");
}

// a^{[1]} and, where a step is called so, a^(1): the number of a layer, written below.
function layered(text, all, notes) {
  const below = text.replace(LAYER, "_$1"), read = LAYERS.test(all) ? below.replace(/(\p{L})\s*\^\s*\{?\s*\(\s*(\d+)\s*\)(?:\s*\})?/gu, "$1_$2") : below;
  if (read !== text) notes.push(_`A layer's number above a letter is read as an index below it.`);
  return read;
}

// Σ (y_i - a_i)² as sum((y_i - a_i)²): a Σ goes as far as its term.
function summed(right) {
  const sign = /[Σ∑]|\\sum(?![A-Za-z])|\bsum(?=_)/u.exec(right);
  if (!sign) return right;
  LIMITS.lastIndex = sign.index + sign[0].length;
  const start = LIMITS.lastIndex + LIMITS.exec(right)[0].length;
  let depth = 0, end = start, isBarred = false;
  for (; end < right.length; end++) {
    const c = right[end];
    if (c === "|") isBarred = !isBarred;
    depth += "([{".includes(c) - ")]}".includes(c);
    if (depth < 0 || depth === 0 && !isBarred && !ENTRY.test(right.slice(end)) && (c === "," || /[-+−–]/u.test(c) && !/(?:^|[-+*/^·×(eE−–]\s*)$/u.test(right.slice(start, end)))) break;
  }
  const term = right.slice(start, end).trim(), isClear = /^\(.*\)$/su.test(term) && closing(term, 0) === term.length - 1;
  if (!term || depth > 0 || /[Σ∑]|\\sum/u.test(term)) return right;
  const before = right.slice(0, sign.index);
  return `${before}${/[\p{L}\d)]\s*$/u.test(before) ? "*" : ""}sum${isClear ? term : `(${term})`} ${right.slice(end)}`;
}

// clip(x, 0, 1) and its like by what they stand for.
function spelledOut(right, defined) {
  for (let turn = 0; turn < 9; turn++) {
    const found = CALLED.exec(right), open = found && found.index + found[0].length - 1, close = found && closing(right, open);
    if (!found || close < 0 || defined.includes(found[1])) break;
    const args = given(right.slice(open + 1, close)), means = SHORT[found[1]];
    if (args.length !== means.length || !args.every(Boolean)) break;
    right = right.slice(0, found.index) + means(...args) + right.slice(close + 1);
  }
  return right;
}

// The names for the reader, and the columns of data {name: index}; wx is w times x where w or x is known.
function lexicon(lines, defined, by, doubt) {
  const together = (one, other) => { throw new NotRead(_`${one} and ${other} stand together: write the sum out, as in e^z1 + e^z2 + e^z3.`, 0, lines.at(-1).from); };
  const counts = (base, at, word) => {
    const other = columns.get(base);
    if (other && other !== "?" && other !== at) together(word, `${base}_${other}`);
    columns.set(base, at);
  };
  const words = new Map(), columns = new Map(), sums = lines.some(({ right }) => right && summing(right));
  for (const { left } of lines) if (left?.at) columns.set(left.base, left.at);
  for (const { right } of lines) for (const { 0: word, index } of (right ?? "").matchAll(WORD)) {
    if ("Σ∑".includes(word[0])) continue;
    const entry = /^(.+?)(?:_([ijkt])|_\{([ijkt])\}|([ᵢⱼₖₜ]))$/u.exec(word), spelled = latin(word);
    if (right[index + word.length] === "[" && !functions[word]) columns.set(spelled, right.slice(index + word.length + 1).trim()[0]);
    else if (sums && entry && !defined.includes(spelled)) counts(last(latin(entry[1]), defined, by), latin(entry[2] ?? entry[3] ?? entry[4]), word);
    else if (/^\s*\(/u.test(right.slice(index + word.length)) && [...word].length > 1 && !defined.includes(spelled)) continue;   // it is called
    else if (MODULE.test(right.slice(index)) || /^[eE]\d/u.test(word) && /\d/u.test(right[index - 1] ?? "")) continue;
    else if (!(functions[word] ?? functions[spelled]) && !constants[spelled] && !/^(if|else|and|or)$/u.test(word)) words.set(spelled, word);
  }
  for (const [name, at] of columns) {
    const other = [...words.keys()].find((word) => new RegExp(`^${name}(?:\\d+|_[a-z])$`, "u").test(word));
    if (other && sums) together(`${name}_${at}`, other);
  }
  const known = new Set([...defined, ...by, ...columns.keys()]);
  for (const word of words.keys()) if ([...word].length === 1 || /^\p{L}\d+$/u.test(word) || word.includes("_")) known.add(word);
  for (const word of words.keys()) {
    if (known.has(word) || WHOLE.has(word)) continue;
    const pieces = split(word, known), letters = pieces ? null : lone(words.get(word)), product = (pieces ?? letters)?.join("·");
    const shown = words.get(word), isProduct = readAs(shown, product), isName = oneName(shown);
    if (pieces ? !doubt(word, isProduct, isName) : letters && doubt(word, isName, isProduct)) (pieces ?? letters).filter((piece) => !constants[piece]).forEach((piece) => known.add(latin(piece)));
    else known.add(word);
  }
  const letter = [...columns.values()].find((at) => LETTERS.includes(at)) ?? "i";
  for (const [name, at] of columns) if (at === "?") columns.set(name, letter);
  const names = [...known].filter((name) => !columns.has(name));
  return { names: [...names, ...[...columns].map(([name, at]) => `${name}[${at}]`)], columns };
}

function last(word, defined, by) {                 // of wx_i the column is x
  return [...word].length === 2 && !defined.includes(word) && !by.includes(word) && [...defined, ...by].includes(word[0]) ? word[1] : word;
}

// The letters of what may be a product as well as a name: ab, nRT; but not dx.
function lone(word) {
  const letters = word.normalize("NFC").match(/\p{L}\d*/gu), shape = word.normalize("NFC");
  return /^(?!d)\p{L}{2}$/u.test(shape) || /^[^\W\d_aeiouAEIOU]{3}$/u.test(shape) ? letters : null;
}

function split(word, known) {
  const all = (at) => {
    if (at === word.length) return [];
    for (let end = word.length; end > at; end--) {
      const rest = known.has(word.slice(at, end)) && all(end);
      if (rest) return [word.slice(at, end), ...rest];
    }
    return null;
  };
  const [, ...two] = /^([A-Za-ce-z]\d*)([A-Za-z]\d*)$/u.exec(word) ?? [];          // dx stays what it is
  if (two.length && /\d$/u.test(two[0]) === /\d$/u.test(two[1]) && two.some((name) => known.has(name))) return two;
  const [, first, second] = /^([A-Za-z]\d+)([A-Za-z]\d*)$/u.exec(word) ?? [];
  return (word.length > 12 ? null : all(0)) ?? (first ? [first, second] : null);
}

// -- trees ----------------------------------------------------------------------------------------------------------

function summing(text) { return /(?:\bsum_|\b(?:sum|Sum|mean|Mean|average|rmse)\s*\(|[∑Σ]|\\sum)/u.test(text); }

function reading({ right, at, from, source }, names) {
  const end = from + source.length;
  try { return read(right, { names }); } catch (error) {
    if (!(error instanceof NotRead)) throw error;
    if (/[<>≤≥]/u.test(right[error.from])) error.message = _`Write what is in pieces as a if x < 0 else b.`;
    const called = error.called?.toLowerCase().replace(/_|loss/gu, ""), instead = INSTEAD[called];
    const meant = called && near(called), message = instead ? _`There is no ready-made loss here: write ${instead}.`
      : meant ? _`${called} is not a function here: did you mean ${meant}(…)?` : error.message;
    throw new NotRead(message, Math.min(at + error.from, end), Math.min(at + error.to, end));
  }
}

// The function that a word was meant to be: one letter is wrong, missing or too many, or two have changed places.
function near(word) {
  const without = (text) => [...text].map((_, k) => text.slice(0, k) + text.slice(k + 1));
  const letters = (text) => [...text].sort().join(""), all = [...new Set(Object.values(functions))].filter((name) => name.length > 2);
  return all.find((name) => letters(name) === letters(word)) ?? all.find((name) => without(word).includes(name) || without(name).includes(word)
    || name.length === word.length && [...name].filter((c, k) => c !== word[k]).length === 1);
}

function own(tree, defined) {                      // e is a name where a step is called so
  if (defined.includes("e")) for (const node of parts(tree)) if (node.name === "e") delete node.constant;
  return tree;
}

// Names that belong to each data point get their index: columns, and the steps made of them.
function indexed(lines, columns, by, doubt, notes) {
  const sums = lines.flatMap(({ tree }) => tree ? [...parts(tree)].filter(({ call }) => SUMS.includes(call)) : []);
  if (!sums.length) {
    for (const line of lines) if (line.values) throw new NotRead(_`These are data: let the last step add over them, as in L = sum((y[i] - w*x[i])^2).`, line.from, line.from + line.source.length);
    return;
  }
  const steps = new Map(lines.filter(({ tree, isNumber, left }) => tree && !isNumber && left).map((line) => [line.left.base, line]));
  const inputs = (tree) => [...parts(tree)].flatMap(({ name, constant }) => !name || constant ? [] : steps.has(name) ? inputs(steps.get(name).tree) : [name]);
  const below = new Set(sums.flatMap(inputs)), numbers = lines.filter(({ isNumber }) => isNumber).map(({ left }) => left.base);
  let letter = [...columns.values()][0];
  if (!letter && ![...below].some((name) => name.includes("["))) {
    const data = [...below].filter((name) => LIKE_DATA.test(name) && !by.includes(name) && !numbers.includes(name));
    if (!data.length) throw new NotRead(_`Say what has a value for each data point: sum((y[i] - w*x[i])^2).`, sums[0].args[0].from ?? 0);
    letter = "i";
    const named = data.join(_` and `), entries = data.map((name) => `${name}[i]`).join(", ");
    const said = data.length > 1 ? _`${named} are read as data: ${entries}` : _`${named} is read as data: ${entries}`;
    if (!doubt("data", said, _`a sum over nothing`)) data.forEach((name) => columns.set(name, letter));
  }
  letter ??= [...below].find((name) => name.includes("[")).slice(-2, -1);
  for (const line of lines) if (line.values) line.left.at = letter;
  const has = new Set([...columns.keys()]);
  const name = (node) => { if (has.has(node.name)) node.name = `${node.name}[${letter}]`; };
  for (const { args: [inside] } of sums) {
    const whole = spoken(inside);
    if (![...parts(inside)].some(({ name }) => name && (has.has(name) || name.includes("[") || steps.has(name)))) notes.push(_`Nothing in sum(${whole}) has an index: it is added once for each data point.`);
  }
  const outside = (tree) => SUMS.includes(tree.call) ? [] : [tree, ...(tree.args ?? []).flatMap(outside)];
  for (const line of lines) if (line.tree && !line.isNumber) {
    for (const node of parts(line.tree)) if (node.name) name(node);
    if (line.left && outside(line.tree).some((node) => node.name?.includes("["))) { has.add(line.left.base); line.left.at = letter; }
  }
}

// Steps in an order in which each uses only earlier ones, then the numbers; as typed, where there is none.
function ordered(lines, notes) {
  const numbers = lines.filter((line) => line.values || line.isNumber), steps = lines.filter((line) => !numbers.includes(line));
  const own = new Set(steps.map(({ left }) => left?.base)), sorted = [], done = new Set();
  const uses = ({ tree }) => [...parts(tree)].map((node) => node.name?.split("[")[0]).filter((name) => own.has(name));
  let rest = steps;
  while (rest.length) {
    const next = rest.find((line) => uses(line).every((name) => done.has(name)));
    if (!next) return lines;
    sorted.push(next);
    done.add(next.left?.base);
    rest = rest.filter((line) => line !== next);
  }
  if (sorted.some((line, k) => line !== steps[k])) notes.push(_`The steps are put in order: each uses only what stands above it.`);
  return [...sorted, ...numbers];
}

function left({ left: { base, at } }) { return at ? `${base}[${at}]` : base; }

function written(line) {
  const right = line.values ? line.values.join(", ") : canonical(line.tree);
  return line.left ? `${left(line)} = ${right}` : right;
}

function typeset(line) {
  const right = line.values ? `<mn>${line.values.join("</mn><mo>,</mo><mn>").replace(/-/gu, "−")}</mn>` : mathml(line.tree).slice(6, -7);
  return `<math>${line.left ? `${mathml({ name: left(line) }).slice(6, -7)}<mo>=</mo>` : ""}${right}</math>`;
}
