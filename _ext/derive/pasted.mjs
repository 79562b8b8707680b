// What is pasted from a paper or from Python, or typed on a phone, in the spelling that steps.mjs reads: text in, text out.
// Where it can, a piece keeps its length, blanks before it, so that a message still points at its place.

import { _ } from "../language/words.mjs";
import { NotRead } from "../answers/reader.mjs";
import { functions, greek, latin } from "../answers/words.mjs";
import { oneName, readAs } from "./twofold.mjs";

const padded = (found, text) => text.padStart(found.length), blank = (found) => " ".repeat(found.length);
const ACCENT = /\\(hat|widehat|bar|overline|tilde|widetilde)\s*(?:\{\s*(\\?\p{L}+)\s*\}|\s(\p{L}))/gu;
const FONT = /\\(?:mathcal|mathbb|mathbf|mathrm|mathit|mathsf|boldsymbol|bm|vec|text|textbf|textit|operatorname\*?)\s*\{\s*(\\?[\p{L}\d]+)\s*\}/gu;
const SPACING = /\\(?:begin|end)\s*\{(?:aligned|align|equation|split|gather|eqnarray)\*?\}|\\[()[\]]|\\(?:left|right)\s*\.|\\(?:bigg?|Bigg?)[lrm]?(?![A-Za-z])|\\(?:nonumber|notag|qquad)(?![A-Za-z])/gu;
const LETTER = new RegExp(`\\\\(${[...new Set(Object.values(greek)), "lambda", "varepsilon", "varphi"].sort((a, b) => b.length - a.length).join("|")})(?![A-Za-z])`, "gu");
const FRACTION = /\\[dt]?frac\s*(?:([\p{L}\d])\s*([\p{L}\d])|([\p{L}\d])\s*\{([^{}]*)\})/gu;
const NORM = /(?:‖|\|\||\\\||\\[lr]?Vert(?![A-Za-z]))(?:\s*_\s*(?:\{\s*[12F]\s*\}|[12F])|[₁₂])?/gu;
const KEYWORD = /,\s*(?:dtype|requires_grad|dim|axis|keepdims?|device|reduction)\s*=\s*['"]?[\w.-]+['"]?/gu;
const TENSOR = /(?:torch|np|numpy|jnp|tf)\.(?:tensor|array|Variable|constant|float32|float64)\(\s*([-+]?[\d.]+(?:e[-+]?\d+)?)\s*\)/giu;
const METHOD = /\.(mean|sum|exp|log|sqrt|abs|square|sigmoid|tanh|relu|sin|cos|item|detach|pow)\s*\(([^()]*)\)/gu;
const DEFINED = /^([^\S\n]*)def\s+(\p{L}[\p{L}\d_]*)\s*\(([^()\n]*)\)\s*:[^\S\n]*$/gmu;
const CASES = /\\begin\s*\{cases\}(.*?)\\end\s*\{cases\}/gsu;
const APPLIED = "sin|cos|tan|sinh|cosh|tanh|ln|lg|log|log2|log10|exp|arctan|arcsin|arccos|sec|csc|cot";
const SQUARE = new RegExp(`(?<![\\p{L}\\d_])(?:${APPLIED}|abs|max|min|sigmoid|relu|erf|mean|sum|√|σ)\\s*\\[`, "u");
const BARE = new RegExp(`(?<![\\p{L}\\d_])\\\\?(${APPLIED}|log_?(?:\\{\\d+\\}|\\d+|[₂₁₀]+))(?![\\p{L}\\d_(])\\s*(²|³|\\^\\s*(?:\\d|\\{\\d\\}))?\\s*(?=[\\p{L}\\d])`, "gu");
const INVERSE = /(?<![\p{L}\d_])(?:\\(?=sin|cos|tan))?(sin|cos|tan)\s*(?:\^\s*(?:\{\s*[-−]1\s*\}|[-−]1(?!\d))|⁻¹)/gu;
const INSIDE = new RegExp(`(?<![\\p{L}\\d_\\\\])((?:\\p{L}\\d*)?)(${APPLIED})(\\d+\\p{L}\\d*|[xyzp]\\d*|[α-ω])(?![\\p{L}\\d_(])`, "gu");
const TERM = /(?:\d+\.?\d*|[²³⁰-⁹⁻]+|\p{L}[\p{L}\p{M}\d₀-₉ᵢⱼₖₙₜ]*(?:_(?:\{[^{}]*\}|[\p{L}\d]+))*['′’]*(?:\[\w+\])?|(?:\^|\*\*)\s*(?:[-−]?\d+|\p{L}\d*|\{[^{}]*\}))/uy;

// The text with its letters, brackets and calls as steps.mjs knows them.
export function plainly(text, doubt) {
  text = remarked(text.replace(/#.*$/gmu, blank).replace(/(\d)\s*%(?!\s*\p{L})/gu, percent)).replace(/[\u{1D400}-\u{1D7FF}ℓℒℎ]+/gu, (found) => padded(found, found.normalize("NFKC")))
    .replace(/\\sqrt\s*\[\s*([\p{L}\d]+)\s*\]\s*\{([^{}]*)\}/gu, (found, root, inside) => root === "3" ? padded(found, `cbrt(${inside})`) : `(${inside})^(1/${root})`)
    .replace(/[⅐-⅞]/gu, (found) => `(${found.normalize("NFKC")})`).replace(/[⊙∘•]|\\(?:odot|circ|bullet)(?![A-Za-z])/gu, (found) => padded(found, "*"))
    .replace(/[ᵢⱼₖₜₙₘ]+/gu, (found) => `_${latin(found)}`).replace(/([₀-₉]|_\d+)(?=\p{L})/gu, "$1 ").replace(/(?<=\p{L}[\p{L}\d_]*)\[\s*(\d+)\s*\]/gu, "_$1 ");
  text = pieced(text).replace(DEFINED, (found, space, name, given) => `${space}${name}(${given}) =`);
  text = text.replace(/=\s*\n(\s*)return\b/gu, "=$1").replace(/^\s*return\b/gmu, blank);
  text = text.replace(SPACING, (found) => blank(found)).replace(/\\\\(?:\[[^\]]*\])?/gu, (found) => padded(found, ";")).replace(/&/gu, " ")
    .replace(/\\([{}])/gu, (_found, bracket) => ` ${bracket}`).replace(/\\ell(?![A-Za-z])/gu, (found) => padded(found, "l"))
    .replace(LETTER, (found, name) => padded(found, { varepsilon: "ε", varphi: "φ", lambda: "λ" }[name] ?? Object.keys(greek).find((letter) => greek[letter] === name)))
    .replace(FONT, (found, name) => /^\\?(?:if|for|otherwise|else|and|or)$/u.test(name) ? found : padded(found, name))
    .replace(ACCENT, (found, mark, braced, letter) => padded(found, `${latin((braced ?? letter).replace("\\", ""))}${/bar|over/u.test(mark) ? "bar" : mark.replace("wide", "")}`))
    .replace(FRACTION, (found, above, below, over, under) => padded(found, above ? `(${above}/${below})` : `(${over})/(${under})`))
    .replace(NORM, (found, at, all) => found === "||" && all.split("||").length % 2 === 0 ? found : padded(found, "|"));
  text = text.replace(/\b(?:\w+\.)?reduce_(mean|sum|max|min)\b/gu, padded).replace(KEYWORD, blank).replace(TENSOR, (found, number) => padded(found, number));
  return text.split("\n").map((line) => spread(methods(squared(line)), doubt)).join("\n");
}

// Without what follows // or %, where that is a remark in words; a // b and a % b are of Python, and none here.
function remarked(text) {
  const rest = text.replace(/(?:\/\/|%).*$/gmu, "");
  return text.replace(/^(.*?)((\/\/|%)(.*))$/gmu, (line, ahead, found, mark, said, at) => {
    const [, word] = /^\s*(\p{L}{3,})(?![\p{L}\d_(^*/+=])/u.exec(said) ?? [];
    const isName = word && (Object.values(greek).includes(word) || new RegExp(`(?<!\\p{L})${word}(?!\\p{L})`, "u").test(rest));
    if (ahead.trim() && said.trim() && (!word || isName))
      throw new NotRead(mark === "%" ? jumps("%") : _`Write a quotient with one /, and a remark after #.`, at + ahead.length, at + line.length);
    return ahead + blank(found);
  });
}

function percent(found, digit, at, all) {
  const [percent] = /[\d.]+$/u.exec(all.slice(0, at + 1)), number = Number(percent) / 100;
  throw new NotRead(_`Write ${number} for ${percent} %.`, at - percent.length + 1, at + found.length);
}

export function jumps(jump) { return _`${jump} jumps, and has no derivative there: write the pieces as a if x < 0 else b.`; }

// \begin{cases} … \end{cases} as cases(…).
function pieced(text) {
  return text.replace(CASES, (found, inside) => {
    const rows = inside.split("\\\\").filter((row) => row.trim()).map((row) => row.split("&").map((part) => part.trim()
      .replace(/\\text\s*\{\s*(?:if|for|when)?\s*\}|^(?:if|for|when)\b|\\quad/gu, "").replace(/,\s*$/u, "")));
    const parts = rows.flatMap(([value, condition], k) => k < rows.length - 1 && condition ? [value, condition] : [value]);
    return parts.length % 2 ? padded(found, `cases(${parts.join(", ")})`.replace(/\n/gu, " ")) : found;
  });
}

// tanh[…] as tanh(…).
function squared(line) {
  for (let found; (found = SQUARE.exec(line));) {
    const open = found.index + found[0].length - 1;
    let close = open, depth = 0;
    for (; close < line.length; close++) {
      depth += (line[close] === "[") - (line[close] === "]");
      if (!depth) break;
    }
    line = `${line.slice(0, open)}(${line.slice(open + 1, close)})${line.slice(close + 1)}`;
  }
  return line;
}

// (…).mean() as mean(…), (…).pow(2) as (…)^2.
function methods(line) {
  METHOD.lastIndex = 0;
  for (let turn = 0; turn < 20; turn++) {
    const found = METHOD.exec(line);
    if (!found) break;
    const [whole, name, given] = found, start = operand(line, found.index), inside = line.slice(start, found.index);
    if (!inside || name === "pow" ? !given.trim() : given.trim()) continue;
    METHOD.lastIndex = 0;
    const means = name === "pow" ? `(${inside})^(${given})` : /item|detach/u.test(name) ? inside : `${name}(${inside})`;
    line = line.slice(0, start) + means + line.slice(found.index + whole.length);
  }
  return line;
}

// Where what a method is called on begins: a bracket with its function, or a name.
function operand(line, end) {
  let at = end;
  if (/[)\]]/u.test(line[at - 1] ?? "")) {
    for (let depth = 0; at > 0;) {
      at -= 1;
      depth += ")]".includes(line[at]) - "([".includes(line[at]);
      if (!depth) break;
    }
  }
  while (at > 0 && /[\p{L}\d_.]/u.test(line[at - 1])) at -= 1;
  return at;
}

// sin 2x cos 3x as sin(2x) cos(3x): a function goes as far as what stands together; xlogx is x log x.
function spread(line, doubt) {
  line = line.replace(INVERSE, (all, name) => {
    const found = all.replace("\\", "");
    const isPower = doubt(found, _`${found} is read as arc${name}, the other way round`, _`${found} is read as 1 divided by ${name}`);
    return isPower ? `1/${name}` : `arc${name}`;
  });
  line = line.replace(INSIDE, (found, before, name, after) => {
    const apart = `${before} ${name}(${after})`.trim();
    return functions[found] || greek[found] || Object.values(greek).includes(found) || doubt(found, readAs(found, apart), oneName(found)) ? found : apart;
  });
  let out = "", from = 0;
  BARE.lastIndex = 0;
  for (let found; (found = BARE.exec(line));) {
    const start = found.index + found[0].length, end = together(line, start), inside = line.slice(start, end);
    if (end === start || functions[inside] || /^\s*(?:\(|[\p{L}\d])/u.test(line.slice(end)) && !called(line.slice(end))) continue;
    const [, name, above] = found, power = !above && /^(\\?\p{L}[\p{L}\d]*(?:_\w+)?)\s*((?:\^|\*\*)\s*(?:\d+|\{\d+\})|[²³]|⁻¹)$/u.exec(inside);
    const apart = power && doubt(`${name} ${inside}`, readAs(`${name} ${inside}`, `${name}(${inside})`), readAs(`${name} ${inside}`, `(${name} ${power[1]})${power[2]}`));
    const [ratio] = /^\/(?:\d+\.?\d*)?(?:\p{L}[\p{L}\d₀-₉]*)?(?![\p{L}\d_(^²³])/u.exec(line.slice(end)) ?? [""], both = `${name} ${inside}${ratio}`;
    if (ratio.length > 1 && !power && !above && doubt(both, readAs(both, `${name}(${inside})${ratio}`), readAs(both, `${name}(${inside}${ratio})`))) {
      out += `${line.slice(from, found.index)}${name}(${inside}${ratio})`;
      from = BARE.lastIndex = end + ratio.length;
      continue;
    }
    out += `${line.slice(from, found.index)}${apart ? `(${name}(${power[1]}))${power[2]}` : above ? `(${name}(${inside}))${above}` : `${name}(${inside})`}`;
    from = BARE.lastIndex = end;
  }
  return out + line.slice(from);
}

function called(rest) { return new RegExp(`^\\s*\\\\?(?:${APPLIED}|sqrt|sigmoid|if|else|for)(?![\\p{L}\\d])`, "u").test(rest); }

// Where what stands together from here on ends: 2x, ωt, 2πfx, x^2; 2 x as well.
function together(line, at) {
  for (let first = true; ; first = false) {
    TERM.lastIndex = at;
    const found = TERM.exec(line)?.[0];
    if (!found || !first && called(line.slice(at))) return at;
    at += found.length;
    const gap = /^\s+(?=\p{L})/u.exec(line.slice(at))?.[0];
    if (first && /^\d+\.?\d*$/u.test(found) && gap && !called(line.slice(at))) at += gap.length;
  }
}
