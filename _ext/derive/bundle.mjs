// node bundle.mjs TARGET FOLDER VERSION: the page's script into TARGET; what reads steps and what draws pictures into FOLDER;
// the page's script knows the name of the folder, which is that of its edition.

import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { bundle } from "../language/bundle.mjs";

const [target, folder, version] = process.argv.slice(2), here = (name) => fileURLToPath(new URL(name, import.meta.url));

await bundle(here("steps.mjs"), join(folder, "steps.js"), { globalName: "nbsteps" });
await bundle(here("picture.mjs"), join(folder, "picture.js"), { globalName: "nbpicture" });
await bundle(here("page.mjs"), join(target, "derive.js"), { define: { VERSION: JSON.stringify(version) } });
