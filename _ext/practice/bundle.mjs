// node bundle.mjs FOLDER: the page's script, and the small one of a chapter with a box, which knows where the other lies.

import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { bundle } from "../language/bundle.mjs";

const [folder] = process.argv.slice(2), here = (name) => fileURLToPath(new URL(name, import.meta.url));
const machine = join(folder, "practice.js");

await bundle(here("page.mjs"), machine, { globalName: "nbpractice" });
const version = createHash("sha256").update(readFileSync(machine)).digest("hex").slice(0, 8);
await bundle(here("box.mjs"), join(folder, "practice-box.js"), { define: { MACHINE: JSON.stringify(`practice.js?v=${version}`) } });
