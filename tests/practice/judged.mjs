// Reads [{task, line, typed}] or [{task, text}] from the standard input; writes what is said of each, or how it is drawn.

import { readFileSync } from "node:fs";
import { judge, show } from "../../_ext/practice/judge.mjs";

function said({ task, line, typed, text }) {
  try {
    return text === undefined ? judge(task, line, typed) : show(task, text);
  } catch (error) { return `not read: ${error.message}`; }
}

console.log(JSON.stringify(JSON.parse(readFileSync(0, "utf-8")).map(said)));
