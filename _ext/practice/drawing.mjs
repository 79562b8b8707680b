// The network of a task, from its steps: what is given in plain letters, each step in a circle, from left to right.

const APART = 68, BETWEEN = 42, SIDE = 26, RIM = 17, BEND = 52, MOST = { columns: 8, rows: 6 }, PHONE = 6;
const SVG = "http://www.w3.org/2000/svg", NAME = /[A-Za-z_]\w*(?:\[\w+\])?(?!\w|\()/g;
const GREEK = { alpha: "α", beta: "β", gamma: "γ", delta: "δ", epsilon: "ε", eta: "η", theta: "θ", lamda: "λ", mu: "μ", sigma: "σ", tau: "τ", phi: "φ" };
const UNDRAWN = new Set(["n", "i", "pi", "e"]);

// {nodes: [{name, step, column, row}], links: [[from, to]]}, or null where it would be no picture; rows are counted from the middle.
export function layout({ steps, shapes }) {
  if (shapes) return null;
  const column = new Map(), isStep = new Set(steps.map(([name]) => name)), links = [];
  for (const [name, text] of steps) {
    const used = [...new Set(text.match(NAME) ?? [])].filter((each) => !UNDRAWN.has(each) && each !== name);
    links.push(...used.map((each) => [each, name]));
    column.set(name, 1 + Math.max(0, ...used.map((each) => isStep.has(each) ? column.get(each) ?? 0 : 0)));
    for (const each of used) if (!isStep.has(each)) column.set(each, Math.min(column.get(each) ?? Infinity, column.get(name) - 1));
  }
  const columns = Math.max(...column.values()) + 1, nodes = [];
  for (let k = 0; k < columns; k++) {
    const all = [...column.keys()].filter((name) => column.get(name) === k), inner = all.filter((name) => isStep.has(name)), outer = all.filter((name) => !isStep.has(name));
    const half = Math.floor(outer.length / 2), order = [...outer.slice(0, half), ...inner, ...outer.slice(half)];
    order.forEach((name, row) => nodes.push({ name, step: isStep.has(name), column: k, row: row - (order.length - 1) / 2 }));
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

// A straight line from rim to rim; where another node stands in its way, an arc. `top` is how high it comes.
function link([x, y], [u, v], places) {
  const isInTheWay = ([a, b]) => a > x + 1 && a < u - 1 && Math.abs(y + (v - y) * (a - x) / (u - x) - b) < RIM;
  const bend = places.some(isInTheWay) ? BEND : 0, [p, q] = [(x + u) / 2, (y + v) / 2 - bend];
  const rim = (a, b) => { const far = Math.hypot(p - a, q - b) / RIM; return `${(a + (p - a) / far).toFixed(1)} ${(b + (q - b) / far).toFixed(1)}`; };
  return { top: (y + v) / 2 - bend / 2 - 2, d: `M${rim(x, y)}Q${p} ${q} ${rim(u, v)}` };
}

export function drawing(task) {
  const plan = layout(task);
  if (!plan) return null;
  const width = (plan.columns - 1) * APART + 2 * SIDE, height = plan.rows * BETWEEN + 4;
  const place = ({ column, row }) => [SIDE + column * APART, height / 2 + row * BETWEEN], at = new Map(plan.nodes.map((node) => [node.name, place(node)]));
  const links = plan.links.map(([from, to]) => link(at.get(from), at.get(to), [...at.values()])), top = Math.min(0, ...links.map((each) => each.top));
  const svg = element("svg", { class: `practice-drawing${plan.columns > PHONE ? " practice-wide" : ""}`, viewBox: `0 ${top} ${width} ${height - top}`, width, height: height - top, "aria-hidden": "true" });
  svg.append(...links.map(({ d }) => element("path", { class: "practice-link", d })));
  for (const node of plan.nodes) {
    const [x, y] = at.get(node.name);
    if (node.step) svg.append(element("circle", { class: "practice-node", cx: x, cy: y, r: 16 }));
    svg.append(element("text", { x, y: y + 5, "text-anchor": "middle", "font-size": 15 }, ...label(node.name)));
  }
  return svg;
}
