// What every script of the fields starts from: the book that is kept, addresses, elements, marks in the contents.

import { _ } from "../language/words.mjs";
import { Book, exercise, standing } from "./keep.mjs";

export const book = new Book(() => globalThis.localStorage);
export const root = new URL(document.documentElement.dataset.content_root ?? "./", location);
export const page = docname(location);
export const note = make("p", { className: "kept-note", role: "status" });

export function make(tag, props = {}, ...inside) {
  const made = Object.assign(document.createElement(tag), props);
  for (const [name, value] of Object.entries(props)) if (name.includes("-") || name === "role") made.setAttribute(name, value);
  made.append(...inside);
  return made;
}

export function docname(url) {
  return new URL(url, location).href.split(/[?#]/)[0].replace(root.href, "").replace(/\.html$/, "");
}

export function marks() {
  const { answers, pages } = book.data, done = {};
  for (const name of new Set(Object.keys(answers).map(exercise))) {
    const { page, fields = 1 } = answers[name] ?? {};
    if (standing(answers, name, fields).state === "solved") done[page] = (done[page] ?? 0) + 1;
  }
  for (const link of document.querySelectorAll(".bd-sidebar-primary nav a.reference.internal, .tableofcontents-wrapper a.reference.internal")) {
    const name = docname(link.href), solved = done[name], { total = NaN } = pages[name] ?? {};
    link.querySelector(":scope > .done")?.remove();
    if (!solved) continue;
    const parts = total ? `${solved}/${total}` : solved;                    // how many there are is known once it was opened
    link.append(make("span", { className: "done", textContent: solved >= total ? "✓" : parts, title: _`exercises done: ${parts}` }));
  }
  note.textContent = book.note;
}
