// What a page of the book does itself.

document.addEventListener("click", ({target}) => { if (target.closest("[data-print]")) print(); });

// A box wider than its page can be scrolled by arrow keys. A box far down is looked at when it is about to be shown:
// until then the browser has not laid it out (content-visibility, in book.css).
const BOXES = "pre, .katex-display, .result-table, .result-product, .cell_output > .output, .pst-scrollable-table-container";
const sizes = new ResizeObserver((changes) => {
  for (const box of new Set(changes.map(({target}) => target.closest(BOXES)))) {
    if (box.scrollWidth > box.clientWidth || box.scrollHeight > box.clientHeight) box.tabIndex = 0;
    else box.removeAttribute("tabindex");
  }
});

function watch(part) {
  for (const box of part.querySelectorAll(BOXES)) {
    sizes.observe(box);
    if (box.firstElementChild) sizes.observe(box.firstElementChild);   // fonts that come late widen a formula
  }
}

watch(document);
if (location.hash) document.documentElement.classList.add("whole");   // the address may name a figure and its numbers
for (const answer of document.querySelectorAll(".derive")) {
  new MutationObserver(() => watch(answer)).observe(answer, {childList: true, subtree: true});
}

// Paper is light, and nothing scrolls on it: a formula that is too wide is set smaller (--fit, in book.css).
const PAPER = 780;   // pixels of the screen; letters are a fifth smaller on paper
const {dataset} = document.documentElement;
let theme = dataset.theme;

addEventListener("beforeprint", () => {
  theme = dataset.theme;
  dataset.theme = "light";
  const contents = document.createRange();
  for (const formula of document.querySelectorAll(".katex-display .katex-html")) {
    contents.selectNodeContents(formula);
    const wide = contents.getBoundingClientRect().width;
    if (wide > PAPER) formula.closest(".katex-display").style.setProperty("--fit", PAPER / wide);
  }
});
addEventListener("afterprint", () => { dataset.theme = theme; });
