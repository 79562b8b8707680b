// A live figure: redraws the bound paths of an SVG from functions that Python derived and compiled.
// mount(root, spec) works on a page and in a notebook alike; it needs nothing but the element and the spec.

const figures = new Map();   // by name: what the page's address keeps

function mount(root, spec) {
  const $ = (selector) => [...root.querySelectorAll(selector)];
  const names = spec.sliders.map(([name]) => name);
  const start = Object.fromEntries(spec.sliders);
  const bound = spec.bound.map((item, k) => [item, $(`[data-bound="${k}"]`)[0]]);
  const trails = new Map();
  let state = {...start}, steps = 0, timer = 0, listener = () => {};

  const count = () => `${steps} step${steps === 1 ? "" : "s"}`;
  const args = () => [...names.map((name) => state[name]), steps];
  const tell = () => listener({...state});

  function draw() {
    const at = args(), values = spec.values(...at);
    for (const [item, element] of bound) {
      if (item.grid) paint(element, item, at);
      else if (item.label) place(element, pixel(item, pairs(item, values)[0]), show(values[item.last], item.digits));
      else element.setAttribute("d", path(points(item, values, at).map((point) => pixel(item, point)), item));
    }
    for (const output of $("output[data-value]")) {
      const value = values[output.dataset.index];
      output.dataset.value = value;
      output.textContent = show(value, +output.dataset.digits);
    }
    for (const input of $("input[data-name]")) {
      const number = +state[input.dataset.name].toFixed(input.dataset.digits);
      if (input.type === "range") input.setAttribute("aria-valuetext", number);
      else if (document.activeElement === input) continue;
      input.value = number;
    }
    for (const output of $("output[data-steps]")) output.textContent = steps;
  }

  function points(item, values, at) {
    if (item.trail) return trails.get(item);
    if (!item.curve) return pairs(item, values);
    return Array.from({length: item.points}, (_, k) => {
      const t = item.low + (item.high - item.low) * k / (item.points - 1);
      return [t, item.curve(t, ...at)[0]];
    });
  }

  function grow() {                              // a trail keeps where its point has been
    const values = spec.values(...args());
    for (const item of spec.bound) if (item.trail) trails.get(item).push(...pairs(item, values));
  }

  function restart() {
    steps = 0;
    for (const item of spec.bound) if (item.trail) trails.set(item, []);
    grow();
    say("");
  }

  function set(values) {                        // moves sliders; a new start, unless only the rate has changed
    const changed = Object.keys(values).filter((name) => name in start && values[name] !== state[name]);
    for (const name of changed) state[name] = values[name];
    if (changed.some((name) => name !== spec.descent?.rate)) restart();
    draw();
  }

  function step() {                             // one step of gradient descent; says why where it must stop
    const {learn, rate, clip, tolerance, most, gradient} = spec.descent;
    const slopes = gradient(...args()).slice(1), before = {...state};
    const lr = (state[rate] ?? rate) * Math.min(1, (state[clip] ?? clip ?? Infinity) / Math.hypot(...slopes) || 1);
    const moves = slopes.map((slope) => lr * slope);
    learn.forEach((name, k) => { state[name] -= moves[k]; });
    steps += 1;
    if (!Number.isFinite(gradient(...args())[0]) || learn.some((name) => !(Math.abs(state[name]) < 1e6))) {
      state = before;
      steps -= 1;
      return `Diverged after ${count()}: make the learning rate smaller, then Reset.`;
    }
    grow();
    if (Math.max(...moves.map(Math.abs)) <= tolerance) return `Done after ${count()}: no step was longer than ${tolerance}.`;
    return steps >= most ? `Stopped after ${count()}.` : "";
  }

  function say(text) {
    for (const status of $("[role=status]")) status.textContent = text;
  }

  function stop(text) {
    cancelAnimationFrame(timer);
    timer = 0;
    for (const button of $("[data-do=play]")) button.textContent = "Play";
    say(text);
    remember();
  }

  function play() {
    const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
    let due = 0, last = performance.now();
    for (const button of $("[data-do=play]")) button.textContent = "Pause";
    say("");
    const frame = (now) => {
      due = Math.min(due + (now - last) / 1000 * spec.descent.pace, spec.descent.pace);
      last = now;
      let end = "";
      for (; (still || due >= 1) && !end; due--) end = step();
      draw();
      tell();
      const {bottom, top} = root.getBoundingClientRect();
      if (end || bottom < 0 || top > innerHeight || !root.isConnected) stop(end);
      else timer = requestAnimationFrame(frame);
    };
    timer = requestAnimationFrame(frame);
  }

  const actions = {
    step() { const end = step(); draw(); tell(); stop(end); },
    play() { if (timer) stop(""); else play(); },
    reset() { set(start); restart(); draw(); tell(); stop(""); },
    async copy() {
      const text = `dict(${names.map((name) => `${name}=${state[name]}`).join(", ")})`;
      try { await navigator.clipboard.writeText(text); say(`Copied: ${text}`); } catch { say(text); }
    },
  };

  function remember() {                         // the address of the page keeps the numbers
    if (!spec.address) return;
    const changed = [...figures].map(([name, figure]) => [name, figure()]).filter(([, text]) => text);
    const text = changed.map((pair) => pair.join("=")).join("&");
    if (!text && !location.hash.includes("=")) return;
    const address = text ? `#${text}` : location.pathname + location.search;
    try { history.replaceState(null, "", address); } catch { /* a browser may find this too often */ }
  }

  function recall() {
    const list = new URLSearchParams(location.hash.slice(1)).get(spec.name);
    const kept = (list ?? "").split(",").map((pair) => pair.split(":")).map(([key, value]) => [key, parseFloat(value)])
      .filter(([key, value]) => key in start && Number.isFinite(value));
    if (kept.length) set({...start, ...Object.fromEntries(kept)});
    return kept.length > 0;
  }

  root.addEventListener("input", ({target}) => {
    const name = target.dataset.name, value = target.valueAsNumber;
    if (!name || !Number.isFinite(value)) return;
    if (timer && spec.descent.learn.includes(name)) stop("");
    set({[name]: value});
    tell();
  });
  root.addEventListener("change", remember);
  root.addEventListener("focusout", draw);      // a number half typed makes way for the one that holds
  root.addEventListener("click", ({target}) => actions[target.dataset?.do]?.());

  restart();
  draw();
  root.dataset.live = "on";
  if (spec.address) {
    figures.set(spec.name, () => names.filter((name) => state[name] !== start[name])
      .map((name) => `${name}:${state[name]}`).join(","));
    if (recall()) root.scrollIntoView({block: "center"});
    addEventListener("hashchange", recall);
  }
  return {set, listen: (f) => { listener = f; }};
}

const pairs = ({first, last}, values) =>
  Array.from({length: (last - first) / 2}, (_, k) => [values[first + 2 * k], values[first + 2 * k + 1]]);

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
  const bounded = (v) => Math.max(-9999, Math.min(9999, v));
  return [bounded(ax * x + bx), bounded(ay * y + by)];
}

function path(points, {dots, closed}) {
  let d = "", pen = "M";
  for (const [x, y] of points) {
    if (Number.isNaN(x + y)) { pen = "M"; continue; }
    d += `${pen}${+x.toFixed(2)} ${+y.toFixed(2)}`;
    if (dots) d += "h0";
    else pen = "L";
  }
  return closed && d ? d + "Z" : d;
}

function place(element, point, text) {          // away from the picture where there is no number
  point.forEach((v, k) => element.setAttribute("xy"[k], Number.isNaN(v) ? -9999 : +v.toFixed(2)));
  element.textContent = text;
}

function show(value, digits) {
  if (!Number.isFinite(value)) return "—";
  const text = Math.abs(value) < 1e7 ? value.toFixed(digits) : value.toExponential(digits);
  return (Number(text) === 0 ? text.replace("-", "") : text).replace("-", "−");
}

export { mount };
