// Reads {tasks, typed: [[task, line, text]], shown: [[task, text]]} from the standard input; writes what is said of each
// text that is typed, and how each text that is shown is drawn.

import { readFileSync } from "node:fs";
import { judge, show } from "../../_ext/practice/judge.mjs";

function attempt(what) {
  try { return what(); } catch (error) { return `not read: ${error.message}`; }
}

const { tasks, typed, shown } = JSON.parse(readFileSync(0, "utf-8"));
console.log(JSON.stringify({
  said: typed.map(([task, line, text]) => attempt(() => judge(tasks[task], line, text))),
  drawn: shown.map(([task, text]) => attempt(() => show(tasks[task], text))),
}));
