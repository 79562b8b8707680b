// Tasks on paper: room to write, and the answers on a page of their own.

import { _ } from "../language/words.mjs";
import { make } from "../answers/common.mjs";
import { drawing } from "./drawing.mjs";
import { equation, formula, given, prose } from "./text.mjs";

export function print(title, tasks, address) {
  document.querySelector(".practice-sheet")?.remove();
  const { classList } = document.documentElement, sheet = paper(title, tasks, address);
  document.body.append(sheet);
  classList.add("practice-printing");
  addEventListener("afterprint", () => { classList.remove("practice-printing"); sheet.remove(); }, { once: true });
  globalThis.print();
}

function paper(title, tasks, address) {
  return make("div", { className: "practice-sheet" },
    make("h1", { textContent: title }), make("p", { className: "practice-who", textContent: _`Name:` }), ...tasks.map(asked),
    make("p", { className: "practice-address", textContent: address }),
    make("div", { className: "practice-answers" }, make("h1", { textContent: _`${title}: answers` }), ...tasks.map(answered)));
}

function asked(task, order) {
  const room = () => make("span", { className: "practice-room" });
  const lines = task.kind === "slip" ? [...task.lines.map((line, k) => [`${k + 1}. `, equation(task, line.left, task.shown[k])]),
    [_`The first false line is line`, room()], [_`It should read`, room()]]
    : task.lines.map((line) => [formula(task, line.left), make("span", { className: "practice-equals", textContent: "=" }), room(), make("span", {}, ...prose(task, line.ask ?? ""))]);
  return make("section", {}, make("h2", { textContent: `${order + 1}. ${task.title}` }), ...given(task, drawing(task)), ...lines.map((parts) => make("p", { className: "practice-write" }, ...parts)));
}

const named = (number) => _`Line ${number}:`;

function answered(task, order) {
  const wanted = task.kind === "slip" ? [task.false] : task.lines.map((_, k) => k);
  return make("section", {}, make("h2", { textContent: `${order + 1}. ${task.title}` }), ...wanted.map((k) =>
    make("p", {}, task.kind === "slip" ? `${named(k + 1)} ` : "", equation(task, task.lines[k].left, task.lines[k].right))));
}
