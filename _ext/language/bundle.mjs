// Scripts, each with all that it needs in one file, in the words of the book's language.
//
// The words are read from the standard input: {as they stand in the sources: in the language}.

import { readFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { build } from "esbuild";

const SAID = /(?<![\w$.}`])_`([^`]*)`/g, words = JSON.parse(readFileSync(0, "utf8") || "{}");

function translated({ onLoad }) {
  onLoad({ filter: /[\\/]_ext[\\/].*\.mjs$/ }, async ({ path }) => {
    const said = (_, text) => `\`${(words[text] ?? text).replaceAll("\\", "\\\\")}\``;
    return { contents: (await readFile(path, "utf8")).replace(SAID, said) };
  });
}

export async function bundle(source, outfile, more) {
  await build({ entryPoints: [source], outfile, bundle: true, minify: true, format: "iife", charset: "utf8",
    target: "es2022", logLevel: "warning", plugins: [{ name: "words", setup: translated }], ...more });
}
