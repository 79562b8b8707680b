// node bundle.mjs FOLDER: the scripts of the fields, each in one file; the one of every page knows where the large one lies.

import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { bundle } from "../language/bundle.mjs";

const [folder] = process.argv.slice(2), here = (name) => fileURLToPath(new URL(name, import.meta.url));
const machine = join(folder, "answers-machine.js");

await bundle(here("your_book.mjs"), join(folder, "answers-book.js"));
await bundle(here("machine.mjs"), machine, { globalName: "nbanswers" });
const version = createHash("sha256").update(readFileSync(machine)).digest("hex").slice(0, 8);
await bundle(here("page.mjs"), join(folder, "answers.js"), { define: { MACHINE: JSON.stringify(`answers-machine.js?v=${version}`) } });
