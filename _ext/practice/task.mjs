// One task: its lines, each a field that is checked when it is finished; or a derivation in which one line is false.

import { _ } from "../language/words.mjs";
import { pointed } from "../answers/boxes.mjs";
import { make } from "../answers/common.mjs";
import { drawing } from "./drawing.mjs";
import { judge, show } from "./judge.mjs";
import { equation, formula, given, prose } from "./text.mjs";

const PLAIN = /^\s*[-−]?\d*[.,]?\d*\s*$|^[\s\d,()]+$/;                 // it is what it looks like
let serial = 0, pressed = false;
addEventListener("pointerdown", () => { pressed = true; }, true);
for (const end of ["pointerup", "pointercancel"]) addEventListener(end, () => { pressed = false; }, true);

const toMend = ({ number }) => _`The first line to mend is line ${number}.`;
const released = () => pressed ? new Promise((go) => addEventListener("click", go, { once: true })) : Promise.resolve();
const button = (textContent, onclick, more) => make("button", { type: "button", textContent, onclick, ...more });

// The element of a task. `work` is what was done of it, {typed, shown, wrong, found}, and changes; `changed` and `done` are called.
export function taskView(task, work, { changed, done }) {
  const body = make("div", { className: "practice-body" });
  const mended = task.kind === "slip" ? [task.false] : task.lines.map((_, k) => k), left = new Set(mended);
  const sum = make("p", { className: "practice-sum" });
  const views = mended.map((k) => lineView(task, k, work, { changed: count, closed }));

  // Hints stand by the line that is worked on: where the focus is, else the first that is not done.
  function current(view) { views.forEach((each) => each.element.classList.toggle("practice-current", each === view)); }
  function closed(k, byHand) {
    left.delete(k);
    count();
    current(views[mended.indexOf(next(k))]);
    if (!left.size) return done(byHand);
    if (byHand) views[mended.indexOf(next(k))].focus();
  }
  function next(k) { return mended.find((each) => each > k && left.has(each)) ?? Math.min(...left); }
  function count() {
    const wrong = views.find((view) => view.isWrong());
    sum.textContent = views.length < 2 ? "" : wrong ? toMend(wrong) : left.size === views.length ? _`Enter checks a line, and so does going on to the next.` : "";
    changed();
  }
  const lines = make("ol", { className: "practice-lines", role: "list" }, ...views.map(({ element }) => element));
  if (task.kind === "slip" && !work.found) body.append(finding(task, work, { changed, found: () => { body.replaceChildren(whole(task), lines); views[0].focus(); } }));
  else if (task.kind === "slip") body.append(whole(task), lines);
  else body.append(lines, sum);
  views.forEach((view) => view.again());
  current(views[mended.indexOf(next(-1))]);
  count();
  lines.addEventListener("focusin", ({ target }) => {
    const view = views.find(({ element }) => element.contains(target));
    if (!view.element.classList.contains("practice-closed")) current(view);
  });
  return [...given(task, drawing(task)), body];
}

// -- a line ---------------------------------------------------------------------------------------------------------

