// What a student types, as a tree or as a message that points at the place. The spellings are a table (spellings.json);
// the tree is mathjs's, from text in which every name and function stands as a number of its own.

import { _ } from "../language/words.mjs";
import { create, parseDependencies } from "mathjs/number";
import { Lexicon, fractions, functions, greek, key, latex, operators, superscripts } from "./words.mjs";

const { parse } = create(parseDependencies);
export const LONGEST = 1000, DEEPEST = 30, NAME = 30;
const WORD = /\p{L}(?:[\p{L}\p{M}\d₀-₉ᵢⱼₖₙₜₓₕₘ]|_(?:\{[^{}]*\}|[\p{L}\d₀-₉]+))*['′’]*(?:\[[\w\s,]*\])?/uy;
const NUMBER = /(?:\d+\.?\d*|\.\d+)(?:[eE][-+−]?\d+)?/y, COMMA = /\d+,\d+/y;
const PREFIX = /(?:(?:np|numpy|sp|sympy|math|Math|torch|tf|keras|jnp|jax|scipy|special|nn|functional|F)\.)+(?=[A-Za-z])/y;
const LIMITS = /\s*(?:_(?:\{[^{}]*\}|\S))?\s*(?:\^(?:\{[^{}]*\}|\S))?/uy;    // what stands below and above a Σ
const CHOICE = /^(.+?)\bif\b(.+?)\belse\b(.+)$/su, COMPARED = ["<", ">", "<=", ">="];
// How many things a function takes at most, where it is more than one.
const TAKES = { max: 30, min: 30, log: 2, huber: 2, leaky_relu: 2, elu: 2, softmax: 30, logsumexp: 30, rmse: 2, cases: 29 };

export class NotRead extends Error {
  constructor(message, from, to = from + 1) {
    super(message);
    Object.assign(this, { from, to });
  }
}

// The tree of one formula. `names` are those of the exercise; `comma` says that 0,5 is 0.5.
export function read(text, { names = [], comma = false } = {}) {
  if (text.length > LONGEST) throw new NotRead(_`This is longer than ${LONGEST} characters.`, LONGEST, text.length);
  const start = begins(text), known = new Lexicon(names), end = text.replace(/[\s;]+$/, "").length;
  if (end <= start) throw new NotRead(_`Nothing is typed yet.`, 0, 0);
  return formula(text.slice(0, end), start, { comma, known });
}

// Where the right side begins: y = 2x gives 2x. An equation has no such side.
function begins(text) {
  const signs = [...text.replace(/\{[^{}]*\}/g, (group) => " ".repeat(group.length)).matchAll(/(?<![<>=!])=(?!=)/g)];
  if (signs.length !== 1) return 0;
  const [{ index }] = signs, left = text.slice(0, index).replace(/_\{[^{}]*\}/g, "").replace(/\\partial|^\s*>>>/g, "");
  if (/[-−+*·×^²³]/.test(left)) throw new NotRead(_`This is an equation: type what stands on the right, by itself.`, 0, index);
  return index + 1;
}

// A formula, or `a if w > 0 else b` as cases(a, w > 0, b).
function formula(text, start, { comma, known, compares = false }) {
  const [, value, condition, otherwise] = CHOICE.exec(text.slice(start)) ?? [];
  if (value) {
    const first = start + value.length + 2, second = first + condition.length + 4;
    return { call: "cases", args: [formula(text.slice(0, start + value.length), start, { known }),
      formula(text.slice(0, first + condition.length), first, { known, compares: true }), formula(text, second, { known })] };
  }
  const tokens = checked(scan(text, start, comma, known), text, compares);
  return tree(parse(tokens.map(spelled).join(" ")), tokens);
}

// The text as tokens {kind, text, from, to}; kinds: number, name, function, and the marks + - * / ^ ( ) , |
function scan(text, start, comma, known) {
  const tokens = [];
  let at = start;
  const add = (kind, written, from, to) => tokens.push({ kind, text: written, from, to });
  const match = (pattern) => { pattern.lastIndex = at; return pattern.exec(text)?.[0]; };
  const group = (command) => {                                       // the inside of {…} after \hat
    const found = /\s*\{([^{}]*)\}/y;
    found.lastIndex = at;
    const inside = found.exec(text);
    if (!inside) throw new NotRead(_`After ${command} a bracket { is missing.`, at);
    at += inside[0].length;
    return inside[1];
  };
  const word = (written, from) => {
    const called = /^\s*(?:\\left\s*)?[({]/.test(text.slice(at, at + 40));
    const parts = known.parts(written, called);
    if (!parts) throw Object.assign(new NotRead(_`${written} is not a function here: to multiply, write ${written}*(…).`, from, at), { called: written });
    if (parts.some((part) => part.text.length > NAME)) throw new NotRead(_`A name has at most ${NAME} characters.`, from, at);
    for (const part of parts) add(part.kind, part.text, from, at);
  };
  const sum = (from) => { at += match(LIMITS).length; add("function", "sum", from, at); tokens.at(-1).sign = true; };
  const closings = [];                                               // where the halves of \frac end
  let depth = 0;
  while (at < text.length) {
    const from = at, c = String.fromCodePoint(text.codePointAt(at));
    let found;
    if (/[\s$]/u.test(c) || c === "\u200b") at += c.length;
    else if (c === "\\") {
      at += 1;
      const name = match(/[A-Za-z]+|[,;!: ]/y);
      if (!name) throw new NotRead(_`A \ does not belong here.`, from);
      at += name.length;
      const command = `\\${name}`;
      if (/^[^A-Za-z]/.test(name)) continue;
      if (/^[dt]?frac$/.test(name)) {
        const open = /\s*\{/y;
        open.lastIndex = at;
        const brace = open.exec(text)?.[0];
        if (!brace) throw new NotRead(_`\frac is written \frac{above}{below}.`, from, at);
        at += brace.length;
        add("(", "(", from, at); add("(", "(", from, at);
        closings.push({ depth: depth++, half: 1 });
      } else if (name === "sqrt") {
        if (match(/\s*\[/y)) throw new NotRead(_`Write a cube root as x^(1/3).`, from, at);
        add("function", "sqrt", from, at);
      } else if (name === "sum") sum(from);
      else if (name === "hat" || name === "bar" || name === "tilde") word(`${group(command)}${name}`, from);
      else if (/^(text|mathrm|operatorname|mathit|mathbf|textit)$/.test(name)) word(group(command).trim(), from);
      else {
        const means = latex[name] ?? (Object.values(greek).includes(name) ? name : null);
        if (means === null) throw new NotRead(_`${command} is not known here.`, from, at);
        if (means === "|") add("|", "|", from, at);
        else if (operators[means]) add(operators[means], means, from, at);
        else if (means) {
          const sub = match(/_(?:\{[^{}]*\}|[\p{L}\d])/uy) ?? "";
          at += sub.length;
          word(means + sub, from);
        }
      }
    } else if (comma && depth === 0 && (found = match(COMMA))) {
      at += found.length;
      add("number", found.replace(",", "."), from, at);
    } else if ((found = match(NUMBER))) {
      at += found.length;
      add("number", found, from, at);
    } else if ("Σ∑".includes(c) && !known.has(c)) { at += 1; sum(from); }
    else if ((found = match(PREFIX))) at += found.length;
    else if ((found = match(WORD))) {
      at += found.length;
      if (text[at] === "[") throw new NotRead(_`The index of data is one letter, as in x[i].`, at);
      word(found, from);
    } else if (functions[c]) { at += 1; add("function", functions[c], from, at); }
    else if (fractions[c]) { at += 1; add("number", fractions[c], from, at); }
    else if (superscripts[c]) {
      found = match(/[⁰¹²³⁴-⁹⁻⁺]+/y);
      at += found.length;
      add("^", "^", from, at); add("(", "(", from, at);
      for (const sign of found.match(/[⁻⁺]|[^⁻⁺]+/g)) {
        const plain = [...sign].map((one) => superscripts[one]).join("");
        add(/\d/.test(plain) ? "number" : plain, plain, from, at);
      }
      add(")", ")", from, at);
    } else if (c === "|") { at += 1; add("|", "|", from, at); }
    else if (text.startsWith("**", at)) { at += 2; add("^", "^", from, at); }
    else if ((found = match(/[<>]=/y))) { at += 2; add(found, found, from, at); }
    else if (operators[c]) {
      at += c.length;
      const mark = operators[c], last = closings.at(-1);
      add(mark, c, from, at);
      if (mark === "(") depth += 1;
      if (mark === ")") depth -= 1;
      if (mark === ")" && last && depth === last.depth) {
        if (last.half === 1) {
          const brace = match(/\s*\{/y);
          if (!brace) throw new NotRead(_`\frac is written \frac{above}{below}.`, at);
          at += brace.length;
          add("/", "/", from, at); add("(", "(", from, at);
          last.half = 2;
          depth += 1;
        } else { closings.pop(); add(")", ")", from, at); }
      }
    } else throw new NotRead(unknown(c), from, from + c.length);
  }
  return tokens;
}

function unknown(c) {
  if (c === "=") return _`Only one = can stand here.`;
  if (c === "%") return _`Write 0.5 for 50 %.`;
  if (c === "!") return _`A factorial cannot be read here: write it as a product, 3*2*1.`;
  if (c === "∂") return _`Type what the derivative is equal to, without ∂.`;
  return /\p{C}/u.test(c) ? _`This character cannot be read here.` : unread(c);
}

export function unread(text) { return _`${text} cannot be read here.`; }

// The tokens with what is not written, multiplication and the brackets of functions, or a message.
function checked(tokens, text, compares) {
  const out = [], open = [], top = compares ? { of: "cases" } : {};
  let missing = true, signs = 0, powers = 0;                         // missing: a number, name or bracket comes next
  const wanted = (token) => {
    const { text: after, kind } = token ?? {};
    if (token && kind !== ")" && kind !== ",") return new NotRead(_`Before ${after} a number, a name or a bracket is missing.`, token.from, token.to);
    return new NotRead(token ? _`A number, a name or a bracket is missing here.` : _`A number, a name or a bracket is missing at the end.`, token?.from ?? text.length, token?.to);
  };
  for (let k = 0; k < tokens.length; k++) {
    const token = tokens[k], { kind } = token, next = tokens[k + 1];
    if (kind === "|") {                                              // a | closes where a value has ended
      if (!missing && open.at(-1)?.bar) { out.push({ ...token, kind: ")" }); open.pop(); continue; }
      if (!missing) out.push({ ...token, kind: "times" });
      out.push({ ...token, kind: "function", text: "abs" }, { ...token, kind: "(" });
      open.push({ ...token, bar: true });
      missing = true;
    } else if (["number", "name", "function", "("].includes(kind)) {
      if (!missing && kind === "number" && tokens[k - 1].kind === "number") throw new NotRead(_`Between two numbers an operator is missing.`, token.from, token.to);
      if (!missing) out.push({ ...token, kind: "times" });
      missing = kind === "function" || kind === "(";
      if (kind === "(") open.push({ ...token });
      if (kind === "function") k = applied(tokens, k, out, open);
      else out.push(token);
      if (kind === "function") missing = out.at(-1).kind === "(";
    } else if (kind === ")" || kind === ",") {
      if (missing) throw wanted(token);
      const inside = open.at(-1), most = TAKES[inside?.of] ?? 1;
      if (kind === ")" && (!inside || inside.bar)) throw new NotRead(_`No bracket is open here.`, token.from, token.to);
      if (kind === "," && !(inside?.commas + 1 < most)) throw new NotRead(_`A comma does not belong here: write a decimal point, as in 1.5.`, token.from, token.to);
      if (kind === ",") Object.assign(inside, { commas: inside.commas + 1, compared: false });
      else closed(open.pop(), token, next);
      missing = kind === ",";
      out.push(token);
    } else {
      const sign = kind === "+" || kind === "-", inside = open.length ? open.at(-1) : top;
      if (COMPARED.includes(kind) && (inside.of !== "cases" || inside.compared)) throw new NotRead(unread(token.text), token.from, token.to);
      if (COMPARED.includes(kind)) inside.compared = true;
      if (missing && !sign) throw wanted(token);
      signs = missing ? signs + 1 : 0;
      powers += kind === "^";
      if (signs > DEEPEST || powers > DEEPEST) throw new NotRead(_`More than ${DEEPEST} signs or powers in a row.`, token.from, token.to);
      missing = true;
      out.push(token);
    }
    if (!missing) signs = 0;
    if (open.length > DEEPEST) throw new NotRead(_`More than ${DEEPEST} brackets are open here.`, token.from, token.to);
    if (!next && open.length) {
      const last = open.at(-1);
      throw new NotRead(last.bar ? _`This bar stays open.` : _`This bracket stays open.`, last.from, last.to);
    }
  }
  if (missing) throw wanted(null);
  return out;
}

// What must hold where the bracket of a function closes.
function closed({ of, from, commas, sign }, { to }, next) {
  if (of === "softmax" && !commas) throw new NotRead(_`softmax takes all raw outputs, first the one asked for: softmax(z1, z1, z2).`, from, to);
  if (of === "cases" && (commas % 2 || !commas)) throw new NotRead(_`Write cases(value, condition, otherwise), as in cases(x, x > 0, 0).`, from, to);
  if (sign && next && ["^", "number", "name", "function", "("].includes(next.kind)) throw new NotRead(_`Put all that is summed into one bracket: sum((…)^2).`, next.from, next.to);
}

// A function with its bracket, or with the one thing after it: sin(x), sin²(x), √2, ln x.
function applied(tokens, k, out, open) {
  const token = { ...tokens[k] };
  let at = k + 1;
  if (tokens[at]?.kind === "^") {                                    // sin²(x), as the superscript or as ^2
    const brackets = tokens[at + 1]?.kind === "(";
    const power = tokens[at + 1 + brackets], end = at + 2 + 2 * brackets;
    if (power?.kind !== "number" || (brackets && tokens[end - 1]?.kind !== ")") || tokens[end]?.kind !== "(") {
      const { text: called } = token;
      throw new NotRead(_`Write (${called}(…))^…`, token.from, tokens[at].to);
    }
    token.power = Number(power.text);
    at = end;
  }
  const next = tokens[at];
  if (next?.kind === "(") {
    out.push(token, next);
    open.push({ ...next, of: token.text, commas: 0, sign: token.sign });
    return at;
  }
  const after = tokens[at + 1];
  if (next?.kind !== "number" && next?.kind !== "name" || ["number", "name", "function", "(", "^"].includes(after?.kind)) {
    const { text: called } = token;
    throw new NotRead(_`${called} is a function: write ${called}(…).`, token.from, token.to);
  }
  out.push(token, { ...next, kind: "(" }, next, { ...next, kind: ")" });
  return at;
}

function spelled({ kind, text }, k) {
  if (kind === "number") return text.replace("−", "-").replace(/\.$/, "");
  if (kind === "name") return `(n${k})`;
  return kind === "function" ? `f${k}` : kind === "times" ? "" : kind;
}

// mathjs's tree as ours: {value} {name, from, to} {op, args} {call, args}; isHeld: in a bracket; isImplicit: without its sign
function tree(node, tokens) {
  const args = () => node.args.map((each) => tree(each, tokens));
  if (node.isParenthesisNode) return { ...tree(node.content, tokens), isHeld: true };
  if (node.isConstantNode) return { value: node.value };
  if (node.isSymbolNode) {
    const { text, from, to } = tokens[Number(node.name.slice(1))];
    return text === "pi" || text === "e" ? { name: text, constant: true, from, to } : { name: text, from, to };
  }
  if (node.isFunctionNode) {
    const { text, power } = tokens[Number(node.fn.name.slice(1))], call = { call: text, args: args() };
    return power === undefined ? call : { op: "^", args: [call, { value: power }] };
  }
  if (node.fn === "unaryPlus") return args()[0];
  return { op: node.fn === "unaryMinus" ? "neg" : node.op, args: args(), ...node.implicit && { isImplicit: true } };
}

// Every part of a tree, from the outside in.
export function parts(node) {
  const all = [node];
  for (let k = 0; k < all.length; k++) all.push(...all[k].args ?? []);
  return all;
}
