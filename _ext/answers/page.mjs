// Fields under exercises, options in boxes of predictions, marks in the contents, and the page "Your book".

import { Book, isDone, isDue } from "./keep.mjs";
import { entries, held, sentence } from "./settled.mjs";

const book = new Book(() => globalThis.localStorage), now = () => Date.now();
const script = document.currentScript, root = new URL(document.documentElement.dataset.content_root ?? "./", location);
const page = docname(location), title = document.querySelector("h1")?.firstChild?.textContent.trim() ?? "";
const make = (tag, props = {}, ...inside) => {
  const made = Object.assign(document.createElement(tag), props);
  for (const [name, value] of Object.entries(props)) if (name.includes("-") || name === "role") made.setAttribute(name, value);
  made.append(...inside);
  return made;
};
const line = make("p", { className: "kept-note", role: "status" });
let serial = 0;

function docname(url) {
  return new URL(url, location).href.split(/[?#]/)[0].replace(root.href, "").replace(/\.html$/, "");
}

// -- what reads and checks is loaded when a field is first used -----------------------------------------------------

let machine;
function load() {
  return machine ??= new Promise((resolve, reject) => {
    const src = new URL(MACHINE, script.src);
    document.head.append(make("script", { src, onload: () => resolve(globalThis.nbanswers),
      onerror: () => { machine = undefined; reject(new Error("The part of the page that checks answers could not be loaded.")); } }));
  });
}

// -- exercises ------------------------------------------------------------------------------------------------------

function field(box) {
  const asked = JSON.parse(box.dataset.answer), { id } = box, before = book.data.answers[id], due = isDue(before, now());
  if (asked.kind === "self") return compare(box, id);
  const said = make("p", { className: "answer-said", role: "status" });
  const form = make("form", { className: "answer-form", noValidate: true });
  const inputs = asked.kind === "choice" ? choices(asked, id) : boxes(asked);
  form.append(inputs.element, make("button", { type: "submit", textContent: "Check" }), said);
  box.replaceChildren(form);
  if (before?.typed && !due) inputs.fill(before.typed);
  if (due) said.textContent = "You solved this some days ago. Can you still?";
  else if (before?.state === "solved") say(box, said, "Right.");
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    let words = "";
    try { words = await inputs.verdict(); } catch (error) { words = error.message; inputs.point?.(error); }
    if (!words) return;
    const judged = /^(Right|Close|Not yet)/.test(words), right = words === "Right.";
    say(box, said, words);
    book.answered(id, { typed: inputs.typed(), page, right: judged ? right : null }, now());
    marks();
  });
}

function say(box, said, words) {
  const right = words === "Right.";
  said.textContent = right ? "✓ Right." : words;
  box.classList.toggle("solved", right);
  const code = box.parentElement.querySelector(":scope > .answer-code > summary");
  if (code && right) code.textContent = "The code that checked";
}

function choices(asked, id) {
  const radios = asked.choices.map((text) => make("input", { type: "radio", name: `choice-${id}`, value: text }));
  const chosen = () => radios.findIndex((radio) => radio.checked);
  return {
    element: make("fieldset", {}, make("legend", { textContent: asked.label }),
      ...radios.map((radio) => make("label", { className: "answer-choice" }, radio, make("span", { textContent: radio.value })))),
    typed: () => [radios[chosen()]?.value ?? ""],
    fill: ([text]) => radios.forEach((radio) => { radio.checked = radio.value === text; }),
    verdict: async () => chosen() < 0 ? "Choose one of them." : asked.verdicts[chosen()],
  };
}

