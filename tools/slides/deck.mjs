// A deck: what is too high for one slide goes on on the next, what is too wide is set smaller; then reveal.js shows it.

import Reveal from "reveal.js";
import Notes from "reveal.js/plugin/notes";

const ROOM = { wide: 1168, high: 640 }, GAP = 20;   // what the margins of a slide (deck.css) leave of 1280 by 720
const SMALLEST = 0.65;                          // a formula gets no smaller because of its height
const LOWEST = 220, LETTERS = 24, LARGER = 1.3, NEAR = 4, WIDE = 1.7;   // of pictures
const { dataset } = document.documentElement;

// -- every block has its room ----------------------------------------------------------------------------------------

const height = (element) => element.getBoundingClientRect().height;

function reach(part) {                          // its width; a last line may go beyond its table, which stands in the middle
  const { left, width } = part.getBoundingClientRect(), ends = [...part.querySelectorAll(".rlap > .inner")];
  return Math.max(part.scrollWidth, ...ends.map((one) => 2 * (one.getBoundingClientRect().right - left) - width));
}

function fit(block, high) {                     // pictures give way first; formulas and tables are set smaller
  const panels = block.querySelector(".nbfig-panels"), part = block.querySelector(".fit") ?? block;
  const beside = panels?.closest(".beside"), words = beside?.querySelector(".nbfig-frames");
  const over = beside ? height(panels) + (words ? height(words) + GAP : 0) - high : height(block) - high;
  if (panels && over > 0) panels.style.setProperty("--high", `${Math.max(LOWEST, height(panels) - over)}px`);
  const rest = height(block) - height(part);
  const share = Math.min(1, ROOM.wide / reach(part), (high - rest) / height(part));
  if (share < 1) Object.assign(part.style, { zoom: share, width: `${ROOM.wide / share}px` });
  return height(block);
}

// A derivation that would be too small is told in parts: rows of its table, each part a formula of its own.

function columns(part) {                        // of a formula that is one table; none of any other
  const [base, ...more] = part.querySelectorAll(".katex-html > .base");
  return base && !more.length ? [...base.querySelectorAll(":scope > .mtable > .v")] : [];
}

function tops(all) {                            // where each row begins, and where the last ends
  const box = all[0].getBoundingClientRect(), range = document.createRange();
  const begins = [...all[0].children].map((_, k) => Math.min(...all.map((column) => {
    if (column.children[k]) range.selectNodeContents(column.children[k]);
    return column.children[k]?.hasChildNodes() ? range.getBoundingClientRect().top - box.top : Infinity;
  })));
  return [...begins, box.height];
}

function groups(begins, most) {                 // [first, after the last] of as many rows as have room
  const found = [];
  for (let from = 0; from < begins.length - 1; from = found.at(-1)[1]) {
    let to = from + 1;
    while (to < begins.length - 1 && begins[to + 1] - begins[from] <= most) to++;
    found.push([from, to]);
  }
  return found;
}

function keep(part, begins, [from, to]) {       // these rows only
  const all = columns(part), size = parseFloat(getComputedStyle(all[0]).fontSize);
  const high = (begins[to] - begins[from]) / size, look = { height: `${high}em`, verticalAlign: `${-high / 2}em` };
  for (const column of all) {
    for (const row of [...column.children].filter((_, k) => k < from || k >= to)) row.remove();
    for (const row of column.children) row.style.top = `${parseFloat(row.style.top) - begins[from] / size}em`;
    Object.assign(column.style, look);
  }
  Object.assign(part.querySelector(".katex-html > .base > .strut").style, look);
}

function split(block, high) {
  const part = block.querySelector(".fit"), all = part ? columns(part) : [];
  if (!all.length || high / height(part) > SMALLEST) return [block];
  const begins = tops(all), parts = groups(begins, high / Math.min(1, ROOM.wide / reach(part)));
  const blocks = parts.slice(1).map(() => block.cloneNode(false));
  block.after(...blocks);
  blocks.forEach((more, k) => { more.append(part.cloneNode(true)); keep(more, begins, parts[k + 1]); });
  keep(part, begins, parts[0]);
  return [block, ...blocks];
}

