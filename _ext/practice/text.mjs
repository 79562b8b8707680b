// Texts of a task as they stand on the page: prose with formulas between backticks, left sides, equations.

import { make } from "../answers/common.mjs";
import { show } from "./judge.mjs";

// MathML; brackets grow only where a fraction stands in them.
export function typeset(task, text) {
  const made = show(task, text);
  return made.includes("<mfrac") ? made : made.replace(/<mo>(?=[()|])/g, '<mo stretchy="false">');
}

export function formula(task, text) {
  const hold = make("span", { className: "practice-math" });
  try { hold.innerHTML = typeset(task, text); } catch { hold.textContent = text; }   // a number with a decimal comma
  return hold;
}

export function prose(task, text) {
  return text.split("`").map((part, k) => {
    const [, left, right] = /^([^=]+) = ([^=]+)$/.exec(part) ?? [];
    return k % 2 ? left ? equation(task, left, right) : formula(task, part) : part;
  });
}

export function equation(task, left, right) {
  return make("span", { className: "practice-equation" }, formula(task, left), make("span", { className: "practice-equals", textContent: "=" }), formula(task, right));
}

// What is known: the story, its steps in their order, the names' meanings, the numbers.
export function given(task, drawing) {
  const words = Object.entries(task.words ?? {}), numbers = Object.entries({ ...task.at, ...task.shapes });
  const list = (all, sign, say) => make("p", { className: "practice-names" }, ...all.flatMap(([name, value], k) => [k ? ", " : "", make("span", { className: "practice-name" }, formula(task, name), sign, say(value))]));
  return [make("p", { className: "practice-story" }, ...prose(task, task.story)), ...(drawing ? [drawing] : []),
    make("ol", { className: "practice-steps", role: "list" }, ...task.steps.map(([left, right]) => make("li", {}, equation(task, left, right)))),
    ...(words.length ? [list(words, ": ", (word) => word)] : []),
    ...(numbers.length ? [list(numbers, task.shapes ? " is " : " = ", (value) => Array.isArray(value) ? value.join(" × ") : String(value).replace("-", "−"))] : [])];
}
