// The page Practice, and a box of it in a chapter: levels, the task at hand, what comes back, a link and a sheet for a class.

import { _ } from "../language/words.mjs";
import { book, make, root } from "../answers/common.mjs";
import { again, begun, counts, finished, following, isHard, levelOf } from "./kept.mjs";
import { SEED, newSeed, round } from "./seeds.mjs";
import { print } from "./sheet.mjs";
import { taskView } from "./task.mjs";

const FOLDER = _`Tasks cannot be loaded by a page that is opened from a folder. Serve the folder, for example with “python -m http.server”, or read the book on its website.`;
const now = () => Date.now();
const button = (textContent, onclick, more) => make("button", { type: "button", textContent, onclick, ...more });
const nth = (number, all) => _`task ${number} of ${all}`;
const days = (n) => n === 1 ? _`tomorrow` : _`in ${n} days`;

export function practice(box) {
  const levels = JSON.parse(box.dataset.practice), inside = box.classList.contains("practice-box");
  const list = box.querySelector(".practice-levels"), due = box.querySelector(".practice-due"), work = make("div", { className: "practice-work" });
  const note = make("p", { className: "kept-note", role: "status" }), files = new Map();
  let current = null;                                               // {title, level, seed, tasks, at}

  box.append(work, note);

  const load = (id) => {
    if (!files.has(id)) {
      const found = fetch(new URL(`_static/practice/${id}.json?v=${box.dataset.version}`, root)).then((answer) => { if (!answer.ok) throw new Error(); return answer.json(); });
      found.catch(() => files.delete(id));
      files.set(id, found);
    }
    return files.get(id);
  };
  const kept = () => book.data.practice;

  // -- which tasks --------------------------------------------------------------------------------------------------

  async function open({ level, seed, review }, focus) {
    current = null;
    const known = levels.find(({ id }) => id === level), ids = review ? again(kept(), now()) : known ? [level] : [];
    if (!ids.length) return overview();
    show(make("p", { textContent: _`Loading …`, role: "status" }));
    let found;
    try { found = await Promise.all([...new Set(ids.map(levelOf))].map(load)); } catch {
      return show(make("p", { textContent: location.protocol === "file:" ? FOLDER : _`The tasks could not be loaded. Try again when you are connected.`, role: "status" }));
    }
    const tasks = found.flatMap((each) => each.tasks);
    if (review) current = { title: _`To review today`, review: true, tasks: tasks.filter(({ id }) => ids.includes(id)), at: 0 };
    else if (seed) current = { ...known, seed, tasks: round(level, tasks, seed), at: 0 };
    else current = { ...known, tasks, at: 0 };
    if (!review) current.at = Math.max(0, following(current.tasks, kept(), 0));
    draw(focus);
  }

  function go(query, focus = true) {
    const asked = new URLSearchParams(query), seed = asked.get("seed"), where = { level: asked.get("level"), seed: SEED.test(seed ?? "") ? seed : null, review: asked.has("review") };
    return open(where, focus);
  }

  function visit(query) {
    if (!inside) try { history.pushState(null, "", query ? `?${query}` : location.pathname); } catch { /* opened from a folder */ }
    return go(query);
  }

  function show(...content) {
    if (list) list.hidden = due.hidden = content.length > 0;
    work.replaceChildren(...content);
    note.textContent = [...document.querySelectorAll(".kept-note")].some((one) => one !== note && one.textContent) ? "" : book.note;
  }

  function overview() {
    const done = counts(kept()), count = again(kept(), now()).length;
    for (const row of list?.querySelectorAll("[data-level]") ?? []) {
      const all = Number(row.dataset.tasks), mine = Math.min(all, done[row.dataset.level] ?? 0);
      row.querySelector(".practice-done").textContent = mine === all ? _`✓ all done` : mine ? _`${mine} of ${all} done` : _`${all} tasks`;
    }
    due?.replaceChildren(...(count ? [_`To review today: ${count}`, " ", button(_`Review`, () => visit("review"))] : [due.dataset.none]));
    show();
  }

  // -- the task at hand ---------------------------------------------------------------------------------------------

  function draw(focus) {
    const { tasks, at, title, id, review } = current, task = tasks[at], before = kept()[task.id];
    const mine = { typed: task.lines.map((_, k) => before?.typed?.[k] ?? ""), shown: [...before?.shown ?? []], wrong: before?.wrong ?? 0, found: before?.found ?? false };
    const heading = make("h2", { textContent: task.title, tabIndex: -1, className: "practice-title" }), end = make("div", { className: "practice-end" });
    const where = make("p", { className: "practice-where" }, ...(inside ? [] : [make("a", { href: location.pathname, textContent: _`All levels`, onclick: (event) => { event.preventDefault(); visit(""); } }), " · "]),
      `${title} · ${nth(at + 1, tasks.length)}${before?.done ? ` · ${review ? _`from some days ago` : _`done before`}` : ""}`);
    const to = (step) => { current.at = (at + step + tasks.length) % tasks.length; draw(true); };
    const moves = make("div", { className: "practice-moves" }, ...(tasks.length > 1 ? [button(_`Previous task`, () => to(-1)), button(_`Skip this task`, () => to(1))] : []));
    const keep = (entry) => book.change((data) => { data.practice[task.id] = entry; });
    let over = false;
    const view = taskView(task, mine, {
      changed: () => { if (!over && (mine.typed.some(Boolean) || mine.shown.length || mine.found || mine.wrong)) keep(begun(before, mine)); },
      done: (byHand) => {
        over = true;
        const entry = finished(before, mine, now());
        keep(entry);
        ended(end, entry, mine, before, byHand);
      },
    });
    work.dataset.task = task.id;
    show(where, heading, ...view, end, moves, ...(id ? [tools(current)] : []));
    if (focus) { heading.focus(); heading.scrollIntoView?.({ block: "nearest" }); }
  }

  function ended(end, entry, mine, before, byHand) {
    const { tasks, at, review, title, seed, id } = current, forward = review ? (at + 1 < tasks.length ? at + 1 : -1) : following(tasks, kept(), at + 1);
    const next = forward < 0 ? button(inside ? _`Once more` : _`All levels`, () => inside ? visit(`level=${id}`) : visit("")) : button(_`Next task`, () => { current.at = forward; draw(true); });
    next.className = "practice-go";
    end.replaceChildren(make("p", { className: "practice-kind", role: "status", textContent: said(entry, mine, before) + (forward < 0 ? ` ${review ? _`Nothing more is to be reviewed today.` : seed ? _`These ten are done.` : _`All of “${title}” is done.`}` : "") }), next);
    if (byHand) next.focus();
  }

  // A link to these ten for a whole class, and the ten on paper.
  function tools(current) {
    const { id, title, chapter, chapterTitle } = current, said = make("p", { className: "answer-said", role: "status" });
    const seed = current.seed ?? newSeed(), ten = async () => round(id, (await load(id)).tasks, seed), address = new URL(box.dataset.page, location);
    address.search = `?level=${id}&seed=${seed}`;
    const copy = async () => {
      try { await navigator.clipboard.writeText(address.href); said.textContent = _`The link is copied: whoever opens it gets the same ten tasks.`; } catch {
        const field = make("input", { type: "text", readOnly: true, className: "answer-input", value: address.href, "aria-label": _`The link` });
        said.replaceChildren(_`Copy this link: `, field);
        field.select();
      }
    };
    return make("details", { className: "practice-tools" }, make("summary", { textContent: _`Ten tasks for a class, or on paper` }),
      make("p", {}, current.seed ? _`These are the ten tasks of number ${seed}.` : _`A set of ten has a number, here ${seed}.`, " ", ...(current.seed || inside ? [] : [make("a", { href: address.search, textContent: _`Do these ten`, onclick: (event) => { event.preventDefault(); visit(address.search.slice(1)); } })])),
      make("div", { className: "practice-buttons" }, button(_`Copy the link`, copy), button(_`Print a sheet`, async () => print(_`Practice: ${title}`, await ten(), address.href))), said,
      make("p", {}, _`To read again: `, make("a", { href: new URL(`${chapter}.html`, root), textContent: chapterTitle })));
  }

  if (inside) return go(`level=${levels[0].id}`);
  list.addEventListener("click", (event) => {
    const link = event.target.closest("[data-level] > a");
    if (!link || event.metaKey || event.ctrlKey || event.shiftKey) return;
    event.preventDefault();
    visit(`level=${link.parentElement.dataset.level}`);
  });
  addEventListener("popstate", () => go(location.search));
  addEventListener("storage", () => { book.load(); if (!current) overview(); });
  return go(location.search, false);
}

function said(entry, { shown, wrong }, before) {
  const when = days(Math.round((entry.due - now()) / 864e5)), lines = shown.length;
  const back = (words) => entry.due === null ? words : `${words} ${_`It comes back ${when}.`}`;
  if (lines) return back(lines === 1 ? _`Done, with one line shown to you.` : _`Done, with ${lines} lines shown to you.`);
  if (isHard({ wrong })) return back(_`Done: every slip is mended.`);
  if (before?.step !== entry.step && before?.done) return entry.due === null ? _`Still there, well done. It stays with you now.` : back(_`Still there, well done.`);
  return wrong ? _`Done, and the slip mended on your own.` : _`Well done: every line right at the first try.`;
}

document.querySelectorAll(".practice, .practice-box[data-open]").forEach(practice);
