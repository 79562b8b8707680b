// A live figure: redraws the bound paths of an SVG from functions that Python derived and compiled.
// mount(root, spec) works on a page and in a notebook alike; it needs nothing but the element and the spec.

const _ = String.raw;                           // marks words; a page gets those of its own language instead

// -- numbers ----------------------------------------------------------------------------------------------------

function parse(text) {                          // −0.5 as the page prints it, 1,5 with a comma; or NaN
  const plain = text.trim().replace(/[−–]/g, "-").replace(",", ".");
  return /^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i.test(plain) ? +plain : NaN;
}

function snap(value, {min, max, step}) {        // the nearest number at which the slider can stand
  const last = Math.floor((max - min) / step + 1e-9);
  const k = Math.max(0, Math.min(last, Math.round((value - min) / step)));
  return +(+min + k * step).toPrecision(12);
}

function show(value, digits) {                  // digits 2: two decimals; "2s": two significant digits
  if (digits == null) return "";                // a word stays
  if (!isFinite(value)) return "—";
  const few = parseInt(digits), exact = few === +digits, size = Math.abs(value);
  const point = exact ? few : Math.max(0, few - 1 - size.toExponential(few - 1).split("e")[1]);
  const long = size >= 1e7 || !exact && size && size < 1e-6;
  const text = long ? value.toExponential(exact ? few : few - 1) : value.toFixed(point);
  return (+text ? text : text.replace("-", "")).replace(/-/g, "−");
}

// -- gradient descent -------------------------------------------------------------------------------------------

const counted = (steps) => steps === 1 ? _`1 step` : _`${steps} steps`;

function advance({learn, rate, clip, tolerance, most, gradient}, state, steps) {
  const names = Object.keys(state);             // one step: {state, steps}, and why it must end where it must
  const at = (now, count) => gradient(...names.map((name) => now[name]), count);
  const slopes = at(state, steps).slice(1), size = Math.hypot(...slopes);
  const lr = (state[rate] ?? rate) * Math.min(1, (state[clip] ?? clip ?? Infinity) / size || 1);
  const moves = slopes.map((slope) => lr * slope), next = {...state}, done = steps + 1;
  const before = counted(steps), after = counted(done);
  learn.forEach((name, k) => { next[name] -= moves[k]; });
  if (isNaN(size)) return {state, steps, end: _`The derivative has no number here.`};
  if (!isFinite(at(next, done)[0]) || learn.some((name) => !(Math.abs(next[name]) < 1e6)))
    return {state, steps, end: steps ? _`Diverged after ${before}: make the learning rate smaller, then Reset.`
      : _`Diverged at the first step: make the learning rate smaller, then Reset.`};
  let end = done >= most ? _`Stopped after ${after}.` : "";
  if (Math.max(...moves.map(Math.abs)) <= tolerance)
    end = size ? _`Done after ${after}: no step was longer than ${tolerance}.`
      : _`Stopped after ${after}: the slope is exactly 0 here, so nothing changes.`;
  return {state: next, steps: done, end};
}

// -- the page's address: #one=w:1,b:2&other=w:3, the figure last changed at its end -------------------------------

const figures = new Map();                      // by name: those that the address keeps
let due = 0;                                    // the address is written once for all that one turn changes

function written(kept) {
  return [...kept].map(([name, figure]) => [name, figure.changes()]).filter(([, text]) => text)
    .map((pair) => pair.join("=")).join("&");
}

function address() {
  const text = written(figures), url = new URL(location);
  due = 0;
  if (text || url.hash.includes("=")) url.hash = text;    // the anchor of a heading stays
  try { history.replaceState(null, "", url); } catch {}
}

function read(hash, name) {                     // {values: {w: 1, …}, last: whether this figure is at the end}
  const all = new URLSearchParams(hash.slice(1));
  const pairs = (all.get(name) ?? "").split(",").map((pair) => pair.split(":"));
  const values = pairs.map(([key, text = ""]) => [key, parse(text)]).filter((pair) => isFinite(pair[1]));
  return {values: Object.fromEntries(values), last: [...all.keys()].pop() === name};
}

// -- drawing ----------------------------------------------------------------------------------------------------

const pairs = ({first, last}, values) =>
  Array.from({length: (last - first) / 2}, (_, k) => [values[first + 2 * k], values[first + 2 * k + 1]]);

function sampled({low, high, points, curve}, at) {
  return Array.from({length: points}, (_, k) => {
    const t = low + (high - low) * k / (points - 1);
    return [t, curve(t, ...at)[0]];
  });
}

