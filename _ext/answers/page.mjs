// Fields under exercises, options in boxes of predictions, marks in the contents, and the way back to where one was.

import { _ } from "../language/words.mjs";
import { book, make, marks, note, page, root } from "./common.mjs";
import { exercise, isDue } from "./keep.mjs";
import { held, sentence } from "./settled.mjs";

const script = document.currentScript, now = () => Date.now();
const title = document.querySelector("h1")?.firstChild?.textContent.trim() ?? "";
let serial = 0;

// -- what reads and checks is loaded when a field is first used -----------------------------------------------------

let machine;
function load() {
  return machine ??= new Promise((resolve, reject) => {
    const src = new URL(MACHINE, script.src);
    document.head.append(make("script", { src, onload: () => resolve(globalThis.nbanswers),
      onerror: () => { machine = undefined; reject(new Error(_`The part of the page that checks answers could not be loaded.`)); } }));
  });
}

// -- exercises ------------------------------------------------------------------------------------------------------

function field(box) {
  const asked = JSON.parse(box.dataset.answer), { id } = box, before = book.data.answers[id], due = isDue(before, now());
  if (asked.kind === "self") return compare(box, id, asked.fields);
  const said = make("p", { className: "answer-said", role: "status" });
  const form = make("form", { className: "answer-form", noValidate: true });
  const inputs = asked.kind === "choice" ? choices(asked, id) : boxes(asked);
  form.append(inputs.element, make("button", { type: "submit", textContent: _`Check` }), said);
  box.replaceChildren(form);
  if (before?.typed && !due) inputs.fill(before.typed);
  if (due) said.textContent = _`You solved this some days ago. Can you still?`;
  else if (before?.state === "solved") say(box, said, _`Right.`);
  form.addEventListener("input", () => say(box, said, ""));                 // a remark is about what was checked
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    let words = "", right = null;                                          // of what cannot be read nothing is known
    try { words = await inputs.verdict(); right = words === _`Right.`; } catch (error) { words = error.message; inputs.point?.(error); }
    if (!words) return;
    say(box, said, words);
    book.answered(id, { typed: inputs.typed(), page, fields: asked.fields, right }, now());
    marks();
  });
}

function say(box, said, words) {
  const right = words === _`Right.`;
  said.textContent = right ? `✓ ${words}` : words;
  box.classList.toggle("solved", right);
  const code = box.parentElement.querySelector(":scope > .answer-code > summary");
  if (code && right) code.textContent = _`The code that checked`;
}

function choices(asked, id) {
  const radios = asked.choices.map((text) => make("input", { type: "radio", name: `choice-${id}`, value: text }));
  const chosen = () => radios.findIndex((radio) => radio.checked);
  return {
    element: make("fieldset", {}, make("legend", { textContent: asked.label }),
      ...radios.map((radio) => make("label", { className: "answer-choice" }, radio, make("span", { textContent: radio.value })))),
    typed: () => [radios[chosen()]?.value ?? ""],
    fill: ([text]) => radios.forEach((radio) => { radio.checked = radio.value === text; }),
    verdict: async () => {
      if (chosen() < 0) throw new Error(_`Choose one of them.`);
      return asked.verdicts[chosen()];
    },
  };
}

function boxes(asked) {
  const { shape } = asked, count = shape.reduce((all, n) => all * n, 1), columns = shape.at(-1) ?? 1;
  const inputs = Array.from({ length: count }, () => make("input", { type: "text", autocapitalize: "off", autocomplete: "off",
    spellcheck: false, enterKeyHint: "done", className: "answer-input" }));
  const shown = make("div", { className: `answer-read answer-${asked.kind}`, id: `answer-read-${serial += 1}` });
  const names = [...new Set([...asked.names, ...asked.spare].map((name) => name.replace(/\[\d+\]$/, "[i]")))].sort();
  const [, told = ""] = /\bin (.+)$/.exec(asked.label) ?? [];            // a label that says "in w and x" is enough
  inputs.forEach((input, k) => {
    input.setAttribute("autocorrect", "off");
    input.setAttribute("aria-describedby", shown.id);
    const row = Math.floor(k / columns) + 1, column = k % columns + 1;
    if (shape.length) input.setAttribute("aria-label", shape.length === 1 ? _`entry ${column}` : _`row ${row}, column ${column}`);
    input.addEventListener("focus", () => load().catch(() => {}), { once: true });
    input.addEventListener("input", understood);
  });
  const { label } = asked, all = names.join(", ");
  const legend = names.every((name) => told.split(/[^\w[\]]+/).includes(name)) ? label : _`${label} (in ${all})`;
  const grid = make("div", { className: "answer-grid" }, ...inputs);
  grid.style.setProperty("--columns", columns);
  const element = shape.length ? make("fieldset", {}, make("legend", { textContent: legend }), grid, shown)
    : make("div", {}, make("label", {}, make("span", { textContent: legend }), inputs[0]), shown);

  let latest = 0;
  async function understood() {
    const turn = latest += 1, { show } = await load().catch(() => ({}));
    if (show && turn === latest) show(inputs, asked, shown);
  }

  return {
    element, typed: () => inputs.map((input) => input.value),
    fill: (typed) => { inputs.forEach((input, k) => { input.value = typed[k] ?? ""; }); },
    point: ({ input }) => { if (input) { input.setAttribute("aria-invalid", "true"); input.focus(); } },
    verdict: async () => (await load()).verdict(inputs, asked),
  };
}

