// What is loaded when a reader first comes to a field: reading, printing, checking.

export { entries } from "./entries.mjs";
export { read, NotRead } from "./reader.mjs";
export { canonical, mathml } from "./print.mjs";
export { remark } from "./check.mjs";
