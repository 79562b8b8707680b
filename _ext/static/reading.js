// What is closed on a page opens by its own line (`details`). Here: the switch for all code, links and paper.

const _ = String.raw;                         // marks words (_ext/language)

(() => {
  const code = () => document.querySelectorAll("details.cell-code");
  const button = document.querySelector(".code-switch");

  function openAll(open) {
    for (const part of code()) part.open = open;
    button?.setAttribute("aria-pressed", open);
  }

  // The address (?code) opens the code of one page; the switch, of every page from now on.
  function asked() {
    return new URLSearchParams(location.search).has("code") || remembered() === "open";
  }

  function remembered(word) {
    try {
      if (word) localStorage.setItem("code", word);
      return localStorage.getItem("code");
    } catch { return null; }                    // a browser may forbid it: then each page begins closed
  }

  button?.addEventListener("click", () => {
    const open = button.getAttribute("aria-pressed") !== "true";
    openAll(open);
    remembered(open ? "open" : "closed");
    const address = new URL(location);
    if (!open && address.searchParams.has("code")) {
      address.searchParams.delete("code");
      history.replaceState(null, "", address);
    }
  });

  // A link into something closed opens all that is around its place.
  function reveal() {
    const place = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    let closed = place?.closest("details:not([open])");
    if (!closed) return;
    for (; closed; closed = closed.closest("details:not([open])")) closed.open = true;
    place.scrollIntoView();
  }

  addEventListener("hashchange", reveal);
  if (asked()) {
    openAll(true);
    if (location.hash) document.getElementById(decodeURIComponent(location.hash.slice(1)))?.scrollIntoView();
  }
  reveal();

  // Closed code is plain text; it gets the colours of the other code when it is opened.
  const PYTHON = new RegExp([
    /(?<c1>#.*)/, /(?<s2>[rbf]{0,2}(?:"""[^]*?"""|'''[^]*?'''|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'))/,
    /(?<mi>(?<![\w.])(?:\d[\d_]*\.?\d*|\.\d+)(?:e[+-]?\d+)?j?)/,
    /\b(?<kn>from|import|as|def|class|return|yield|lambda|assert|for|while|if|elif|else|try|except|finally|raise|with|pass|break|continue|del|global|nonlocal|None|True|False|in|not|and|or|is)\b/,
  ].map((one) => one.source).join("|"), "g");

  function colour(pre) {
    const text = pre.textContent;
    let from = 0;
    pre.textContent = "";
    for (const match of text.matchAll(PYTHON)) {
      const [kind] = Object.entries(match.groups).find(([, found]) => found !== undefined);
      const part = Object.assign(document.createElement("span"), {className: kind, textContent: match[0]});
      pre.append(text.slice(from, match.index), part);
      from = match.index + match[0].length;
    }
    pre.append(text.slice(from));
    pre.dataset.coloured = "";
  }

  // All code that is open has a button that copies it.
  function add(pre) {
    const button = Object.assign(document.createElement("button"), {className: "copybtn", textContent: _`Copy`});
    const say = (word) => {
      button.textContent = word;
      setTimeout(() => { button.textContent = _`Copy`; }, 2000);
    };
    button.addEventListener("click", () => {
      const select = () => {                    // a page from a folder may not write to the clipboard itself
        getSelection().selectAllChildren(pre);
        say(document.execCommand("copy") ? _`Copied` : _`Selected`);
      };
      if (navigator.clipboard) navigator.clipboard.writeText(pre.textContent).then(() => say(_`Copied`), select);
      else select();
    });
    pre.after(button);
  }

  for (const pre of document.querySelectorAll("div.highlight pre")) if (!pre.closest(".cell-code")) add(pre);
  document.addEventListener("toggle", ({target}) => {
    if (!target.open || !target.matches(".cell-code")) return;
    for (const pre of target.querySelectorAll("pre:not([data-coloured])")) {
      colour(pre);
      add(pre);
    }
  }, true);

  // On paper nothing can be opened: all is, but for code that the reader has left closed.
  let opened = [];
  addEventListener("beforeprint", () => {
    opened = [...document.querySelectorAll("details:not([open], .cell-code)")];
    for (const part of opened) part.open = true;
  });
  addEventListener("afterprint", () => {
    for (const part of opened) part.open = false;
  });
})();
