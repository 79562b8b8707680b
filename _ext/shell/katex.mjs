// Renders formulas, a line for each: {latex, katex_options} comes in, {html} or {error} goes out, until no more come.

import { createRequire } from "node:module";
import { createInterface } from "node:readline";

const katex = createRequire(import.meta.url)(process.argv[2]);

function answer({ latex, katex_options }) {
  try {
    return { html: katex.renderToString(latex, katex_options) };
  } catch ({ message }) {
    return { error: message };
  }
}

for await (const line of createInterface({ input: process.stdin })) {
  process.stdout.write(`${JSON.stringify(answer(JSON.parse(line)))}\n`);
}