function boxes(asked) {
  const { shape } = asked, count = shape.reduce((all, n) => all * n, 1), columns = shape.at(-1) ?? 1;
  const inputs = Array.from({ length: count }, () => make("input", { type: "text", autocapitalize: "off", autocomplete: "off",
    spellcheck: false, enterKeyHint: "done", className: "answer-input" }));
  const shown = make("div", { className: "answer-read", id: `answer-read-${serial += 1}` });
  const names = [...asked.names, ...asked.spare].map((name) => name.replace(/\[\d+\]$/, "[i]"));
  const allowed = names.length ? `in ${[...new Set(names)].sort().join(", ")}` : "";
  const options = { names: [...asked.names, ...asked.spare], comma: !shape.length };
  inputs.forEach((input, k) => {
    input.setAttribute("autocorrect", "off");
    input.setAttribute("aria-describedby", shown.id);
    if (shape.length) input.setAttribute("aria-label", shape.length === 1 ? `entry ${k + 1}` : `row ${Math.floor(k / columns) + 1}, column ${k % columns + 1}`);
    input.addEventListener("focus", () => load().catch(() => {}), { once: true });
    input.addEventListener("input", () => { spread(input, k); understood(); });
  });
  const legend = `${asked.label}${allowed && !asked.label.includes(allowed) ? ` (${allowed})` : ""}`;
  const grid = make("div", { className: "answer-grid" }, ...inputs);
  grid.style.setProperty("--columns", columns);
  const element = shape.length ? make("fieldset", {}, make("legend", { textContent: legend }), grid, shown)
    : make("div", {}, make("label", {}, make("span", { textContent: legend }), inputs[0]), shown);

  function spread(input, k) {                                        // a row typed with commas into its first field
    if (!shape.length || k || !/[,;]/.test(input.value)) return;
    const flat = entries(input.value).flat();
    if (flat.length === count) inputs.forEach((each, j) => { each.value = flat[j]; });
  }

  let latest = 0;
  async function understood() {
    const turn = latest += 1, { read, mathml } = await load().catch(() => ({}));
    if (!read || turn !== latest) return;
    inputs.forEach((input) => input.removeAttribute("aria-invalid"));
    const printed = [];
    for (const input of inputs) {
      if (!input.value.trim()) continue;
      try { printed.push(mathml(read(input.value, options))); } catch (error) { printed.push(place(error, input.value)); }
    }
    shown.innerHTML = printed.join('<span class="answer-comma">, </span>');
  }

  return {
    element, typed: () => inputs.map((input) => input.value.slice(0, 1000)),
    fill: (typed) => { inputs.forEach((input, k) => { input.value = typed[k] ?? ""; }); },
    point: ({ input }) => { if (input) { input.setAttribute("aria-invalid", "true"); input.focus(); } },
    verdict: async () => {
      const { read, remark } = await load(), trees = [];
      const typed = shape.length && inputs.slice(1).every((input) => !input.value.trim()) ? entries(inputs[0].value) : [];
      const flat = typed.flat();
      if (flat.length > 1 && new Set(typed.map((row) => row.length)).size === 1) {
        return remark({ shape: shape.length === 1 ? [flat.length] : [typed.length, typed[0].length], entries: flat.map((text) => read(text, options)) }, asked);
      }
      for (const input of inputs) {
        try { trees.push(read(input.value, options)); } catch (error) { throw Object.assign(error, { input }); }
      }
      return remark({ shape, entries: trees }, asked);
    },
  };
}

// A message that points at the place: what is typed up to there, and the place marked.
function place(error, text) {
  const { from = 0, to = from + 1, message } = error, start = Math.max(0, from - 20);
  const hold = make("span", { className: "answer-wrong" }, text.slice(start, from), make("mark", { textContent: text.slice(from, to).slice(0, 20) || " " }));
  return `${hold.outerHTML} <span>${make("span", { textContent: message }).innerHTML}</span>`;
}

function compare(box, id) {
  const said = make("p", { className: "answer-said", role: "status" });
  const words = { had: "I had it", partly: "Partly", not: "Not yet" };
  const buttons = Object.entries(words).map(([state, textContent]) => make("button", { type: "button", textContent, onclick: () => {
    book.compared(id, state, page);
    show();
    marks();
  } }));
  const show = () => {
    const { state } = book.data.answers[id] ?? {};
    buttons.forEach((button, k) => button.setAttribute("aria-pressed", String(Object.keys(words)[k] === state)));
    said.textContent = state ? `Kept: ${words[state].toLowerCase()}.`.replace("i had", "I had") : "";
  };
  box.replaceChildren(make("div", { role: "group", "aria-label": "Compare with the solution", className: "answer-self" },
    make("span", { textContent: "Compare with the solution:" }), ...buttons), said);
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
    said.textContent = settled ? "Kept. The text settles it further down." : "Kept.";
    settle(id, asked);
    marks();
  };
  if (asked.kind === "choice") {
    box.append(make("fieldset", {}, make("legend", { textContent: "Your prediction" }), ...asked.options.map((text) => {
      const radio = make("input", { type: "radio", name: id, value: text, checked: before?.said === text, onchange: () => kept(text) });
      return make("label", { className: "answer-choice" }, radio, sketch(text), make("span", { textContent: text }));
    })), said);
  } else if (asked.kind === "number") {
    const [low, high] = asked.between, middle = (low + high) / 2;
    const shown = make("output", { textContent: before ? String(before.said) : "?" });
    const range = make("input", { type: "range", min: low, max: high, step: Number(((high - low) / 100).toPrecision(2)), value: before?.said ?? middle });
    range.addEventListener("input", () => { shown.textContent = range.value; });
    range.addEventListener("change", () => kept(Number(range.value)));
    box.append(make("label", { className: "answer-line" }, make("span", { textContent: "Your prediction" }), make("span", { textContent: low }),
      range, make("span", { textContent: high }), shown), said);
  } else {
    const text = make("input", { type: "text", className: "answer-input", value: before?.said ?? "", maxLength: 300 });
    text.addEventListener("change", () => kept(text.value));
    box.append(make("label", {}, make("span", { textContent: "Your prediction, for yourself" }), text), said);
  }
  settle(id, asked);
}

function settle(id, asked) {
  const place = document.querySelector(`[data-settles="${id}"]`), before = book.data.predictions[id];
  if (place) place.textContent = sentence(asked, before?.said);
  if (place) place.classList.toggle("held", Boolean(before?.held));
}

// -- marks, and where the reader was --------------------------------------------------------------------------------