function enlarge(picture) {                     // its letters: read from the back row if there is room
  const texts = [...picture.querySelectorAll("text")], scale = picture.getScreenCTM().a;
  for (const text of texts) {
    const size = parseFloat(getComputedStyle(text).fontSize), shown = size * scale;
    if (shown < LETTERS) text.style.fontSize = `${size * Math.min(LARGER, LETTERS / shown)}px`;
  }
  const boxes = texts.map((text) => [text, text.getBoundingClientRect()]);
  for (const [upright, own] of boxes.filter(([text]) => text.getAttribute("transform")?.includes("rotate(-90"))) {
    const near = boxes.filter(([text, box]) => text !== upright && box.top < own.bottom && box.bottom > own.top &&
      box.left < own.right && box.right > own.right);
    const over = Math.max(0, ...near.map(([, box]) => own.right - box.left + NEAR));
    upright.style.translate = `${-over / scale}px`;   // numbers that grew push the name of their axis away
  }
}

function goOn(slide) {                          // a slide more, under the same heading
  const next = slide.cloneNode(false), heading = slide.querySelector("h2")?.cloneNode(true);
  heading?.removeAttribute("id");
  next.append(...heading ? [heading] : []);
  slide.after(next);
  return next;
}

function lay(slide) {
  const heading = slide.querySelector("h2"), high = ROOM.high - (heading ? heading.offsetHeight + GAP : 0);
  let now = slide, used = 0;
  for (const block of [...slide.querySelectorAll(":scope > .block")].flatMap((block) => split(block, high))) {
    const tall = fit(block, high);
    if (used && used + tall > high) { now = goOn(now); used = 0; }
    now.append(block);
    used += tall + GAP;
  }
}

// -- keys: a figure's own stay with it, those of a remote control turn the slides wherever the focus is ----------------

function turn(event, deck) {
  const inside = event.target.closest?.("input, button");
  if (!inside) return;
  if (event.key === "PageDown") deck.next();
  else if (event.key === "PageUp") deck.prev();
  else if (event.key === "Escape") inside.blur();
  else return;
  event.preventDefault();
  event.stopPropagation();
}

function toggleDark() { dataset.theme = dataset.theme === "dark" ? "light" : "dark"; }

function arrange(figure) {                      // one picture that is not very wide has its few sliders beside it
  const [picture, ...more] = figure.querySelectorAll(".nbfig-panels > svg"), { width, height } = picture.viewBox.baseVal;
  const sliders = figure.querySelectorAll(".nbfig-slider").length;
  const beside = !more.length && width < WIDE * height && sliders < 6;
  figure.classList.toggle("beside", beside);
  figure.classList.toggle("roomy", beside && sliders < 3);
}

async function start() {
  if (new URLSearchParams(location.search).has("dark")) toggleDark();
  await Promise.all([...document.fonts].map((font) => font.load()));
  document.querySelectorAll(".nbfig").forEach(arrange);
  document.querySelectorAll(".slides > section").forEach(lay);
  document.querySelectorAll(".nbfig-panels > svg").forEach(enlarge);
  dataset.laid = "";
  const deck = new Reveal({ width: 1280, height: 720, margin: 0, center: false, hash: true, slideNumber: "c/t",
    transition: "none", display: "flex", plugins: [Notes], keyboard: { 68: toggleDark },
    keyboardCondition: ({ target }) => !target.closest?.("input, button") });
  addEventListener("keydown", (event) => turn(event, deck), true);
  deck.on("slidechanged", () => document.activeElement?.blur());   // or arrows would move a figure out of sight
  await deck.initialize();
  globalThis.Reveal = deck;                     // where programs that print or steer decks look for it
  dataset.ready = "";
}

start();
