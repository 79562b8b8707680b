// What is loaded when a reader first comes to a field: reading, printing, checking.

export { show, verdict } from "./boxes.mjs";