function marks() {
  const { answers, pages } = book.data, done = {};
  for (const answer of Object.values(answers)) if (isDone(answer)) done[answer.page] = (done[answer.page] ?? 0) + 1;
  for (const link of document.querySelectorAll(".bd-sidebar-primary nav a.reference.internal, .tableofcontents-wrapper a.reference.internal")) {
    const name = docname(link.href), solved = done[name], { total } = pages[name] ?? {};
    link.querySelector(":scope > .done")?.remove();
    if (!solved) continue;
    const full = solved >= total;
    link.append(make("span", { className: "done", textContent: full ? "✓" : `${solved}/${total}`, title: `${solved} of ${total} exercises done` }));
  }
  line.textContent = book.note;
}

function here() {
  const headings = [...document.querySelectorAll(".bd-article section[id] > :is(h1, h2, h3)")];
  const passed = headings.filter((heading) => heading.getBoundingClientRect().top < innerHeight / 3).at(-1);
  return { section: passed?.firstChild?.textContent.trim() ?? "", hash: passed?.parentElement.id ?? "" };
}

function remember() {
  const total = document.querySelectorAll("[data-answer]").length;
  if (/^book\/(\d\d_|zoo)/.test(page)) book.visited(page, title, total, here());
}

function goOn() {
  const { last } = book.data, first = document.querySelector(".start-here") ?? document.querySelector(".bd-article h1");
  if (!last || page !== "book/index" || !first) return;
  const link = make("a", { href: new URL(`${last.page}.html${last.hash ? `#${last.hash}` : ""}`, root), textContent: last.section && last.section !== last.title ? `${last.title}: ${last.section}` : last.title });
  first.after(make("p", { className: "go-on" }, "Continue where you were: ", link));
}

// -- Your book ------------------------------------------------------------------------------------------------------

function yourBook(box) {
  const chapters = JSON.parse(box.dataset.book);
  const list = make("div"), said = make("p", { role: "status" });
  const file = make("input", { type: "file", accept: "application/json,.json", className: "answer-file" });
  const button = (textContent, onclick) => make("button", { type: "button", textContent, onclick });
  let sure = false;
  const erase = button("Erase", () => {
    if (!sure) { sure = true; erase.textContent = "Erase all of it, for good?"; return; }
    sure = false;
    erase.textContent = "Erase";
    book.erase();
    show("All is erased.");
  });
  file.addEventListener("change", async () => {
    const [chosen] = file.files;
    if (chosen) show(book.take(await chosen.text()) || "The file is loaded.");
    file.value = "";
  });
  box.replaceChildren(list, make("div", { className: "answer-buttons" }, button("Save to a file", () => {
    const link = make("a", { href: URL.createObjectURL(new Blob([book.text], { type: "application/json" })), download: "your-book.json" });
    link.click();
    URL.revokeObjectURL(link.href);
  }), make("label", { className: "answer-load" }, "Load a file", file), erase), said);

  function show(words = "") {
    const { answers, predictions } = book.data;
    const again = chapters.flatMap(({ page: at, exercises }) => exercises.filter(({ id }) => isDue(answers[id], now())).map((each) => ({ ...each, at })));
    const rows = chapters.map(({ page: at, title: name, exercises }) => {
      const states = exercises.map(({ id }) => answers[id]?.state ?? "open");
      const solved = states.filter((state) => state === "solved" || state === "had").length;
      const tried = states.filter((state) => ["tried", "partly", "not"].includes(state)).length;
      const said = Object.values(predictions).filter((each) => each.page === at && each.held !== null);
      const cells = [solved, tried, states.length - solved - tried, said.length ? `${said.filter((each) => each.held).length} of ${said.length}` : "–"];
      return make("tr", {}, make("th", { scope: "row" }, make("a", { href: new URL(`${at}.html`, root), textContent: name })),
        ...cells.map((textContent) => make("td", { textContent })));
    });
    list.replaceChildren(
      ...(again.length ? [make("p", { textContent: "To see again today:" }), make("ul", {}, ...again.map(({ at, id, title: name }) =>
        make("li", {}, make("a", { href: new URL(`${at}.html#${id}`, root), textContent: name }))))] : [make("p", { textContent: "Nothing is to be seen again today." })]),
      make("div", { className: "pst-scrollable-table-container" }, make("table", { className: "table" }, make("thead", {}, make("tr", {}, ...["Chapter", "solved", "tried", "open", "predictions held"]
        .map((textContent) => make("th", { scope: "col", textContent })))), make("tbody", {}, ...rows))));
    said.textContent = words;
    marks();
  }
  show();
}

// -- all of it ------------------------------------------------------------------------------------------------------

function start() {
  document.querySelectorAll("[data-answer]").forEach(field);
  document.querySelectorAll("[data-prediction]").forEach(prediction);
  document.querySelectorAll("[data-book]").forEach(yourBook);
  document.querySelector(".bd-article h1")?.after(line);
  goOn();
  remember();
  marks();
  addEventListener("pagehide", remember);
  addEventListener("storage", () => { book.load(); marks(); });
}

start();