function paint(element, {grid: [columns, rows], x: [left, right], y: [bottom, top], low, high, from, to, cell}, at) {
  [...element.children].forEach((rect, k) => {
    const x = left + (right - left) * (k % columns + 0.5) / columns;
    const y = bottom + (top - bottom) * (Math.floor(k / columns) + 0.5) / rows;
    const share = Math.max(0, Math.min(1, (cell(x, y, ...at)[0] - low) / (high - low)));
    const [end, part] = share < 0.5 ? [from, 1 - 2 * share] : [to, 2 * share - 1];   // pale in the middle
    rect.style.fill = `color-mix(in oklab, ${end} ${(100 * part).toFixed(1)}%, var(--nb-middle, #efefef))`;
  });
}

function pixel({axes: [ax, bx, ay, by]}, [x, y]) {
  return [ax * x + bx, ay * y + by].map((v) => Math.max(-9999, Math.min(9999, v)));
}

function path(points, {dots, closed}) {
  let d = "", pen = "M";
  for (const [x, y] of points) {
    if (isNaN(x + y)) { pen = "M"; continue; }
    d += pen + +x.toFixed(2) + " " + +y.toFixed(2);
    if (dots) d += "h0";
    else pen = "L";
  }
  return closed && d ? d + "Z" : d;
}

function place(element, point, text) {          // away from the picture where there is no number
  point.forEach((v, k) => element.setAttribute("xy"[k], isNaN(v) ? -9999 : +v.toFixed(2)));
  if (text) element.textContent = text;
}

// -- the figure -------------------------------------------------------------------------------------------------

class Figure {
  constructor(root, spec) {
    Object.assign(this, {root, spec, steps: 0, timer: 0, trails: new Map(), listener() {}});
    this.start = Object.fromEntries(spec.sliders);
    this.state = {...this.start};
    this.bound = spec.bound.map((item, k) => [item, this.all(`[data-bound="${k}"]`)[0]]);
    this.ranges = Object.fromEntries(this.all("input[type=range]").map((range) => [range.dataset.name, range]));
  }

  all(selector) { return [...this.root.querySelectorAll(selector)]; }
  args() { return [...Object.values(this.state), this.steps]; }
  tell() { this.listener({...this.state}); }
  write(selector, text) { for (const one of this.all(selector)) one.textContent = text; }
  say(text) { this.write("[role=status]", text); }

  draw() {
    const at = this.args(), values = this.spec.values(...at);
    for (const [item, element] of this.bound) {
      if (item.when >= 0) element.style.visibility = values[item.when] ? "" : "hidden";
      if (item.grid) paint(element, item, at);
      else if (item.label) place(element, pixel(item, pairs(item, values)[0]), show(values[item.last], item.digits));
      else element.setAttribute("d", path(this.points(item, values, at).map((point) => pixel(item, point)), item));
    }
    for (const output of this.all("output[data-value]")) {
      const value = values[output.dataset.index];
      output.dataset.value = value;
      output.textContent = show(value, output.dataset.digits);
    }
    this.write("output[data-steps]", this.steps);
    this.all(".nbfig-frames li").forEach((one, k) => one.classList.toggle("now", k + 1 === this.state.frame));
    for (const input of this.all("input[data-name]")) if (document.activeElement !== input) this.fill(input);
  }

  points(item, values, at) {
    return item.trail ? this.trails.get(item) : item.curve ? sampled(item, at) : pairs(item, values);
  }

  fill(input) {                                 // a slider or a box shows its number
    const number = +this.state[input.dataset.name].toFixed(input.dataset.digits);
    if (input.type === "range") input.setAttribute("aria-valuetext", number);
    input.value = input.type === "text" ? `${number}`.replace("-", "−") : number;
  }

  grow() {                                      // a trail keeps where its point has been
    const values = this.spec.values(...this.args());
    for (const item of this.spec.bound) if (item.trail) this.trails.get(item).push(...pairs(item, values));
  }

  restart() {
    this.steps = 0;
    for (const item of this.spec.bound) if (item.trail) this.trails.set(item, []);
    this.grow();
    this.say("");
  }

  set(values) {                                 // moves sliders; a new start, unless rate or frame changes
    const changed = Object.keys(values).filter((name) => name in this.start && values[name] !== this.state[name]);
    for (const name of changed) this.state[name] = values[name];
    if (changed.some((name) => name !== "frame" && name !== this.spec.descent?.rate)) this.restart();
    this.draw();
  }

  step() {                                      // one step of gradient descent; says why where it must stop
    const before = this.steps, {state, steps, end} = advance(this.spec.descent, this.state, before);
    Object.assign(this, {state, steps});
    if (steps > before) this.grow();
    return end;
  }