function compare(box, id, fields) {
  const said = make("p", { className: "answer-said", role: "status" });
  const words = { had: _`I had it`, partly: _`Partly`, not: _`Not yet` };
  const kept = { had: _`Kept: I had it.`, partly: _`Kept: partly.`, not: _`Kept: not yet.` };
  const buttons = Object.entries(words).map(([state, textContent]) => make("button", { type: "button", textContent, onclick: () => {
    book.compared(id, state, page, fields);
    show();
    marks();
  } }));
  const show = () => {
    const { state } = book.data.answers[id] ?? {};
    buttons.forEach((button, k) => button.setAttribute("aria-pressed", String(Object.keys(words)[k] === state)));
    said.textContent = kept[state] ?? "";
  };
  box.replaceChildren(make("div", { role: "group", "aria-label": _`Compare with the solution`, className: "answer-self" },
    make("span", { textContent: _`Compare with the solution:` }), ...buttons), said);
  show();
}

// -- predictions ----------------------------------------------------------------------------------------------------

const SKETCHES = { up: "M2 14L14 2", down: "M2 2L14 14", flat: "M2 8H14", rises: "M2 14L14 2", falls: "M2 2L14 14", stays: "M2 8H14" };

function sketch(text) {
  const path = SKETCHES[text.toLowerCase()], hold = document.createElement("span");
  if (path) hold.innerHTML = `<svg class="sketch" viewBox="0 0 16 16" width="16" height="16" aria-hidden="true"><path d="${path}"/></svg>`;
  return hold;
}

function prediction(box) {
  const asked = JSON.parse(box.dataset.prediction), { id } = box, before = book.data.predictions[id];
  const said = make("p", { className: "answer-said", role: "status" });
  const kept = (value) => {
    const settled = asked.kind !== "line";
    book.predicted(id, value, settled ? held(asked, value) : null, page);
    said.textContent = settled ? _`Kept. The text settles it further down.` : _`Kept.`;
    settle(id, asked);
    marks();
  };
  if (asked.kind === "choice") {
    box.append(make("fieldset", {}, make("legend", { textContent: _`Your prediction` }), ...asked.options.map((text) => {
      const radio = make("input", { type: "radio", name: id, value: text, checked: before?.said === text, onchange: () => kept(text) });
      return make("label", { className: "answer-choice" }, radio, sketch(text), make("span", { textContent: text }));
    })), said);
  } else if (asked.kind === "number") {
    const [low, high] = asked.between, middle = (low + high) / 2;
    const shown = make("output", { textContent: before ? String(before.said) : "?" });
    const range = make("input", { type: "range", min: low, max: high, step: Number(((high - low) / 100).toPrecision(2)), value: before?.said ?? middle });
    range.addEventListener("input", () => { shown.textContent = range.value; });
    range.addEventListener("change", () => kept(Number(range.value)));
    box.append(make("label", { className: "answer-line" }, make("span", { textContent: _`Your prediction` }), make("span", { textContent: low }),
      range, make("span", { textContent: high }), shown), said);
  } else {
    const text = make("input", { type: "text", className: "answer-input", value: before?.said ?? "", maxLength: 300 });
    text.addEventListener("change", () => kept(text.value));
    box.append(make("label", {}, make("span", { textContent: _`Your prediction, for yourself` }), text), said);
  }
  settle(id, asked);
}

function settle(id, asked) {
  const place = document.querySelector(`[data-settles="${id}"]`), before = book.data.predictions[id];
  if (place) place.textContent = sentence(asked, before?.said);
  if (place) place.classList.toggle("held", Boolean(before?.held));
}

// -- where the reader was -------------------------------------------------------------------------------------------

// Of a section far away only its place is asked for: the browser has not laid out what is in it, and need not.
function here() {
  let passed;
  for (let part = document.querySelector(".bd-article"); part;) {
    part = [...part.querySelectorAll(":scope > section")].filter((one) => one.getBoundingClientRect().top < innerHeight / 3).at(-1);
    passed = part ?? passed;
  }
  return { section: passed?.firstElementChild.firstChild?.textContent.trim() ?? "", hash: passed?.id ?? "" };
}

function remember() {
  const total = new Set([...document.querySelectorAll("[data-answer]")].map(({ id }) => exercise(id))).size;
  if (/^book\/(\d\d_|zoo)/.test(page)) book.visited(page, title, total, here());
}

function goOn() {
  const { last } = book.data, first = document.querySelector(".start-here") ?? document.querySelector(".bd-article h1");
  if (!last || page !== "book/index" || !first) return;
  const link = make("a", { href: new URL(`${last.page}.html${last.hash ? `#${last.hash}` : ""}`, root), textContent: last.section && last.section !== last.title ? `${last.title}: ${last.section}` : last.title });
  first.after(make("p", { className: "go-on" }, _`Continue where you were: `, link));
}

// -- all of it ------------------------------------------------------------------------------------------------------

// A browser that fills forms in looks, when the page is read, where each box for text stands, and lays out the box's whole
// section for that. Until then there is none.
function waiting() {
  const fields = document.querySelectorAll(":is([data-answer], [data-prediction]) input[type=text]");
  const turn = (type) => fields.forEach((one) => { one.type = type; });
  turn("button");
  addEventListener("DOMContentLoaded", () => setTimeout(turn, 0, "text"));
}

function start() {
  document.querySelectorAll("[data-answer]").forEach(field);
  document.querySelectorAll("[data-prediction]").forEach(prediction);
  waiting();
  document.querySelector(".bd-article h1")?.after(note);
  goOn();
  marks();
  addEventListener("load", () => setTimeout(() => { remember(); marks(); }));  // where the reader is, when all is laid out
  addEventListener("pagehide", remember);
  addEventListener("storage", () => { book.load(); marks(); });
}

start();
