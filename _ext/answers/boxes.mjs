// What stands in the boxes of a field: shown as it is understood, and judged.

import { remark } from "./check.mjs";
import { entries } from "./entries.mjs";
import { mathml } from "./print.mjs";
import { read } from "./reader.mjs";

const known = ({ names, spare, shape }) => ({ names: [...names, ...spare], comma: !shape.length });
const DECIMAL = /^\s*(-?\d*\.?\d*)?\s*$/;                                 // it is what it looks like

export function show(inputs, asked, shown) {
  spread(inputs, asked);
  const printed = [];
  for (const input of inputs) {
    input.removeAttribute("aria-invalid");
    if (!input.value.trim()) continue;
    try { printed.push(mathml(read(input.value, known(asked)))); } catch (error) { printed.push(pointed(error, input.value)); }
  }
  shown.innerHTML = inputs.every(({ value }) => DECIMAL.test(value)) ? "" : printed.join('<span class="answer-comma">, </span>');
}

// A row typed with commas into the first box fills the others.
function spread(inputs, { shape }) {
  if (!shape.length || !/[,;]/.test(inputs[0].value)) return;
  const flat = entries(inputs[0].value).flat();
  if (flat.length === inputs.length) inputs.forEach((each, k) => { each.value = flat[k]; });
}

// A message that points at the place: what is typed up to there, and the place marked.
export function pointed({ from = 0, to = from + 1, message }, text) {
  const hold = document.createElement("p"), wrong = document.createElement("span"), mark = document.createElement("mark");
  wrong.className = "answer-wrong";
  mark.textContent = text.slice(from, to).slice(0, 20) || " ";
  wrong.append(text.slice(Math.max(0, from - 20), from), mark);
  hold.append(wrong, " ", message);
  return hold.innerHTML;
}

// The remark; an error has the box that it is about.
export function verdict(inputs, asked) {
  const { shape } = asked, empty = inputs.slice(1).every((input) => !input.value.trim());
  const typed = shape.length && empty ? entries(inputs[0].value) : [], flat = typed.flat();
  if (flat.length > 1 && new Set(typed.map((row) => row.length)).size === 1) {
    return remark({ shape: shape.length === 1 ? [flat.length] : [typed.length, typed[0].length], entries: flat.map((text) => read(text, known(asked))) }, asked);
  }
  return remark({ shape, entries: inputs.map((input) => {
    try { return read(input.value, known(asked)); } catch (error) { throw Object.assign(error, { input }); }
  }) }, asked);
}
