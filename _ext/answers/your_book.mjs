// The page "Your book": per chapter what is solved, tried and open, what is to be seen again; save, load, erase.

import { _ } from "../language/words.mjs";
import { book, make, marks, root } from "./common.mjs";
import { erase, saved, take } from "./file.mjs";
import { standing } from "./keep.mjs";
import { again as back } from "../practice/kept.mjs";

const of = (some, all) => _`${some} of ${all}`;

function yourBook(box) {
  const chapters = JSON.parse(box.dataset.book);
  const list = make("div"), said = make("p", { role: "status" });
  const file = make("input", { type: "file", accept: "application/json,.json", className: "answer-file" });
  const button = (textContent, onclick) => make("button", { type: "button", textContent, onclick });
  let sure = false;
  const eraser = button(_`Erase`, () => {
    if (!sure) { sure = true; eraser.textContent = _`Erase all of it, for good?`; return; }
    sure = false;
    eraser.textContent = _`Erase`;
    erase(book);
    show(_`All is erased.`);
  });
  file.addEventListener("change", async () => {
    const [chosen] = file.files;
    if (chosen) show(take(book, await chosen.text()) || _`The file is loaded.`);
    file.value = "";
  });
  box.replaceChildren(list, make("div", { className: "answer-buttons" }, button(_`Save to a file`, () => {
    const link = make("a", { href: URL.createObjectURL(new Blob([saved(book)], { type: "application/json" })), download: "your-book.json" });
    link.click();
    URL.revokeObjectURL(link.href);
  }), make("label", { className: "answer-load" }, _`Load a file`, file), eraser), said);

  function show(words = "") {
    const { answers, predictions } = book.data;
    const standings = new Map(chapters.flatMap(({ exercises }) => exercises.map((each) => [each, standing(answers, each.id, each.fields, Date.now())])));
    const again = chapters.flatMap(({ page: at, exercises }) => exercises.filter((each) => standings.get(each).due).map((each) => ({ ...each, at })));
    const rows = chapters.map(({ page: at, title: name, exercises }) => {
      const states = exercises.map((each) => standings.get(each).state), count = (wanted) => states.filter((state) => state === wanted).length;
      const said = Object.values(predictions).filter((each) => each.page === at && each.held !== null);
      const cells = [count("solved"), count("tried"), count("open"), said.length ? of(said.filter((each) => each.held).length, said.length) : "–"];
      return make("tr", {}, make("th", { scope: "row" }, make("a", { href: new URL(`${at}.html`, root), textContent: name })),
        ...cells.map((textContent) => make("td", { textContent })));
    });
    list.replaceChildren(
      ...(again.length ? [make("p", { textContent: _`To see again today:` }), make("ul", {}, ...again.map(({ at, id, title: name }) =>
        make("li", {}, make("a", { href: new URL(`${at}.html#${id}`, root), textContent: name }))))] : [make("p", { textContent: _`Nothing is to be seen again today.` })]),
      make("div", { className: "pst-scrollable-table-container" }, make("table", { className: "table" }, make("thead", {}, make("tr", {}, ...[_`Chapter`, _`solved`, _`tried`, _`open`, _`predictions held`]
        .map((textContent) => make("th", { scope: "col", textContent })))), make("tbody", {}, ...rows))));
    list.append(...practised());
    said.textContent = words;
    marks();
  }
  show();
}

// What was done on the page Practice, and what comes back there.
function practised() {
  const { practice } = book.data, done = Object.values(practice).filter((each) => each.done).length, due = back(practice, Date.now()).length;
  if (!done) return [];
  const link = make("a", { href: new URL("book/practice.html", root), textContent: _`Practice` });
  const all = done === 1 ? _`${done} task done` : _`${done} tasks done`, more = due ? _`to review today: ${due}` : _`nothing to review today`;
  return [make("p", {}, link, `: ${all}, ${more}.`)];
}

document.querySelectorAll("[data-book]").forEach(yourBook);
