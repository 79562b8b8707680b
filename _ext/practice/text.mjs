// Texts of a task as they stand on the page: prose with formulas between backticks, left sides, equations.

import { _ } from "../language/words.mjs";
import { make } from "../answers/common.mjs";
import { show } from "./judge.mjs";

export function formula(task, text) {
  const hold = make("span", { className: "practice-math" });
  try { hold.innerHTML = show(task, text); } catch { hold.textContent = text; }   // a number with a decimal comma
  return hold;
}

// What closes a formula, a comma or a bracket, stays by it.
export function prose(task, text) {
  const parts = text.split("`"), made = [];
  for (let k = 0; k < parts.length; k += 2) {
    const [, stop, rest] = /^([.,;:?!)’”]*)(.*)$/su.exec(parts[k]), before = k && inline(task, parts[k - 1]);
    if (before) made.push(stop ? make("span", { className: "practice-stop" }, before, stop) : before);
    made.push(rest);
  }
  return made;
}

function inline(task, text) {
  const [, left, right] = /^([^=]+) = ([^=]+)$/.exec(text) ?? [];
  return left ? equation(task, left, right) : formula(task, text);
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
    ...(numbers.length ? [list(numbers, task.shapes ? _` is ` : " = ", (value) => Array.isArray(value) ? value.join(" × ") : String(value).replace("-", "−"))] : [])];
}
