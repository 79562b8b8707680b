// The first figure of a page lives at once, any other when it is near the screen, or when the browser has nothing else
// to do, one after the other; all at once where the address has the numbers of one, and its place must be found.

(() => {
  const waiting = new Map();
  const read = new Promise((done) => { addEventListener("DOMContentLoaded", () => setTimeout(done)); });
  const idle = window.requestIdleCallback ?? setTimeout;
  const near = new IntersectionObserver((seen) => {
    for (const {target, isIntersecting} of seen) if (isIntersecting) wake(target);
  }, {rootMargin: "100%"});
  let found = 0;

  // Of an entry of `bound`, what is left out in a page's file since it follows from the one before (shell/programs.py).
  function whole(spec) {
    let at = 0, axes;
    for (const item of spec.bound) {
      axes = item.axes ??= axes;
      item.last = (item.first ??= at) + item.size;
      if ("when" in item) item.when += item.last;
      at = Math.max(item.last + (item.label ? 1 : 0), (item.when ?? -1) + 1);
    }
    return spec;
  }

  function wake(root) {
    const spec = waiting.get(root);
    waiting.delete(root);
    near.unobserve(root);
    if (!spec) return;
    root.querySelectorAll("[data-bound='']").forEach((part, k) => { part.dataset.bound = k; });
    nbcode.mount(root, {name: root.id.replace("fig-", ""), ...whole(spec())});
    read.then(() => { for (const box of root.querySelectorAll("input[type=button]")) box.type = "text"; });
  }

  function next() {
    const [root] = waiting.keys();
    if (!root) return;
    wake(root);
    idle(next);
  }

  // What the programs of figures say often (shell/programs.py).
  nbcode.at = (x, first, values) => values[Math.min(values.length - 1, Math.max(0, Math.floor(x - first) + 1))];
  nbcode.box = (a, b, c, d) => [a, b, c, b, c, d, a, d, a, b];
  nbcode.live = (id, spec) => {
    const root = document.getElementById(id);
    waiting.set(root, spec);
    if (!found++ || location.hash.includes("=")) wake(root);
    else near.observe(root);
  };
  addEventListener("load", () => idle(next));
})();
