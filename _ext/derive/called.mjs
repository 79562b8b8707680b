// A name with a bracket after it: f(g(x)), a(z), P(Q). What is defined as f(x) = … is put in; what is not is a product, which is
// said, or no function here.

import { _ } from "../language/words.mjs";
import { NotRead } from "../answers/reader.mjs";
import { functions, latin } from "../answers/words.mjs";
import { closing, given } from "./brackets.mjs";
import { readAs } from "./twofold.mjs";

const NAME = "\\p{L}[\\p{L}\\p{M}\\d₀-₉]*(?:_(?:\\{[^{}]*\\}|[\\p{L}\\d]+))*['′’]*", MOST = 3000;
const CALL = new RegExp(`(?<![\\p{L}\\p{M}\\d_.\\\\])(${NAME})\\(`, "gu"), WORDS = new RegExp(`(?<![\\\\\\p{L}\\p{M}_])${NAME}`, "gu");
const ALONE = new RegExp(`^\\s*(?:\\\\?${NAME}|\\d+)(?:\\s*[,;]\\s*(?:\\\\?${NAME}|\\d+))*\\s*$`, "u");
const isFunction = (name) => functions[name] ?? functions[latin(name)] ?? functions[name.toLowerCase()];

// Reads the calls in every right side; a line that was put in gets isPutIn.
export function calling(lines, defined, doubt) {
  const steps = new Map(lines.filter(({ left, right }) => left?.given && right).map((line) => [line.left.base, line])), done = new Set();
  const read = (line) => {
    if (done.has(line) || !line.right) return line.right;
    done.add(line);
    return line.right = put(line.right, line);
  };
  function put(text, line) {
    const fail = (message) => { throw new NotRead(message, line.at, line.from + line.source.length); };
    if (text.length > MOST) fail(_`Put in, this is too long: ${MOST} characters at most.`);
    let out = "", from = 0;
    const call = new RegExp(CALL);
    for (let found; (found = call.exec(text));) {
      const open = found.index + found[0].length - 1, close = closing(text, open);
      if (close < 0) break;
      const inside = put(text.slice(open + 1, close), line), means = meant(found[1], inside, line, fail) ?? `${found[0]}${inside})`;
      out += text.slice(from, found.index) + means;
      from = call.lastIndex = close + 1;
    }
    return out + text.slice(from);
  }

  // What a call means, as text; undefined where the reader knows it.
  function meant(name, inside, line, fail) {
    const base = latin(name), step = steps.get(base), args = given(inside), call = `${name}(${inside.trim()})`;
    if (step && step !== line) {
      const { given: names } = step.left, count = names.length;
      if (args.length !== count) fail(_`${name} takes ${count} here, as in its own line.`);
      if (args.every((arg, k) => latin(arg.replace("\\", "")) === names[k])) return ` ${name} `;
      step.isPutIn = true;
      return `(${replaced(read(step), names, args, name, fail)})`;
    }
    if (isFunction(name) && !defined.includes(base) || base === "sigma") return undefined;
    if (/['′’]$/u.test(name) && !defined.includes(base)) fail(_`${name} is a derivative: write what it is equal to, or x, x below for a second one.`);
    if (args.length > 1 && [...base].length === 1) fail(_`${name} is not a function here: write a line such as ${call} = … before.`);
    if (!ALONE.test(inside) && !(/^[fgF]$/u.test(name) && !defined.includes(base) && /^\s*\p{L}\d*\s*[-+−]\s*\p{L}\d*\s*$/u.test(inside))) return undefined;
    if (/^[fghFΓφϕψ]$/u.test(name) && !defined.includes(base)) fail(_`Write what ${name} is in a line before, as in ${name}(x) = x^2.`);
    if ([...base].length > 1 && !defined.includes(base) || /^\d+$/u.test(inside.trim())) return undefined;
    const product = `${name}·${inside.trim()}`;
    if (!defined.includes(base)) return doubt(call, readAs(call, product), readAs(call, name)) ? ` ${name} ` : undefined;
    return doubt(call, readAs(call, name), readAs(call, product)) ? undefined : ` ${name} `;
  }
  for (const line of lines) read(line);
}

// The text of a function with what it is called with in the place of its names.
function replaced(text, names, args, called, fail) {
  return text.replace(WORDS, (word) => {
    const k = names.indexOf(latin(word));
    if (k >= 0) return `(${args[k]})`;
    if (!isFunction(word) && names.some((name) => [...name].length === 1 && word.includes(name) && /^\p{L}+$/u.test(word))) fail(_`Write every product in ${called} with its *, as in w*x.`);
    return word;
  });
}
