// The box of "Derive your own": what is typed is read and shown typeset at once; Python in a worker derives it, and its
// answer takes the place of the example. A classic script once bundled, so that a page opened from a folder can say why.

import { _ } from "../language/words.mjs";
import { keep as keepPage } from "./keep.mjs";
import { Kept } from "./kept.mjs";
import { Python } from "./python.mjs";
import { tex } from "./out.mjs";

const script = document.currentScript, folder = new URL(`${VERSION}/`, script.src).href;   // VERSION: see bundle.mjs
const FOLDER = _`Python cannot start on a page that is opened from a folder. Serve the folder, for example with “python -m http.server”, or read the book on its website. The example below was derived while the book was built.`;
const OLD = _`This browser has no WebAssembly, which Python needs. The example below was derived while the book was built.`;
const LINK = _`The link`, LONG = 1500, PAUSE = 150;                     // milliseconds: until a reserve is started; until what is typed is read
const python = new Python((role) => new Worker(`${folder}worker.mjs${role && `#${role}`}`, { type: "module" }));
let isKept = false;
let working = null;                                 // the box that one Python for all boxes works for

for (const box of document.querySelectorAll(".derive")) {
  const $ = (name) => box.querySelector(`.derive-${name}`), act = (name) => box.querySelector(`[data-act=${name}]`);
  const say = (text) => { $("status").textContent = text; };
  const [steps, by, bar, area] = ["steps", "by", "progress", "answer"].map($);
  const kept = new Kept(`${location.pathname}#${box.id}`, () => globalThis.localStorage);
  let chosen = [], clock, soon, answered = false, lines = [];

  const typed = () => ({ steps: steps.value, by: by.value, chosen });
  const keep = () => kept.typed(typed(), location.hash);

  act("derive").onclick = derive;
  act("stop").onclick = () => finish(_`Stopped.`, true);
  act("undo").onclick = () => { const before = kept.undo(typed()); if (before) fill(before, _`Undone.`); };
  act("link").onclick = () => copy(link(), LINK);
  act("python").onclick = async () => { const text = box.dataset.python || await cell(); if (text) copy(text, _`The cell`); };
  act("latex").onclick = () => copy(tex(area), _`The LaTeX`);
  act("picture").onclick = picture;
  act("print").onclick = sheet;
  const enter = (wanted) => (event) => { if (event.key === "Enter" && !event.isComposing && wanted(event)) derive(); };
  steps.addEventListener("keydown", enter(({ ctrlKey, metaKey }) => ctrlKey || metaKey));
  by.addEventListener("keydown", enter(() => true));        // it has one line
  steps.addEventListener("focus", () => reader().catch(() => {}), { once: true });
  for (const field of [steps, by]) field.addEventListener("input", () => { own(); clear(); age(); keep(); later(); prepare(); });
  $("presets")?.addEventListener("change", ({ target }) => choose(target, { by: target.selectedOptions[0].dataset.by, steps: target.selectedOptions[0].dataset.steps.trimEnd() }));
  $("last").addEventListener("change", ({ target }) => { choose(target, kept.data.last[target.value]); own(); target.selectedIndex = 0; });
  addEventListener("hashchange", recall);
  recall();

  function choose(target, one) {
    if (!one) return;
    kept.replaced(typed());
    fill(one, "");
    if (working) return;
    if (python.isReady) return derive();
    answered = false;
    built().catch(() => {});
  }

  // A preset as it was derived while the book was built, until Python has derived it here.
  async function built() {
    const isThis = ({ dataset }) => dataset.steps?.trimEnd() === steps.value.trimEnd() && dataset.by === by.value;
    const option = [...$("presets")?.options ?? []].find(isThis);
    if (!option) return;
    const [all] = await Promise.all([presets(), formulas()]), found = all[option.index];
    if (!isThis(option) || answered) return;
    show(JSON.parse(JSON.stringify(found.answer).replaceAll("fig-PRESET", `fig-${box.id}`)), _`Derived while this book was built:`);
    prove(found.proof);
  }

  // -- reading --------------------------------------------------------------------------------------------------------

  function later() {
    clearTimeout(soon);
    soon = setTimeout(() => understand().catch(() => {}), PAUSE);
  }

  // What is typed as canonical text, shown typeset; or undefined, and where the reading stopped is said.
  async function understand(loud = false) {
    const { understood, NotRead } = await reader();
    try {
      const read = understood(steps.value, by.value, chosen);
      chosen = chosen.filter((id) => read.doubts.some((doubt) => doubt.id === id));
      ({ lines } = read);
      const shown = read.shown.map((html) => Object.assign(document.createElement("div"), { innerHTML: html }));
      $("read").replaceChildren(note("p", _`Understood as`), ...shown, ...read.doubts.map(doubtful), ...read.notes.map((text) => note("p", text)));
      return read;
    } catch (error) {
      if (!(error instanceof NotRead)) throw error;
      const { message } = error;
      $("read").replaceChildren(note("p", loud || !steps.value.trim() ? "" : _`Not read yet: ${message}`));
      if (loud) complain(placed(error));
    }
  }

  function doubtful({ id, said, other }) {
    const button = note("button", other), line = note("p", `${said}. `);
    button.type = "button";
    button.onclick = () => {
      chosen = chosen.includes(id) ? chosen.filter((one) => one !== id) : [...chosen, id];
      age();
      keep();
      understand();
    };
    line.append(_`Or: `, button);
    return line;
  }

  function placed({ message, from, to }) {
    const before = steps.value.slice(0, from), start = before.lastIndexOf("\n") + 1, text = steps.value.slice(start).split("\n")[0];
    const at = from - start, left = Math.max(0, at - 26);
    return { error: message, line: before.split("\n").length, from, to, place: `${text.slice(left, left + 40)}\n${" ".repeat(at - left)}^` };
  }

  // -- deriving -------------------------------------------------------------------------------------------------------

  async function derive() {
    if (!isAble()) return complain({ error: location.protocol === "file:" ? FOLDER : OLD });
    if (working) return working === box ? undefined : say(_`Another derivation is running: stop it first.`);
    working = box;
    clear();
    answered = false;
    act("derive").setAttribute("aria-disabled", "true");
    [act("stop").hidden, bar.hidden] = [false, python.isReady];
    say(python.isReady ? _`Deriving …` : _`Loading Python …`);
    let read;
    try { read = await understand(true); } catch (error) { return finish(failed(error)); }
    if (!read) return finish("");
    kept.replaced(typed());
    kept.derived(typed());
    last();
    try { history.replaceState(null, "", link()); } catch { /* the device keeps it all the same */ }
    keep();
    const katex = formulas();
    if (!python.isReady) built().catch(() => {});
    python.ask({ text: read.text, by: read.by, name: box.id },
      (message) => katex.then(() => receive(message)).catch((error) => finish(failed(error), true)));
    if (python.isReady) limit();
  }

  function receive(message) {
    if (working !== box) return;
    const { failed: why } = message;
    if (why) return finish(_`Python could not be loaded: ${why}.`);
    if (message.total) {
      bar.value = message.loaded / message.total;
      const [loaded, total] = [message.loaded, message.total].map((bytes) => (bytes / 1e6).toFixed(0));
      const quarter = String(Math.floor(4 * bar.value));             // four announcements, not hundreds
      if (bar.dataset.quarter !== quarter) say(message.kept ? _`Opening Python: ${loaded} of ${total} MB …` : _`Loading Python: ${loaded} of ${total} MB …`);
      bar.dataset.quarter = quarter;
    }
    if (message.stage) say(message.stage);
    if (message.deriving) { bar.hidden = true; say(_`Deriving …`); limit(); }
    if (message.error) { if (answered) prove(message.error); else complain(inTyped(message)); finish(""); }
    if (message.answer) { answered = true; show(message.answer); say(_`Derived. Proving …`); limit(); }
    if (message.proof) { prove(message.proof); finish(_`Derived and proved; the answer is below.`); keepOnce(); }
  }

  function inTyped(message) {                       // Python points into the canonical text: the whole line as typed
    if (!message.line) return message;
    const line = lines[message.line - 1] ?? message.line, before = steps.value.split("\n").slice(0, line - 1).join("\n");
    const from = before.length + (line > 1);
    return { ...message, line, from, to: from + steps.value.split("\n")[line - 1].length };
  }

  function limit() {                                // a derivation may take as long as the box says, not longer
    clearTimeout(clock);
    const seconds = +box.dataset.limit, began = Date.now();
    clock = setTimeout(function wait() {
      if (Date.now() - began >= 1000 * seconds) {
        if (answered) prove(_`Not proved within ${seconds} seconds.`);
        else complain({ error: _`Stopped after ${seconds} seconds. Such a derivation is long: use fewer steps, derive by a name nearer to the loss, or give long parts names.` });
        return finish(answered ? _`Derived, but not proved in time.` : "", true);
      }
      python.wake();
      clock = setTimeout(wait, 1000 * seconds - (Date.now() - began));
    }, Math.min(LONG, 1000 * seconds));
  }

  function finish(text, stops) {
    clearTimeout(clock);
    if (stops) python.stop();
    working = null;
    const focused = document.activeElement === act("stop");
    act("derive").removeAttribute("aria-disabled");
    [act("stop").hidden, bar.hidden] = [true, true];
    if (focused) act("derive").focus();
    say(text);
  }

  function show({ blocks, python: text }, said = _`Derived here, in your browser:`) {
    const all = JSON.stringify(blocks), isThere = area.dataset.blocks === all;
    box.dataset.python = text;
    $("note").textContent = said;
    if (isThere) return prove(blocks.find(([kind]) => kind === "proof")[1]);
    area.dataset.blocks = all;
    area.replaceChildren(...blocks.filter(([kind]) => kind !== "script").map(element));
    for (const [kind, content] of blocks) {
      if (kind === "script") area.append(Object.assign(document.createElement("script"), { type: "module", textContent: content }));
    }
  }

  function prove(text) {
    const line = $("proof");
    if (line) line.textContent = text;
  }

  function complain({ error, place, line, from, to }) {
    const parts = [note("p", line ? _`Line ${line}: ${error}` : error)];
    if (place) parts.push(note("pre", place));
    $("error").replaceChildren(...parts);
    if (from === undefined) return;
    steps.setAttribute("aria-invalid", "true");
    steps.focus();
    steps.setSelectionRange(from, to);
  }

  // -- what stands there ----------------------------------------------------------------------------------------------

  function clear() {
    $("error").replaceChildren();
    steps.removeAttribute("aria-invalid");
    delete box.dataset.python;
  }

  function fill({ steps: text, by: names, chosen: ids = [] }, words) {
    [steps.value, by.value, chosen] = [text, names, ids];
    steps.rows = Math.max(5, text.split("\n").length + 1);
    clear();
    age();
    keep();
    if (words) say(words);
    $("read").replaceChildren();
    if (document.activeElement === steps) later();
  }

  function age() { $("note").textContent = _`The answer to the steps as they were before:`; }

  function own() {                                  // what is typed is no preset any more
    const option = $("own");
    if (option) [option.hidden, option.selected] = [false, true];
  }

  function last() {
    const options = kept.data.last.map((one, k) => new Option(one.steps.replace(/\n/g, "; ").slice(0, 60), k));
    $("last").replaceChildren(new Option(_`choose one`, ""), ...options);
    $("last").closest("label").hidden = !options.length;
  }

  async function cell() {                           // before anything is derived
    const read = await understand(true);
    return read && `from nbcode.chain import parse\n\nchain = parse("""\n${read.text}\n""", apart=True)\nchain\n`;
  }

  function link() {
    const all = new URLSearchParams(location.hash.includes("=") ? location.hash.slice(1) : "");
    all.set(box.id, steps.value);
    all.set(`${box.id}.by`, by.value);
    if (chosen.length) all.set(`${box.id}.read`, chosen.join(","));
    else all.delete(`${box.id}.read`);
    return `${location.href.split("#")[0]}#${all}`;
  }

  function recall() {                               // from the address, or as it was left on this device
    last();
    const all = new URLSearchParams(location.hash.slice(1)), text = all.get(box.id), { now, address } = kept.data;
    if (now && (text === null || address === location.hash)) {
      if (now.steps === steps.value && now.by === by.value) return;
      fill(now, _`Your steps, as you left them. Press Derive.`);
    } else if (text !== null) {
      if (now) kept.replaced(now);
      fill({ steps: text.slice(0, 4000), by: (all.get(`${box.id}.by`) ?? "").slice(0, 200),
        chosen: (all.get(`${box.id}.read`) ?? "").split(",").filter(Boolean) }, _`These steps came with the link. Press Derive.`);
      box.scrollIntoView();
    } else return;
    own();
  }

  async function copy(text, what) {
    if (what === LINK) try { history.replaceState(null, "", text); keep(); } catch { /* it is copied all the same */ }
    try {
      await navigator.clipboard.writeText(text);
      say(_`${what} is copied.`);
    } catch { complain({ error: _`${what}, to copy:`, place: text }); }
  }

  async function picture() {
    say(_`Drawing …`);
    try {
      const { pictured } = await loaded("picture.js", _`What draws the picture`).then(() => globalThis.nbpicture);
      Object.assign(document.createElement("a"), { href: await pictured(area), download: `${box.id}.png` }).click();
      say(_`The answer is saved as a picture.`);
    } catch { say(_`This browser cannot draw the answer; print it instead.`); }
  }

  function sheet() {                                // the answer alone, on paper
    box.classList.add("derive-sheet");
    document.documentElement.classList.add("derive-printing");
    addEventListener("afterprint", () => {
      box.classList.remove("derive-sheet");
      document.documentElement.classList.remove("derive-printing");
    }, { once: true });
    print();
  }
}

function failed({ message }) { return _`Not derived: ${message}`; }

function note(tag, text) { return Object.assign(document.createElement(tag), { textContent: text }); }

function element([kind, content]) {                 // as _ext/derive/__init__.py makes it while the book is built
  if (kind === "figure") return document.createRange().createContextualFragment(content);
  const math = kind === "math", made = document.createElement(math ? "div" : "p");
  made.className = math ? "math notranslate nohighlight" : `derive-${kind}`;
  if (math) katex.render(content, made, { displayMode: true, throwOnError: false });
  else made.textContent = content;
  return made;
}

const scripts = {};
function loaded(name, what) {                       // a script of this folder, once
  return scripts[name] ??= new Promise((resolve, reject) => {
    document.head.append(Object.assign(document.createElement("script"), { src: folder + name, onload: resolve,
      onerror: () => { delete scripts[name]; reject(new Error(_`${what} could not be loaded.`)); } }));
  });
}
let answers;
function presets() {                                // what Python would answer to each, {answer, proof}
  return answers ??= fetch(`${folder}presets.json`).then((response) => response.json()).catch((error) => { answers = undefined; throw error; });
}

function prepare() {                                // whoever types will derive
  if (isAble() && !navigator.connection?.saveData) python.prepare();
}

function isAble() { return location.protocol !== "file:" && typeof WebAssembly === "object" && typeof Worker === "function"; }

async function remember() {                         // where Python's memory is kept, Python starts with the page
  try {
    const memory = await caches.match(`${folder}memory`, { cacheName: `derive:${new URL(folder).pathname.replace(/([^/]+)\/$/, ":$1")}` });
    if (memory && isAble()) python.prepare();
  } catch { /* there is no such cache here */ }
}

function keepOnce() {
  if (!isKept) keepPage(folder, script.src).catch(() => {});
  isKept = true;
}

(globalThis.requestIdleCallback ?? setTimeout)(remember);

function formulas() { return loaded("katex.min.js", "KaTeX"); }
function reader() { return loaded("steps.js", _`What reads the steps`).then(() => globalThis.nbsteps); }
