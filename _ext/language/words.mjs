// _`${done} of ${all} done`: a text that a reader sees. While the site is built the words of its language take its place
// (bundle.mjs); where a script runs as it is, it says what stands in it.

export function _(parts, ...names) { return String.raw(parts, ...names); }
