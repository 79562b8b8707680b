// node bundle.mjs: the script of every deck, reveal.js and its speaker's view in it, to standard output.

import { fileURLToPath } from "node:url";
import { buildSync } from "esbuild";

const [made] = buildSync({ entryPoints: [fileURLToPath(new URL("deck.mjs", import.meta.url))], bundle: true, minify: true,
  format: "iife", charset: "utf8", target: "es2022", logLevel: "warning", write: false }).outputFiles;
process.stdout.write(made.text);
