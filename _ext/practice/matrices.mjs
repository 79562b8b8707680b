// Products of matrices as they are typed: x.T @ dz, xᵀ dz, sum(dz); judged on odd matrices of the shapes given.
//
// * is entry by entry where the shapes are the same, as in NumPy, and a product of matrices, as on paper, where they are not.

import { _ } from "../language/words.mjs";
import { bracketed } from "../answers/print.mjs";
import { NotRead, unread } from "../answers/reader.mjs";

const TOKEN = /\s*(?:(?:(?:np|numpy|torch|jnp)\.)?(sum|relu|tanh|sigmoid|transpose)\s*(?=\()|(\.T\b|\^\s*(?:\{\s*(?:T|\\top)\s*\}|T\b|\\top)|ᵀ|'|\.transpose\(\))|(\\odot|\\circ|⊙|∘|\.\*)|(\\cdot|@|·|×|\.dot\b)|(\*\*\s*2|\^\s*2|²)|([A-Za-z]\w*)|(\d+(?:\.\d+)?)|([-+*()−])|(\S))/gy;
const KINDS = ["call", "turn", "entry", "times", "square", "name", "number", "mark"];
const AXIS = /(?<=\bsum\([^()]*),\s*(?:axis\s*=\s*)?0\s*(?:,\s*keepdims\s*=\s*True\s*)?\)/g;     // sum(dz, axis=0) adds the rows, as sum does here
const CALLS = { relu: (z) => Math.max(0, z), tanh: Math.tanh, sigmoid: (z) => 1 / (1 + Math.exp(-z)) };
const ROWS = _`rows`, MORE = 1e-9, LONGEST = 200;

export function judge(shapes, line, typed) {
  const tree = parsed(typed, shapes), odd = Object.fromEntries(Object.entries(shapes).map(([name, shape], order) => [name, matrix(shape, order)]));
  const value = (text) => number(parsed(text, shapes), odd), same = (a, b) => String(a.shape) === String(b.shape)
    && a.entries.every((entry, k) => Math.abs(entry - b.entries[k]) < MORE * (1 + Math.abs(entry)));
  const wanted = value(line.right), slip = (fits) => line.slips.find(([text]) => fits(text));
  let answer;
  try { answer = number(tree, odd); } catch (error) {
    if (!(error instanceof Unfit)) throw error;
    return slip((text) => plain(parsed(text, shapes)) === plain(tree))?.[2] ?? error.message;
  }
  if (same(answer, wanted)) return _`Right.`;
  const found = slip((text) => { try { return same(answer, value(text)); } catch { return false; } });
  if (found) return found[2];
  const [shape, right] = [answer.shape, wanted.shape].map((sizes) => `(${sizes.join(", ")})`), { left } = line;
  if (shape !== right) return _`Not yet: that has shape ${shape}, ${left} has shape ${right}.`;
  return same(number({ op: "neg", args: [tree] }, odd), wanted) ? _`Close: the sign is lost; all else is right.` : _`Not yet.`;
}

export function show(text, drawn) {
  return `<math>${row(parsed(text), drawn)}</math>`;
}

class Unfit extends Error {}

// {name} {value} {op: + - neg @ * entry turn square, args} {call, args}
function parsed(text, shapes) {
  const tokens = scan(text.replace(AXIS, ")")), end = { kind: "end", text: "", from: text.length };
  let at = 0;
  const next = () => tokens[at] ?? end, is = (...marks) => marks.includes(next().text.replace("−", "-")) && next().kind === "mark";
  const take = () => tokens[at++] ?? end;
  function sum() {
    let left = product();
    while (is("+", "-")) left = { op: take().text === "+" ? "+" : "-", args: [left, product()] };
    return left;
  }
  function product() {
    let left = signed();
    for (;;) {
      const { kind } = next();
      if (kind === "times") { take(); left = { op: "@", args: [left, signed()] }; }
      else if (kind === "entry") { take(); left = { op: "entry", args: [left, signed()] }; }
      else if (is("*")) { take(); left = { op: "*", args: [left, signed()] }; }
      else if (["name", "call", "number"].includes(kind) || is("(")) left = { op: "*", args: [left, turned()] };
      else return left;
    }
  }
  function signed() {
    if (!is("-")) return turned();
    take();
    return { op: "neg", args: [signed()] };
  }
  function turned() {
    let inner = one();
    while (next().kind === "turn" || next().kind === "square") inner = { op: take().kind, args: [inner] };
    return inner;
  }
  function one() {
    const token = take();
    if (token.kind === "number") return { value: Number(token.text) };
    if (token.kind === "name") {
      const { text: name, from } = token, all = Object.keys(shapes ?? {}).join(", ");
      if (shapes && !Object.hasOwn(shapes, name)) throw new NotRead(_`${name} is not one of the matrices here: ${all}.`, from, from + name.length);
      return { name: token.text };
    }
    if (token.kind === "call") { take(); const args = [inside(token)]; return token.text === "transpose" ? { op: "turn", args } : { call: token.text, args }; }
    if (token.kind === "mark" && token.text === "(") return inside(token);
    const { text: after } = token;
    throw new NotRead(token.kind === "end" ? _`A name or a bracket is missing at the end.` : _`Before ${after} a name or a bracket is missing.`, token.from);
  }
  function inside(open) {
    const inner = sum();
    if (!is(")")) throw new NotRead(next().kind === "end" ? _`This bracket stays open.` : unread(next().text), next().kind === "end" ? open.from : next().from);
    take();
    return inner;
  }
  const tree = sum();
  if (at < tokens.length) throw new NotRead(unread(next().text), next().from);
  return tree;
}

function scan(text) {
  if (!text.trim()) throw new NotRead(_`Nothing is typed yet.`, 0, 0);
  if (text.length > LONGEST) throw new NotRead(_`This is longer than ${LONGEST} characters.`, LONGEST, text.length);
  const start = /^\s*\w+\s*=(?!=)/.exec(text)?.[0].length ?? 0;
  return [...text.slice(start).trimEnd().matchAll(TOKEN)].map((match) => {
    const order = match.slice(1).findIndex(Boolean), written = match[order + 1], from = start + match.index + match[0].length - written.length;
    if (order >= KINDS.length) throw new NotRead(unread(written), from);
    return { kind: KINDS[order], text: written, from };
  });
}

function matrix([rows, columns], order) {
  const entries = Array.from({ length: rows * columns }, (_, k) => ((307 + (443 * order + 131 * k * k + 89 * k) % 571) / 1009) * ((order + k) % 3 ? 1 : -1));
  return { shape: [rows, columns], entries };
}

function number(node, odd) {
  if ("value" in node) return { shape: [1, 1], entries: [node.value] };
  if (node.name) return odd[node.name];
  if (isRowOfOnes(node.args[0]) && node.args[1]) return number({ call: "sum", args: [node.args[1]] }, odd);
  const [a, b] = node.args.map((each) => number(each, odd)), each = (change) => ({ shape: a.shape, entries: a.entries.map(change) });
  if (node.call === "sum") return { shape: [1, a.shape[1]], entries: Array.from({ length: a.shape[1] }, (_, j) => a.entries.filter((_, k) => k % a.shape[1] === j).reduce((x, y) => x + y, 0)) };
  if (node.call) return each(CALLS[node.call]);
  if (node.op === "turn") return transposed(a);
  if (node.op === "neg") return each((entry) => -entry);
  if (node.op === "square") return each((entry) => entry ** 2);
  const alike = String(a.shape) === String(b.shape), scalar = [a, b].some(({ entries }) => entries.length === 1);
  if (node.op === "@" || node.op === "*" && !alike && !scalar) return times(a, b);
  return entryByEntry(node.op, a, b);
}

// 1ᵀ, which adds the rows of what it is multiplied with.
function isRowOfOnes({ op, args }) { return op === "turn" && args[0].value === 1; }

function transposed({ shape: [rows, columns], entries }) {
  return { shape: [columns, rows], entries: entries.map((_, k) => entries[(k % rows) * columns + Math.floor(k / rows)]) };
}

function times(a, b) {
  const [rows, inner] = a.shape, [same, columns] = b.shape;
  const [one, other] = [a, b].map(({ shape }) => shape.join(", "));
  if (inner !== same) throw new Unfit(_`These shapes do not fit: (${one}) times (${other}). Inside, ${inner} must be ${same}.`);
  const entries = Array.from({ length: rows * columns }, (_, k) => {
    let total = 0;
    for (let j = 0; j < inner; j++) total += a.entries[Math.floor(k / columns) * inner + j] * b.entries[j * columns + k % columns];
    return total;
  });
  return { shape: [rows, columns], entries };
}

// As NumPy does it: a row, a column or a number stands for each row, column or entry.
function entryByEntry(op, a, b) {
  const shape = a.shape.map((size, k) => Math.max(size, b.shape[k])), [one, other] = [a, b].map((each) => each.shape.join(", "));
  for (const each of [a, b]) if (each.shape.some((size, k) => size !== 1 && size !== shape[k])) throw new Unfit(_`These shapes do not fit entry by entry: (${one}) and (${other}).`);
  const at = ({ shape: [rows, columns], entries }, i, j) => entries[(rows === 1 ? 0 : i) * columns + (columns === 1 ? 0 : j)];
  const done = { "+": (x, y) => x + y, "-": (x, y) => x - y, "*": (x, y) => x * y, entry: (x, y) => x * y }[op];
  return { shape, entries: Array.from({ length: shape[0] * shape[1] }, (_, k) => done(at(a, Math.floor(k / shape[1]), k % shape[1]), at(b, Math.floor(k / shape[1]), k % shape[1]))) };
}

// A tree as text, so that products that have no value can be compared.
function plain(node) {
  return node.name ?? node.value ?? `${node.call ?? (node.op === "*" ? "@" : node.op)}(${node.args.map(plain).join(",")})`;
}

function row(node, drawn) {
  const binds = { "+": 0, "-": 0, neg: 1, "*": 1, "@": 1, entry: 1 }, loose = (each) => binds[each.op] ?? 2;
  const inside = (each, least) => loose(each) < least ? `<mrow>${bracketed(row(each, drawn))}</mrow>` : row(each, drawn);
  if ("value" in node) return `<mn>${node.value}</mn>`;
  if (node.name) return drawn(node.name);
  const [a, b] = node.args;
  if (node.call === "sum") return `<mrow><munder><mo>∑</mo><mtext>${ROWS}</mtext></munder>${inside(a, 1)}</mrow>`;
  if (node.call) return `<mrow><mi>${{ sigmoid: "σ", relu: "ReLU" }[node.call] ?? node.call}</mi>${bracketed(row(a, drawn))}</mrow>`;
  if (node.op === "turn") return `<msup>${inside(a, 2)}<mi mathvariant="normal">T</mi></msup>`;
  if (node.op === "square") return `<msup>${inside(a, 2)}<mn>2</mn></msup>`;
  if (node.op === "neg") return `<mrow><mo>−</mo>${inside(a, 1)}</mrow>`;
  const sign = { "+": "+", "-": "−", "*": "⊙", entry: "⊙", "@": "⁢" }[node.op], least = binds[node.op];
  return `<mrow>${inside(a, least)}<mo>${sign}</mo>${inside(b, least + (node.op === "-"))}</mrow>`;
}
