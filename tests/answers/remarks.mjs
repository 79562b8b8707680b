// Reads [{page, typed}] from the standard input and writes what a page would say of each: its remark, or why it cannot be read.
// `typed` is a text, a list of texts or a list of lists. {names, typed, at} asks for the number of a text at a point.

import { readFileSync } from "node:fs";
import { evaluate, remark } from "../../_ext/answers/check.mjs";
import { read } from "../../_ext/answers/reader.mjs";

function said({ page, typed, names, at }) {
  try {
    if (at) return evaluate(read(typed, { names }), at);
    const shape = [];
    for (let level = typed; Array.isArray(level); level = level[0]) shape.push(level.length);
    const known = { names: [...page.names, ...page.spare], comma: !page.shape.length };
    return remark({ shape, entries: [typed].flat(2).map((text) => read(text, known)) }, page);
  } catch (error) { return `not read: ${error.message}`; }
}

console.log(JSON.stringify(JSON.parse(readFileSync(0, "utf-8")).map(said)));