  stop(text) {
    cancelAnimationFrame(this.timer);
    this.timer = 0;
    this.write("[data-do=play]", _`Play`);
    this.say(text);
    this.remember();
  }

  play() {
    const still = matchMedia("(prefers-reduced-motion: reduce)").matches, {pace} = this.spec.descent;
    let due = 0, last = performance.now();
    this.write("[data-do=play]", _`Pause`);
    this.say("");
    const frame = (now) => {
      due = Math.min(due + (now - last) / 1000 * pace, pace);
      last = now;
      let end = "";
      if (still || due >= 1) {                  // most frames come between two steps
        for (; (still || due >= 1) && !end; due--) end = this.step();
        this.draw();
        this.tell();
      }
      const {bottom, top} = this.root.getBoundingClientRect();
      this.timer = requestAnimationFrame(frame);
      if (end || bottom < 0 || top > innerHeight || !this.root.isConnected) this.stop(end);
    };
    this.timer = requestAnimationFrame(frame);
  }

  async copy() {
    const text = `dict(${Object.entries(this.state).map((pair) => pair.join("=")).join(", ")})`;
    try { await navigator.clipboard.writeText(text); this.say(_`Copied: ${text}`); } catch { this.say(text); }
  }

  turn(by) {                                    // to another frame
    this.set({frame: snap(this.state.frame + by, this.ranges.frame)});
    this.tell();
    this.remember();
  }

  press(what) {
    const halt = (end) => { this.draw(); this.tell(); this.stop(end); };
    if (what === "step") halt(this.step());
    if (what === "play") this.timer ? this.stop("") : this.play();
    if (what === "copy") this.copy();
    if (what === "back") this.turn(-1);
    if (what === "next") this.turn(1);
    if (what === "reset") { this.set(this.start); this.restart(); halt(""); }
  }

  // What a reader does.

  typed({target}) {
    const {name} = target.dataset, value = parse(target.value);
    if (!name || isNaN(value)) return;
    if (this.timer && this.spec.descent.learn.includes(name)) this.stop("");
    this.set({[name]: snap(value, this.ranges[name])});
    this.tell();
  }

  settled({target}) {                           // a box shows the number that holds, and says where it is another
    const {name} = target.dataset;
    if (!name) return;
    const {min, max, step} = this.ranges[name], typed = parse(target.value);
    this.fill(target);
    if (isNaN(typed)) this.say(_`Not a number: write −0.5 or 1e−3.`);
    else if (Math.abs(typed - this.state[name]) > step / 1e6)
      this.say(_`${name} goes from ${min} to ${max} in steps of ${step}.`);
    this.remember();
  }

  light(target) {                               // what belongs to that which is touched lights up
    const names = target?.closest?.("[data-link]")?.dataset.link.split(" ") ?? [];
    for (const each of this.all("[data-link]"))
      each.classList.toggle("lit", each.dataset.link.split(" ").some((name) => names.includes(name)));
  }

  attend() {
    const on = (type, act) => this.root.addEventListener(type, act);
    on("input", (event) => this.typed(event));
    on("change", (event) => this.settled(event));
    on("focusout", () => { this.light(); this.draw(); });   // a number half typed makes way for the one that holds
    on("click", ({target}) => { this.light(target); this.press(target.dataset?.do); });
    on("pointerover", ({target}) => this.light(target));
    on("focusin", ({target}) => this.light(target));
    on("pointerleave", () => this.light());
  }

  // What the page's address keeps.

  changes() {
    return Object.keys(this.start).filter((name) => this.state[name] !== this.start[name])
      .map((name) => `${name}:${this.state[name]}`).join(",");
  }

  remember() {
    if (!this.spec.address) return;
    figures.delete(this.spec.name);             // the one last changed goes to the end
    figures.set(this.spec.name, this);
    if (!due) queueMicrotask(address);
    due = 1;
  }

  recall() {
    const {values, last} = read(location.hash, this.spec.name), learn = this.spec.descent?.learn ?? [];
    const kept = Object.keys(values).filter((name) => name in this.start);
    for (const name of kept) if (!learn.includes(name)) values[name] = snap(values[name], this.ranges[name]);
    if (kept.length) this.set({...this.start, ...values});
    return last && kept.length;
  }
}

function mount(root, spec) {
  const figure = new Figure(root, spec);
  figure.attend();
  figure.restart();
  figure.draw();
  root.dataset.live = "on";
  if (spec.address) {
    figures.set(spec.name, figure);
    if (figure.recall()) root.scrollIntoView({block: "center"});
    addEventListener("hashchange", () => figure.recall());
  }
  return {set(values) { figure.set(values); }, listen(f) { figure.listener = f; }};
}

export { Figure, advance, mount, parse, path, read, show, snap, written };
