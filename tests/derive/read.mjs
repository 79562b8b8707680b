// Reads [{steps, by, chosen}] from the standard input and writes how the page understands each, or why it does not.

import { readFileSync } from "node:fs";
import { NotRead, understood } from "../../_ext/derive/steps.mjs";

console.log(JSON.stringify(JSON.parse(readFileSync(0, "utf-8")).map(({ steps, by, chosen }) => {
  try { return understood(steps, by, chosen); } catch (error) {
    if (!(error instanceof NotRead)) throw error;
    return { says: error.message, from: error.from, to: error.to };
  }
})));
