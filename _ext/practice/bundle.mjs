// node bundle.mjs FOLDER: the page's script, and the small one of a chapter with a box, which knows where the other lies.

import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { buildSync } from "esbuild";

const [folder] = process.argv.slice(2), here = (name) => fileURLToPath(new URL(name, import.meta.url));
const machine = join(folder, "practice.js");

function bundle(source, outfile, more) {
  buildSync({ entryPoints: [here(source)], outfile, bundle: true, minify: true, format: "iife", charset: "utf8",
    target: "es2022", logLevel: "warning", ...more });
}

bundle("page.mjs", machine, { globalName: "nbpractice" });
const version = createHash("sha256").update(readFileSync(machine)).digest("hex").slice(0, 8);
bundle("box.mjs", join(folder, "practice-box.js"), { define: { MACHINE: JSON.stringify(`practice.js?v=${version}`) } });
