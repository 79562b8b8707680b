// The box of "Derive your own": typed steps go to Python in a worker; its answer takes the place of the example.
// A classic script, so that a page opened from a folder can at least say why nothing can be derived there.

(() => {
  const boxes = [...document.querySelectorAll(".derive")];
  const FOLDER = "Python cannot start on a page that is opened from a folder. Serve the folder, for example with " +
    "“python -m http.server”, or read the book on its website. The example below was derived while the book was built.";
  const OLD = "This browser has no WebAssembly, which Python needs. The example below was derived while the book was built.";
  const SLOW = "Such a derivation is long: use fewer steps, derive by a name nearer to the loss, or give long parts names.";
  let worker, waiting, isReady = false;             // one Python for all boxes of the page; the box it works for

  const restart = () => { worker?.terminate(); worker = waiting = undefined; isReady = false; };

  for (const box of boxes) {
    const $ = (name) => box.querySelector(`.derive-${name}`);
    const act = (name) => box.querySelector(`[data-act=${name}]`);
    const say = (text) => { $("status").textContent = text; };
    const [steps, by, bar, area] = ["steps", "by", "progress", "answer"].map($);
    let clock, asked, answered = false;

    act("derive").onclick = derive;
    act("stop").onclick = () => finish("Stopped.", true);
    act("link").onclick = () => copy(link(), "The link");
    act("python").onclick = () => copy(box.dataset.python ?? cell(), "The cell");
    const enter = (wanted) => (event) => { if (event.key === "Enter" && !event.isComposing && wanted(event)) derive(); };
    steps.addEventListener("keydown", enter(({ ctrlKey, metaKey }) => ctrlKey || metaKey));
    by.addEventListener("keydown", enter(() => true));      // it has one line
    for (const field of [steps, by]) field.addEventListener("input", () => { own(); clear(); age(); });
    $("presets")?.addEventListener("change", ({ target }) => {
      const { steps: text, by: names } = target.selectedOptions[0].dataset;
      fill(text.trimEnd(), names);
      if (isReady && !waiting) derive();
    });
    addEventListener("hashchange", recall);
    recall();

    function derive() {
      if (location.protocol === "file:") return complain({ error: FOLDER });
      if (typeof WebAssembly !== "object" || typeof Worker !== "function") return complain({ error: OLD });
      if (waiting) return say("Another derivation is running: stop it first.");
      clear();
      asked = { text: steps.value, by: by.value, name: box.id };
      answered = false;
      [act("derive").hidden, act("stop").hidden, bar.hidden] = [true, false, isReady];
      if (document.activeElement === act("derive") || document.activeElement === document.body) act("stop").focus();
      say(isReady ? "Deriving …" : "Loading Python …");
      const katex = formulas();
      waiting = (message) => katex.then(() => receive(message)).catch((error) => finish(`Not derived: ${error.message}`, true));
      if (!worker) {
        worker = new Worker(new URL(`${box.dataset.root}worker.mjs`, location), { type: "module" });
        worker.onmessage = ({ data }) => waiting?.(data);
        worker.onerror = (event) => waiting?.({ failed: event.message || "the worker could not be started" });
      }
      worker.postMessage(asked);
      if (isReady) limit();
    }

    function receive(message) {
      if (!waiting) return;
      if (message.failed) return finish(`Python could not be loaded: ${message.failed}.`, true);
      if (message.total) {
        bar.value = message.loaded / message.total;
        const [loaded, total] = [message.loaded, message.total].map((bytes) => (bytes / 1e6).toFixed(0));
        const quarter = String(Math.floor(4 * bar.value));             // four announcements, not hundreds
        if (bar.dataset.quarter !== quarter) say(`${message.kept ? "Opening" : "Loading"} Python: ${loaded} of ${total} MB …`);
        bar.dataset.quarter = quarter;
      }
      if (message.stage) say(message.stage);
      if (message.deriving) { isReady = true; bar.hidden = true; say("Deriving …"); limit(); }
      if (message.error) { if (answered) prove(message.error); else complain(message); finish("", false); }
      if (message.answer) { answered = true; show(message.answer); say("Derived. Proving …"); limit(); }
      if (message.proof) { prove(message.proof); finish("Derived and proved; the answer is below.", false); }
    }

    function limit() {                               // a derivation may take as long as the box says, not longer
      clearTimeout(clock);
      const seconds = +box.dataset.limit;
      clock = setTimeout(() => {
        if (answered) prove(`Not proved within ${seconds} seconds.`);
        else complain({ error: `Stopped after ${seconds} seconds. ${SLOW}` });
        finish(answered ? "Derived, but not proved in time." : "", true);
      }, 1000 * seconds);
    }

    function finish(text, broken) {
      clearTimeout(clock);
      if (broken) restart();
      waiting = undefined;
      const focused = document.activeElement === act("stop");
      [act("derive").hidden, act("stop").hidden, bar.hidden] = [false, true, true];
      if (focused) act("derive").focus();
      say(text);
    }

    function show({ blocks, python }) {
      box.dataset.python = python;
      $("note").textContent = "Derived here, in your browser:";
      area.replaceChildren(...blocks.filter(([kind]) => kind !== "script").map(element));
      for (const [kind, content] of blocks) {
        if (kind === "script") area.append(Object.assign(document.createElement("script"), { type: "module", textContent: content }));
      }
    }

    function prove(text) {
      const line = $("proof");
      if (line) line.textContent = text;
    }

    function complain({ error, place, line, column }) {
      const parts = [Object.assign(document.createElement("p"), { textContent: line ? `Line ${line}: ${error}` : error })];
      if (place) parts.push(Object.assign(document.createElement("pre"), { textContent: place }));
      $("error").replaceChildren(...parts);
      if (!line) return;
      const start = steps.value.split("\n").slice(0, line - 1).join("\n").length + (line > 1) + column - 1;
      steps.setAttribute("aria-invalid", "true");
      steps.focus();
      steps.setSelectionRange(start, start + 1);
    }

    function clear() {
      $("error").replaceChildren();
      steps.removeAttribute("aria-invalid");
      delete box.dataset.python;
    }

    function fill(text, names) {
      [steps.value, by.value] = [text, names];
      steps.rows = Math.max(5, text.split("\n").length + 1);
      clear();
      age();
    }

    function age() {
      $("note").textContent = "The answer to the steps as they were before:";
    }

    function own() {                                 // what is typed is no preset any more
      const option = $("own");
      if (option) [option.hidden, option.selected] = [false, true];
    }

    function cell() {                                // before anything is derived the names are not known yet
      const text = steps.value.split("\n").map((line) => line.split("#")[0].trimEnd()).filter(Boolean).join("\n");
      return `from nbcode.chain import parse\n\nchain = parse("""\n${text}\n""")\nchain\n`;
    }

    function link() {
      const typed = new URLSearchParams([[box.id, steps.value], [`${box.id}.by`, by.value]]);
      return `${location.href.split("#")[0]}#${typed}`;
    }

    function recall() {
      const typed = new URLSearchParams(location.hash.slice(1)), text = typed.get(box.id);
      if (text === null) return;
      fill(text.slice(0, 4000), (typed.get(`${box.id}.by`) ?? "").slice(0, 200));
      own();
      box.scrollIntoView();
      say("These steps came with the link. Press Derive.");
    }

    async function copy(text, what) {
      if (what === "The link") try { history.replaceState(null, "", text); } catch { /* the text is copied all the same */ }
      try {
        await navigator.clipboard.writeText(text);
        say(`${what} is copied.`);
      } catch { complain({ error: `${what}, to copy:`, place: text }); }
    }
  }

  function element([kind, content]) {                // as _ext/derive/__init__.py makes it while the book is built
    if (kind === "figure") return document.createRange().createContextualFragment(content);
    const math = kind === "math", made = document.createElement(math ? "div" : "p");
    made.className = math ? "math notranslate nohighlight" : `derive-${kind}`;
    if (math) katex.render(content, made, { displayMode: true, throwOnError: false });
    else made.textContent = content;
    return made;
  }

  let script;
  function formulas() {                              // KaTeX for the reader's own formulas, once
    return script ??= new Promise((resolve, reject) => {
      const src = new URL(`${boxes[0].dataset.root}katex.min.js`, location);
      document.head.append(Object.assign(document.createElement("script"), {
        src, onload: resolve, onerror: () => { script = undefined; reject(new Error("KaTeX could not be loaded")); } }));
    });
  }
})();
