// A deck: what is too high for one slide goes on on the next, what is too wide is set smaller; then reveal.js shows it.

import Reveal from "reveal.js";
import Notes from "reveal.js/plugin/notes";

const ROOM = { wide: 1168, high: 640 }, GAP = 20;   // what the margins of a slide (deck.css) leave of 1280 by 720
const LOWEST = 220, LETTERS = 20, LARGER = 1.3, WIDE = 1.7;   // of pictures
const { dataset } = document.documentElement;

// -- every block has its room ----------------------------------------------------------------------------------------

const height = (element) => element.getBoundingClientRect().height;

function fit(block, high) {                     // pictures give way first; formulas and tables are set smaller
  const panels = block.querySelector(".nbfig-panels"), part = block.querySelector(".fit") ?? block;
  const over = panels?.closest(".beside") ? height(panels) - high : height(block) - high;
  if (panels && over > 0) panels.style.setProperty("--high", `${Math.max(LOWEST, height(panels) - over)}px`);
  const rest = height(block) - height(part);
  const share = Math.min(1, ROOM.wide / part.scrollWidth, (high - rest) / height(part));
  if (share < 1) Object.assign(part.style, { zoom: share, width: `${ROOM.wide / share}px` });
  return height(block);
}

function enlarge(text) {                        // letters of a picture: read from the back row if there is room
  const size = parseFloat(getComputedStyle(text).fontSize), shown = size * text.getScreenCTM().a;
  if (shown < LETTERS) text.style.fontSize = `${size * Math.min(LARGER, LETTERS / shown)}px`;
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
  for (const block of slide.querySelectorAll(":scope > .block")) {
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

function arrange(figure) {                      // one picture that is not very wide has its sliders beside it
  const [picture, ...more] = figure.querySelectorAll(".nbfig-panels > svg"), { width, height } = picture.viewBox.baseVal;
  const beside = !more.length && width < WIDE * height;
  figure.classList.toggle("beside", beside);
  figure.classList.toggle("roomy", beside && figure.querySelectorAll(".nbfig-slider").length < 3);
}

async function start() {
  if (new URLSearchParams(location.search).has("dark")) toggleDark();
  await Promise.all([...document.fonts].map((font) => font.load()));
  document.querySelectorAll(".nbfig").forEach(arrange);
  document.querySelectorAll(".slides > section").forEach(lay);
  document.querySelectorAll(".nbfig-panels text").forEach(enlarge);
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
