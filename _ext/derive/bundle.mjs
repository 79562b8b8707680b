// node bundle.mjs TARGET FOLDER VERSION: the page's script into TARGET; what reads steps and what draws pictures into FOLDER;
// the page's script knows the name of the folder, which is that of its edition.

import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { buildSync } from "esbuild";

const [target, folder, version] = process.argv.slice(2), here = (name) => fileURLToPath(new URL(name, import.meta.url));

function bundle(source, outfile, more) {
  buildSync({ entryPoints: [here(source)], outfile, bundle: true, minify: true, format: "iife", charset: "utf8",
    target: "es2022", logLevel: "warning", ...more });
}

bundle("steps.mjs", join(folder, "steps.js"), { globalName: "nbsteps" });
bundle("picture.mjs", join(folder, "picture.js"), { globalName: "nbpicture" });
bundle("page.mjs", join(target, "derive.js"), { define: { VERSION: JSON.stringify(version) } });
