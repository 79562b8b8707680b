// Reads [{page, typed}] from the standard input and writes what a page would say of each: its remark, or why it cannot be read.
// `typed` is a text, a list of texts or a list of lists. {names, typed, at} asks for the number of a text at a point,
// {page, boxes} for what stands in the boxes of a field, or with commas in the first of them, as the strict reader takes it.

import { readFileSync } from "node:fs";
import { evaluate, remark } from "../../_ext/answers/check.mjs";
import { entries } from "../../_ext/answers/entries.mjs";
import { canonical } from "../../_ext/answers/print.mjs";
import { read } from "../../_ext/answers/reader.mjs";

function said({ page, boxes, typed, names, at }) {
  try {
    if (boxes) {
      const known = { names: [...page.names, ...page.spare], comma: !page.shape.length };
      return (boxes.length < page.numbers[0].length ? entries(boxes[0]).flat() : boxes).map((text) => canonical(read(text, known)));
    }
    if (at) return evaluate(read(typed, { names }), at);
    const shape = [];
    for (let level = typed; Array.isArray(level); level = level[0]) shape.push(level.length);
    const known = { names: [...page.names, ...page.spare], comma: !page.shape.length };
    return remark({ shape, entries: [typed].flat(2).map((text) => read(text, known)) }, page);
  } catch (error) { return `not read: ${error.message}`; }
}

console.log(JSON.stringify(JSON.parse(readFileSync(0, "utf-8")).map(said)));
