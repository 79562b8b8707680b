// What a student types, as a tree or as a message that points at the place. The spellings are a table (spellings.json);
// the tree is mathjs's, from text in which every name and function stands as a number of its own.

import { create, parseDependencies } from "mathjs/number";
import spellings from "./spellings.json" with { type: "json" };

const { parse } = create(parseDependencies);
export const LONGEST = 1000, DEEPEST = 30;
const WORD = /\p{L}(?:[\p{L}\p{M}\d₀-₉ᵢⱼₖₙₜₓₕₘ]|_(?:\{[^{}]*\}|[\p{L}\d₀-₉]+))*(?:\[[\w\s,]*\])?/uy;
const NUMBER = /(?:\d+\.?\d*|\.\d+)(?:[eE][-+−]?\d+)?/y, COMMA = /\d+,\d+/y;
const PREFIX = /(?:np|numpy|sp|sympy|math|Math|torch|tf|jnp)\./y;
const { operators, fractions, superscripts, functions, constants, latex } = spellings;
const GREEK = { ...spellings.greek, ...spellings.subscripts, ...spellings.marks };

export class NotRead extends Error {
  constructor(message, from, to = from + 1) {
    super(message);
    Object.assign(this, { from, to });
  }
}

// The tree of one formula. `names` are those of the exercise; `comma` says that 0,5 is 0.5.
export function read(text, { names = [], comma = false } = {}) {
  if (text.length > LONGEST) throw new NotRead(`This is longer than ${LONGEST} characters.`, LONGEST, text.length);
  const start = text.split("=").length === 2 ? text.indexOf("=") + 1 : 0;   // y = 2x gives 2x
  if (!text.slice(start).trim()) throw new NotRead("Nothing is typed yet.", 0, 0);
  const known = new Lexicon(names), tokens = checked(scan(text, start, comma, known), text, known);
  return tree(parse(tokens.map(spelled).join(" ")), tokens);
}

// The names that an exercise knows, in any spelling.
class Lexicon {
  constructor(names) {
    this.byKey = new Map(names.map((name) => [key(name), name]));
    this.bases = new Set(names.map((name) => /^(.*)\[1\]$/.exec(name)?.[1]).filter(Boolean));
    for (const name of names) {                                    // z3 for z3[i], while there is no other
      const base = key(name.split("[")[0]);
      if (!this.byKey.has(base) && names.filter((other) => key(other.split("[")[0]) === base).length === 1) this.byKey.set(base, name);
    }
    this.folded = new Map([...this.byKey].map(([k, name]) => [k.toLowerCase(), name]));
    for (const [k] of this.byKey) if ([...this.byKey.keys()].filter((o) => o.toLowerCase() === k.toLowerCase()).length > 1) this.folded.delete(k.toLowerCase());
  }

  // What a word is, as parts that are multiplied: [{kind: "name" | "function" | "number", text}].
  parts(word, called) {
    const plain = key(word), one = this.one(word, plain, called);
    if (one) return [one];
    const split = word.includes("[") ? null : this.split(plain, called);
    return split ?? [{ kind: "name", text: latin(word) }];
  }

  one(word, plain, called) {
    const exact = this.byKey.get(plain);
    if (called && plain === "sigma") return { kind: "function", text: "sigmoid" };
    if (functions[word] && (called || !exact)) return { kind: "function", text: functions[word] };
    if (exact) return { kind: "name", text: exact };
    const base = /^(.*)\[\s*i\s*\]$/.exec(word)?.[1] ?? /^(.*)(?:_i|_\{i\}|ᵢ)$/.exec(word)?.[1];
    if (base && this.bases.has(latin(base))) return { kind: "name", text: `${latin(base)}[i]` };
    if (constants[plain]) return { kind: "name", text: plain };
    const folded = this.folded.get(plain.toLowerCase());
    return folded ? { kind: "name", text: folded } : null;
  }

  // wx as w times x, the longest names first; null if something is left over.
  split(plain, called) {
    const best = Array(plain.length + 1).fill(null);
    best[plain.length] = [];
    for (let at = plain.length - 1; at >= 0; at--) {
      for (let end = plain.length; end > at && !best[at]; end--) {
        if (!best[end]) continue;
        const piece = plain.slice(at, end), last = end === plain.length && called;
        const part = last && functions[piece] ? { kind: "function", text: functions[piece] }
          : this.byKey.has(piece) ? { kind: "name", text: this.byKey.get(piece) }
          : this.byKey.size && constants[piece] ? { kind: "name", text: piece } : null;
        if (part) best[at] = [part, ...best[end]];
      }
    }
    return best[0];
  }
}

