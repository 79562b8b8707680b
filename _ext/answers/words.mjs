// What stands for what: the names of an exercise in any spelling, functions, Greek letters. The spellings are a table.

import spellings from "./spellings.json" with { type: "json" };

export const { operators, fractions, superscripts, functions, constants, latex, greek } = Object.fromEntries(
  Object.entries(spellings).map(([kind, table]) => [kind, Object.assign(Object.create(null), table)]));   // "constructor" is none of them
const LETTERS = { ...spellings.greek, ...spellings.subscripts, ...spellings.marks };

const whenCalled = (word) => word === "sigma" ? "sigmoid" : functions[word];      // σ(z), while σ alone is a name
const INDEX = /^(.+?)(?:\[\s*([i-t])\s*\]|_([i-t])|_\{([i-t])\}|([ᵢⱼₖₙₜ]))$/u;

// The names that an exercise knows, in any spelling.
export class Lexicon {
  constructor(names) {
    this.byKey = new Map(names.map((name) => [key(name), name]));
    this.columns = new Map(names.map((name) => /^(.*)\[(1|[a-z])\]$/.exec(name)).filter(Boolean).map(([, base, at]) => [base, at]));
    const bases = names.map((name) => key(name.split("[")[0]));
    bases.forEach((base, k) => {                                   // z3 for z3[i], while there is no other
      if (!this.byKey.has(base) && bases.indexOf(base) === bases.lastIndexOf(base)) this.byKey.set(base, names[k]);
    });
    const low = [...this.byKey.keys()].map((each) => each.toLowerCase());
    this.folded = new Map([...this.byKey.values()].map((name, k) => [low[k], name]).filter(([each]) => low.indexOf(each) === low.lastIndexOf(each)));
    this.longest = Math.max(9, ...[...this.byKey.keys()].map((k) => k.length));
  }

  has(word) { return this.byKey.has(key(word)); }

  // What a word is, as parts that are multiplied: [{kind: "name" | "function", text}]; null for an unknown word that is called.
  parts(word, called) {
    const plain = key(word), one = this.one(word, plain, called);
    if (one) return [one];
    const split = this.entry(word) ?? (word.includes("[") ? null : this.split(plain, called));
    return split ?? (called && [...word].length > 1 && !word.includes("[") ? null : [{ kind: "name", text: latin(word) }]);
  }

  one(word, plain, called) {
    const exact = this.byKey.get(plain), spelled = latin(word);
    const means = functions[word] ?? functions[spelled] ?? (called && (whenCalled(spelled) ?? functions[word.toLowerCase()]));
    if (means && (called || !exact)) return { kind: "function", text: means };
    if (exact) return { kind: "name", text: exact };
    if (constants[spelled]) return { kind: "name", text: spelled };
    const folded = this.folded.get(plain.toLowerCase());
    return folded ? { kind: "name", text: folded } : null;
  }

  // x_i, x[j] or wx_i as an entry of a column, whichever letter counts the data; null if it is none.
  entry(word) {
    const [, base = "", ...letters] = INDEX.exec(word) ?? [];
    for (let from = 0; from < base.length; from++) {
      const column = latin(base.slice(from)), at = this.columns.get(column), before = at && this.split(key(base.slice(0, from)));
      if (before && (at === "1" || letters.includes(at))) return [...before, { kind: "name", text: `${column}[${at === "1" ? "i" : at}]` }];
    }
    return null;
  }

  // wx as w times x, the longest names first; null if something is left over.
  split(plain, called) {
    const best = Array(plain.length + 1).fill(null);
    best[plain.length] = [];
    for (let at = plain.length - 1; at >= 0; at--) {
      for (let end = Math.min(plain.length, at + this.longest); end > at && !best[at]; end--) {
        if (!best[end]) continue;
        const piece = plain.slice(at, end), last = end === plain.length && called;
        const part = last && whenCalled(piece) ? { kind: "function", text: whenCalled(piece) }
          : this.byKey.has(piece) ? { kind: "name", text: this.byKey.get(piece) }
          : this.folded.has(piece.toLowerCase()) ? { kind: "name", text: this.folded.get(piece.toLowerCase()) }
          : this.byKey.size && constants[piece] ? { kind: "name", text: piece } : null;
        if (part) best[at] = [part, ...best[end]];
      }
    }
    return best[0];
  }
}

// Letters as the book's programs write them: α is alpha, ₁ is 1, ŷ is yhat, h_{t-1} is h_tm1, w' is w_prime.
export function latin(word) {
  if (/^[A-Za-z\d]*$/.test(word)) return word === "lambda" ? "lamda" : word;      // as most are
  return [...word.normalize("NFD")].map((c) => LETTERS[c] ?? c).join("")
    .replace(/_\{([^{}]*)\}/g, (_, inside) => `_${inside.replace(/[\s,]/g, "").replaceAll("-", "m").replaceAll("+", "p")}`).replace(/['′’]/g, "_prime").replace(/_hat\b/, "hat")
    .replace(/^([A-Za-z]+)_(\d+)$/, "$1$2").replace(/^lambda$/, "lamda");
}

export function key(word) { return latin(word).replace(/[_{}[\]()\s,]/g, ""); }