function lineView(task, k, work, { changed, closed }) {
  const line = task.lines[k], number = k + 1, id = `practice-${serial += 1}`;
  const what = `${line.left}${line.ask ? `, ${line.ask.replaceAll("`", "")}` : ""}`;
  const input = make("input", { type: "text", id, className: "answer-input", autocapitalize: "off", autocomplete: "off", spellcheck: false, enterKeyHint: "next",
    "aria-label": _`Line ${number}: ${what}`, "aria-describedby": `${id}-read ${id}-said`, value: work.typed[k] ?? "" });
  input.setAttribute("autocorrect", "off");
  const shown = make("div", { className: "answer-read", id: `${id}-read` }), said = make("p", { className: "answer-said", id: `${id}-said`, role: "status" });
  const hints = make("ol", { className: "practice-hints", role: "list", "aria-live": "polite" });
  const hint = button(_`Hint`, () => {
    hints.append(make("li", {}, ...prose(task, line.hints[hints.children.length])));
    if (hints.children.length === line.hints.length) { hint.hidden = true; input.focus(); } else hint.textContent = _`Next hint`;
  }, { "aria-label": _`Hint for line ${number}: ${what}` });
  const reveal = button(_`Show me this line`, () => {
    if (!work.shown.includes(k)) work.shown.push(k);
    work.typed[k] = line.right;
    close(true, true);
  }, { "aria-label": _`Show me this line, line ${number}: ${what}` });
  const form = make("form", { className: "practice-form", noValidate: true },
    make("label", { htmlFor: id }, make("span", { className: "practice-number", textContent: `${number}` }), formula(task, line.left), make("span", { className: "practice-equals", textContent: "=" })),
    input, make("span", { className: "practice-ask" }, ...prose(task, line.ask ?? "")), make("div", { className: "practice-help" }, ...(line.hints.length ? [hint] : []), reveal), shown);
  const element = make("li", { className: "practice-line" }, form, said, hints);
  const { left, right } = line;
  let judged = "", wrong = false;

  form.addEventListener("submit", (event) => { event.preventDefault(); check(true); });
  form.addEventListener("focusout", async ({ relatedTarget }) => {          // hints are no way out of the line
    if (form.contains(relatedTarget)) return;
    await released();
    if (element.isConnected) check(false);
  });
  input.addEventListener("input", () => {
    input.removeAttribute("aria-invalid");
    said.textContent = judged = "";
    work.typed[k] = input.value;
    understood();
    changed();
  });

  function understood() {
    const text = input.value;
    try { shown.innerHTML = !text.trim() || PLAIN.test(text) ? "" : show(task, text); } catch (error) { shown.innerHTML = pointed(error, text); }
  }

  function check(byHand) {
    const typed = input.value;
    if (form.hidden || !byHand && (!typed.trim() || typed === judged)) return;
    let words;
    try { words = judge(task, k, typed); } catch (error) { words = error; }
    if (words === _`Right.`) return close(byHand, false);
    input.setAttribute("aria-invalid", "true");
    if (words instanceof Error) said.textContent = words.message;
    else {
      if (typed !== judged) work.wrong += 1;
      wrong = true;
      said.replaceChildren(...prose(task, words));
    }
    judged = typed;
    changed();
  }

  function close(byHand, isShown) {
    wrong = false;
    form.hidden = hints.hidden = true;
    element.classList.add("practice-closed");
    const mark = make("span", { className: "practice-mark", textContent: isShown ? _`shown` : "✓" });
    element.prepend(make("div", { className: "practice-right" }, make("span", { className: "practice-number", textContent: `${number}` }), equation(task, line.left, work.typed[k]), mark));
    said.replaceChildren(make("span", { className: "practice-aloud", textContent: isShown ? _`Line ${number} is shown: ${left} = ${right}.` : _`Line ${number} is right.` }));
    closed(k, byHand);
  }

  // What was there when the task was left.
  function again() {
    if (work.shown.includes(k)) return close(false, true);
    if (!input.value.trim()) return;
    understood();
    try { if (judge(task, k, input.value) === _`Right.`) close(false, false); } catch { /* it is not finished */ }
  }
  return { element, number, again, focus: () => input.focus(), isWrong: () => wrong };
}

// -- the line that is false -------------------------------------------------------------------------------------------

function finding(task, work, { changed, found }) {
  const name = `practice-${serial += 1}`, said = make("p", { className: "answer-said", role: "status" });
  const radios = task.lines.map(() => make("input", { type: "radio", name }));
  const rows = task.lines.map((line, k) => make("label", { className: "answer-choice practice-choice" }, radios[k], make("span", { className: "practice-number", textContent: `${k + 1}` }), equation(task, line.left, task.shown[k])));
  const find = (isShown) => {
    work.found = true;
    if (isShown && !work.shown.includes(task.lines.length)) work.shown.push(task.lines.length);
    changed();
    found();
  };
  const form = make("form", { className: "practice-find", noValidate: true }, make("fieldset", {}, make("legend", { textContent: _`Which line is the first false one?` }), ...rows),
    make("div", { className: "practice-buttons" }, make("button", { type: "submit", textContent: _`This one`, className: "practice-go" }), button(_`Show me the line`, () => find(true))), said);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const k = radios.findIndex((radio) => radio.checked), number = k + 1;
    if (k === task.false) return find(false);
    if (k >= 0) work.wrong += 1;
    said.textContent = k < 0 ? _`Choose a line.` : isRight(task, k) ? _`Not yet: line ${number} is right.` : _`Not yet: line ${number} only carries on what came before it.`;
    changed();
  });
  form.addEventListener("change", () => { said.textContent = ""; });
  return form;
}

function isRight(task, k) { try { return judge(task, k, task.shown[k]) === _`Right.`; } catch { return false; } }

// The derivation once its false line is found.
function whole(task) {
  const rows = task.lines.map((line, k) => make("li", k === task.false ? { className: "practice-false" } : {}, make("span", { className: "practice-number", textContent: `${k + 1}` }),
    equation(task, line.left, task.shown[k]), ...(k === task.false ? [make("span", { className: "practice-mark", textContent: _`the slip` })] : [])));
  const [, , remark] = task.lines[task.false].slips[0] ?? [], number = task.false + 1;
  return make("div", {}, make("ol", { className: "practice-shown", role: "list" }, ...rows),
    make("p", { role: "status" }, make("strong", { textContent: _`Line ${number} it is.` }), " ", ...prose(task, remark ?? ""), " ", _`Now write it as it should be.`));
}