// Letters as the book's programs write them: α is alpha, ₁ is 1, ŷ is yhat.
function latin(word) {
  return [...word.normalize("NFD")].map((c) => GREEK[c] ?? c).join("")
    .replace(/_\{([^{}]*)\}/g, (_, inside) => `_${inside.replace(/[\s,]/g, "")}`).replace(/_hat\b/, "hat")
    .replace(/^([A-Za-z]+)_(\d+)$/, "$1$2").replace(/^lambda$/, "lamda");
}

function key(word) { return latin(word).replace(/[_{}[\]()\s,]/g, ""); }

// The text as tokens {kind, text, from, to}; kinds: number, name, function, and the marks + - * / ^ ( ) , |
function scan(text, start, comma, known) {
  const tokens = [];
  let at = start;
  const add = (kind, written, from, to) => tokens.push({ kind, text: written, from, to });
  const match = (pattern) => { pattern.lastIndex = at; return pattern.exec(text)?.[0]; };
  const group = (what) => {                                          // the inside of {…} after \what
    const found = /\s*\{([^{}]*)\}/y;
    found.lastIndex = at;
    const inside = found.exec(text);
    if (!inside) throw new NotRead(`After \\${what} a bracket { is missing.`, at);
    at += inside[0].length;
    return inside[1];
  };
  const word = (written, from) => {
    const called = /^\s*(?:\\left\s*)?[({]/.test(text.slice(at, at + 40));
    for (const part of known.parts(written, called)) add(part.kind, part.text, from, at);
  };
  const closings = [];                                               // where the halves of \frac end
  let depth = 0;
  while (at < text.length) {
    const from = at, c = String.fromCodePoint(text.codePointAt(at));
    let found;
    if (/[\s$]/u.test(c) || c === "\u200b") at += c.length;
    else if (c === "\\") {
      at += 1;
      const name = match(/[A-Za-z]+|[,;!: ]/y);
      if (!name) throw new NotRead("A \\ does not belong here.", from);
      at += name.length;
      if (/^[^A-Za-z]/.test(name)) continue;
      if (/^[dt]?frac$/.test(name)) {
        const open = /\s*\{/y;
        open.lastIndex = at;
        const brace = open.exec(text)?.[0];
        if (!brace) throw new NotRead("\\frac is written \\frac{above}{below}.", from, at);
        at += brace.length;
        add("(", "(", from, at); add("(", "(", from, at);
        closings.push({ depth: depth++, half: 1 });
      } else if (name === "sqrt") add("function", "sqrt", from, at);
      else if (name === "hat" || name === "bar" || name === "tilde") word(`${group(name)}${name}`, from);
      else if (/^(text|mathrm|operatorname|mathit|mathbf|textit)$/.test(name)) word(group(name).trim(), from);
      else {
        const means = latex[name] ?? (Object.values(spellings.greek).includes(name) ? name : null);
        if (means === null) throw new NotRead(`\\${name} is not known here.`, from, at);
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
    } else if ((found = match(PREFIX))) at += found.length;
    else if ((found = match(WORD))) {
      at += found.length;
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
    else if (operators[c]) {
      at += c.length;
      const mark = operators[c], last = closings.at(-1);
      add(mark, c, from, at);
      if (mark === "(") depth += 1;
      if (mark === ")") depth -= 1;
      if (mark === ")" && last && depth === last.depth) {
        if (last.half === 1) {
          const brace = match(/\s*\{/y);
          if (!brace) throw new NotRead("\\frac is written \\frac{above}{below}.", at);
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
  if (c === "=") return "Only one = can stand here.";
  if (c === "%") return "Write 0.5 for 50 %.";
  if (c === "!") return "A factorial cannot be read here.";
  return `${/\p{C}/u.test(c) ? "This character" : c} cannot be read here.`;
}

// The tokens with what is not written, multiplication and the brackets of functions, or a message.
function checked(tokens, text, known) {
  const out = [], open = [];
  let missing = true, signs = 0, powers = 0;                         // missing: a number, name or bracket comes next
  const wanted = (token) => {
    if (token && token.kind !== ")" && token.kind !== ",") return new NotRead(`Before ${token.text} a number, a name or a bracket is missing.`, token.from, token.to);
    return new NotRead(`A number, a name or a bracket is missing ${token ? "here" : "at the end"}.`, token?.from ?? text.length, token?.to);
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
      if (!missing && kind === "number" && tokens[k - 1].kind === "number") throw new NotRead("Between two numbers an operator is missing.", token.from, token.to);
      if (!missing) out.push({ ...token, kind: "times" });
      missing = kind === "function" || kind === "(";
      if (kind === "(") open.push(token);
      if (kind === "function") k = applied(tokens, k, out, open, known);
      else out.push(token);
      if (kind === "function") missing = out.at(-1).kind === "(";
    } else if (kind === ")" || kind === ",") {
      if (missing) throw wanted(token);
      const inside = open.at(-1);
      if (!inside || inside.bar) throw new NotRead(kind === ")" ? "No bracket is open here." : "A comma does not belong here: write a decimal point, as in 1.5.", token.from, token.to);
      if (kind === "," && !["max", "min"].includes(inside.of)) throw new NotRead("A comma does not belong here: write a decimal point, as in 1.5.", token.from, token.to);
      if (kind === ")") open.pop();
      missing = kind === ",";
      out.push(token);
    } else {
      const sign = kind === "+" || kind === "-";
      if (missing && !sign) throw wanted(token);
      signs = missing ? signs + 1 : 0;
      powers += kind === "^";
      if (signs > DEEPEST || powers > DEEPEST) throw new NotRead(`More than ${DEEPEST} signs or powers in a row.`, token.from, token.to);
      missing = true;
      out.push(token);
    }
    if (!missing) signs = 0;
    if (open.length > DEEPEST) throw new NotRead(`More than ${DEEPEST} brackets are open here.`, token.from, token.to);
    if (!next && open.length) {
      const last = open.at(-1);
      throw new NotRead(last.bar ? "This bar stays open." : "This bracket stays open.", last.from, last.to);
    }
  }
  if (missing) throw wanted(null);
  return out;
}

// A function with its bracket, or with the one thing after it: sin(x), sin²(x), √2, ln x.
function applied(tokens, k, out, open, known) {
  const token = { ...tokens[k] };
  let at = k + 1;
  if (tokens[at]?.kind === "^") {                                    // sin²(x), as the superscript or as ^2
    const brackets = tokens[at + 1]?.kind === "(";
    const power = tokens[at + 1 + brackets], end = at + 2 + 2 * brackets;
    if (power?.kind !== "number" || (brackets && tokens[end - 1]?.kind !== ")") || tokens[end]?.kind !== "(") {
      throw new NotRead(`Write (${token.text}(…))^…`, token.from, tokens[at].to);
    }
    token.power = Number(power.text);
    at = end;
  }
  const next = tokens[at];
  if (next?.kind === "(") {
    out.push(token, next);
    open.push({ ...next, of: token.text });
    return at;
  }
  const after = tokens[at + 1];
  if (next?.kind !== "number" && next?.kind !== "name" || ["number", "name", "function", "(", "^"].includes(after?.kind)) {
    throw new NotRead(`${token.text} is a function: write ${token.text}(…).`, token.from, token.to);
  }
  out.push(token, { ...next, kind: "(" }, next, { ...next, kind: ")" });
  return at;
}

function spelled({ kind, text }, k) {
  if (kind === "number") return text.replace("−", "-").replace(/\.$/, "");
  if (kind === "name") return `(n${k})`;
  return kind === "function" ? `f${k}` : kind === "times" ? "" : kind;
}

// mathjs's tree as ours: {value} {name, from, to} {op, args} {call, args}
function tree(node, tokens) {
  const args = () => node.args.map((each) => tree(each, tokens));
  if (node.isParenthesisNode) return tree(node.content, tokens);
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
  return { op: node.fn === "unaryMinus" ? "neg" : node.op, args: args() };
}

// Every part of a tree, from the outside in.
export function* parts(node) {
  yield node;
  for (const each of node.args ?? []) yield* parts(each);
}
