// The network of a task, from its steps: what is given in plain letters, each step in a circle, from left to right.

const APART = 68, BETWEEN = 42, SIDE = 26, RIM = 17, MOST = { columns: 8, rows: 7 }, PHONE = 6;
const BENDS = [0, -52, 52, -84, 84, -120, 120, -160, -200, -240], ALONG = Array.from({ length: 31 }, (_, k) => (k + 1) / 32);
const SVG = "http://www.w3.org/2000/svg", NAME = /[A-Za-z_]\w*(?:\[\w+\])?(?!\w|\()/g;
const GREEK = { alpha: "α", beta: "β", gamma: "γ", delta: "δ", epsilon: "ε", eta: "η", theta: "θ", lamda: "λ", mu: "μ", sigma: "σ", tau: "τ", phi: "φ" };
const UNDRAWN = new Set(["n", "i", "pi", "e"]);

// {nodes: [{key, name, step, column, row}], links: [[key, key]]}, or null where it would be no picture; rows are counted from
// the middle. What is given stands once, before the first step that uses it; a weight shared through time stands at each.
export function layout({ steps, shapes }) {
  if (shapes) return null;
  const isStep = new Set(steps.map(([name]) => name)), column = new Map(), uses = new Map(), nodes = [], links = [];
  for (const [name, text] of steps) {
    const used = [...new Set(text.match(NAME) ?? [])].filter((each) => (isStep.has(each) || !UNDRAWN.has(each)) && each !== name);
    column.set(name, 1 + Math.max(0, ...used.map((each) => column.get(each) ?? 0)));
    for (const each of used) uses.set(each, [...uses.get(each) ?? [], name]);
  }
  for (const [name, at] of column) nodes.push({ key: name, name, step: true, column: at });
  for (const [name, users] of uses) {
    const at = users.map((user) => column.get(user)), first = Math.min(...at), shared = Math.max(...at) - first > 1;
    for (const user of users) {
      const place = (shared ? column.get(user) : first) - 1, key = isStep.has(name) ? name : `${name} ${place}`;
      if (!nodes.some((node) => node.key === key)) nodes.push({ key, name, step: false, column: place });
      links.push([key, user]);
    }
  }
  const columns = 1 + Math.max(...column.values());
  for (let k = 0; k < columns; k++) {
    const all = nodes.filter((node) => node.column === k), outer = all.filter(({ step }) => !step), half = Math.floor(outer.length / 2);
    const order = [...outer.slice(0, half), ...all.filter(({ step }) => step), ...outer.slice(half)];
    order.forEach((node, row) => { node.row = row - (order.length - 1) / 2; });
  }
  const rows = 1 + 2 * Math.max(...nodes.map(({ row }) => row));
  return columns > MOST.columns || rows > MOST.rows ? null : { nodes, links, columns, rows };
}

function element(tag, attributes, ...inside) {
  const made = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...inside);
  return made;
}

// w1 as w with a small 1, h_tm1 as h with t−1.
function label(name) {
  const [, word, digits, below, index] = /^([A-Za-z]+)(\d*)(?:_(\w+))?(?:\[(\w+)\])?$/.exec(name) ?? [null, name];
  const letter = word.endsWith("hat") && word.length === 4 ? `${word[0]}\u0302` : GREEK[word] ?? word;
  const small = [digits, below?.replace(/^t([mp])(\d)$/, (_, sign, k) => `t${sign === "m" ? "−" : "+"}${k}`), index].filter(Boolean).join(",");
  const looks = letter.length === 1 || letter.includes("\u0302") ? { "font-style": "italic" } : {};
  return [element("tspan", looks, letter), ...(small ? [element("tspan", { dy: 4, "font-size": 11 }, small)] : [])];
}

// A straight line from rim to rim; where nodes stand in its way, the flattest arc that goes past them. `middle` is its height half way.
function link([x, y], [u, v], places) {
  const m = (x + u) / 2, n = (y + v) / 2, others = places.filter(([a, b]) => Math.hypot(a - x, b - y) > 1 && Math.hypot(a - u, b - v) > 1);
  const near = (bend) => others.some(([a, b]) => ALONG.some((t) => Math.hypot(x + (u - x) * t - a, y + (v - y) * t + 2 * t * (1 - t) * bend - b) < RIM));
  const q = n + (BENDS.find((bend) => !near(bend)) ?? BENDS[1]);
  const rim = (a, b) => { const far = Math.hypot(m - a, q - b) / RIM; return `${(a + (m - a) / far).toFixed(1)} ${(b + (q - b) / far).toFixed(1)}`; };
  return { middle: (n + q) / 2, d: `M${rim(x, y)}Q${m} ${q.toFixed(1)} ${rim(u, v)}` };
}

export function drawing(task) {
  const plan = layout(task);
  if (!plan) return null;
  const width = (plan.columns - 1) * APART + 2 * SIDE, height = plan.rows * BETWEEN;
  const place = ({ column, row }) => [SIDE + column * APART, height / 2 + row * BETWEEN], at = new Map(plan.nodes.map((node) => [node.key, place(node)]));
  const links = plan.links.map(([from, to]) => link(at.get(from), at.get(to), [...at.values()])), middles = links.map(({ middle }) => middle), top = Math.min(0, ...middles) - 2, long = Math.max(height, ...middles) + 2 - top;
  const svg = element("svg", { class: `practice-drawing${plan.columns > PHONE ? " practice-wide" : ""}`, viewBox: `0 ${top} ${width} ${long}`, width, height: long, "aria-hidden": "true" });
  svg.append(...links.map(({ d }) => element("path", { class: "practice-link", d })));
  for (const node of plan.nodes) {
    const [x, y] = at.get(node.key);
    if (node.step) svg.append(element("circle", { class: "practice-node", cx: x, cy: y, r: 16 }));
    svg.append(element("text", { x, y: y + 5, "text-anchor": "middle", "font-size": 15 }, ...label(node.name)));
  }
  return svg;
}
