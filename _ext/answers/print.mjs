// A tree printed: as the book's strict reader takes it, and as MathML that a browser sets by itself.

import { _ } from "../language/words.mjs";

const LOOSE = { "<": 0, ">": 0, "<=": 0, ">=": 0, "+": 1, "-": 1, "*": 2, "/": 2, neg: 2, "^": 3 };
const GREEK = {
  alpha: "α", beta: "β", gamma: "γ", delta: "δ", epsilon: "ε", zeta: "ζ", eta: "η", theta: "θ", kappa: "κ", lamda: "λ", mu: "μ",
  nu: "ν", xi: "ξ", pi: "π", rho: "ρ", sigma: "σ", tau: "τ", phi: "φ", chi: "χ", psi: "ψ", omega: "ω", Delta: "Δ", Theta: "Θ",
  Phi: "Φ", Sigma: "Σ", Omega: "Ω", Gamma: "Γ", Lambda: "Λ", Xi: "Ξ", Pi: "Π", Psi: "Ψ",
};
const HATS = { hat: "^", bar: "¯", tilde: "~" };

const IF = _`if`, ELSE = _`else`;                                     // of a formula in cases

const binds = (node) => node.op ? LOOSE[node.op] : 4;

// w*x + b, exp(-x**2): what nbcode.chain.formula reads.
export function canonical(node) {
  const inside = (each, least) => binds(each) < least ? `(${canonical(each)})` : canonical(each);
  if ("value" in node) return plain(node.value);
  if ("name" in node) return node.constant && node.name === "e" ? "exp(1)" : node.name;
  if (node.call) return `${node.call}(${node.args.map(canonical).join(", ")})`;
  const [a, b] = node.args;
  if (node.op === "^") return isE(a) ? `exp(${canonical(b)})` : `${inside(a, 4)}**${inside(b, 4)}`;
  if (node.op === "neg") return `-${inside(a, 2)}`;
  if (binds(node) === 0) return `${canonical(a)} ${node.op} ${canonical(b)}`;
  if (node.op === "+" || node.op === "-") return `${canonical(a)} ${node.op} ${inside(b, b.op === "neg" ? 3 : node.op === "-" ? 2 : 1)}`;
  return `${inside(a, 2)}${node.op}${inside(b, 3)}`;
}

function plain(value) {
  return Number.isInteger(value) && Math.abs(value) < 1e15 ? String(value) : String(value);
}

function isE(node) { return node.constant && node.name === "e"; }

export function mathml(node) {
  return `<math>${row(node)}</math>`;
}

function row(node) {
  const inside = (each, least) => binds(each) < least ? `<mrow>${bracketed(row(each))}</mrow>` : row(each);
  if ("value" in node) return `<mn>${plain(node.value)}</mn>`;
  if (node.adjoint) return `<mrow><mi>d</mi>${name(node.name.slice(1))}</mrow>`;
  if ("name" in node) return name(node.name);
  if (node.call === "sqrt") return `<msqrt>${row(node.args[0])}</msqrt>`;
  if (node.call === "abs") return `<mrow><mo>|</mo>${row(node.args[0])}<mo>|</mo></mrow>`;
  if (node.call === "exp") return `<msup><mi>e</mi><mrow>${row(node.args[0])}</mrow></msup>`;
  if (node.call === "cases") {
    const rows = node.args.map((each, k) => k % 2 ? "" : `<mtr><mtd>${row(each)}</mtd><mtd>${node.args[k + 1] ? `<mtext>${IF} </mtext>${row(node.args[k + 1])}` : `<mtext>${ELSE}</mtext>`}</mtd></mtr>`);
    return `<mrow><mo>{</mo><mtable>${rows.join("")}</mtable></mrow>`;
  }
  if (node.call === "sum") return `<mrow><munder><mo>∑</mo><mi>${index(node)}</mi></munder>${inside(node.args[0], 2)}</mrow>`;
  if (node.call) {
    const called = node.call === "log" && node.args.length > 1 ? "log" : { sigmoid: "σ", log: "ln", relu: "ReLU" }[node.call] ?? node.call;
    return `<mrow><mi>${called}</mi>${bracketed(node.args.map(row).join("<mo>,</mo>"))}</mrow>`;
  }
  const [a, b] = node.args;
  if (node.op === "/") return `<mfrac><mrow>${row(a)}</mrow><mrow>${row(b)}</mrow></mfrac>`;
  if (node.op === "^") return `<msup>${inside(a, a.call ? 5 : 4)}<mrow>${row(b)}</mrow></msup>`;
  if (node.op === "neg") return `<mrow><mo>−</mo>${inside(a, 2)}</mrow>`;
  if (node.op === "*") return `<mrow>${inside(a, 2)}<mo>${"value" in last(b) || last(b).adjoint || end(a).adjoint ? "·" : "⁢"}</mo>${inside(b, b.op === "/" ? 2 : 3)}</mrow>`;
  if (binds(node) === 0) return `<mrow>${row(a)}<mo>${{ "<": "&lt;", ">": "&gt;", "<=": "≤", ">=": "≥" }[node.op]}</mo>${row(b)}</mrow>`;
  return `<mrow>${row(a)}<mo>${node.op === "-" ? "−" : "+"}</mo>${inside(b, b.op === "neg" ? 3 : node.op === "-" ? 2 : 1)}</mrow>`;
}

// The letter that a sum is over: that of what it adds.
function index(node) {
  if (node.name) return /\[(.)\]$/u.exec(node.name)?.[1] ?? "";
  return (node.args ?? []).map(index).find(Boolean) ?? (node.call === "sum" ? "i" : "");
}

export function bracketed(inside) {   // brackets grow only round a fraction
  const grows = inside.includes("<mfrac") ? "" : ' stretchy="false"';
  return `<mo${grows}>(</mo>${inside}<mo${grows}>)</mo>`;
}

// What stands first and last in a product: a number needs a dot before it, an adjoint (dz, drawn as two letters) on both sides.
function end(node) { return node.op === "*" ? end(node.args[1]) : node; }
function last(node) { return node.op && node.op !== "/" && node.op !== "neg" ? last(node.args[0]) : node; }

// w1 as w with a small 1, words upright, Greek letters as they are.
function name(text) {
  const [, base, index = ""] = /^([^[]*)(?:\[(.*)\])?$/.exec(text);
  const [, hatted, hat] = /^(.+?)(hat|bar|tilde)$/.exec(base) ?? [, base];
  const [, plain, prime] = /^(.+?)(_prime)?$/.exec(hatted) ?? [, hatted];
  const [, word, digits, below = ""] = /^(\D*?)(\d*)(?:_(.*))?$/.exec(plain) ?? [, plain, ""];
  const letter = Object.hasOwn(GREEK, word) ? GREEK[word] : word, upright = letter.length > 1 ? ' mathvariant="normal"' : "";
  let made = `<mi${upright}>${escaped(letter)}</mi>`;
  if (hat) made = `<mover>${made}<mo>${HATS[hat]}</mo></mover>`;
  if (prime) made = `<msup>${made}<mo>′</mo></msup>`;
  const small = [digits, below.replace(/^([a-z])m(\d)$/, "$1−$2").replace(/^([a-z])p(\d)$/, "$1+$2"), index].filter(Boolean).join(",");
  if (!small) return made;
  const deep = hat || prime ? made : `<mpadded depth=".2em">${made}</mpadded>`;   // or where no font is made for formulas
  return `<msub>${deep}<mi mathvariant="normal">${escaped(small)}</mi></msub>`;   // w's index would stand on the line
}

function escaped(text) { return text.replace(/[&<>]/g, (c) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;" })[c]); }
