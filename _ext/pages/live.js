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

  function wake(root) {
    const spec = waiting.get(root);
    waiting.delete(root);
    near.unobserve(root);
    if (!spec) return;
    nbcode.mount(root, spec());
    read.then(() => { for (const box of root.querySelectorAll("input[type=button]")) box.type = "text"; });
  }

  function next() {
    const [root] = waiting.keys();
    if (!root) return;
    wake(root);
    idle(next);
  }

  nbcode.live = (id, spec) => {
    const root = document.getElementById(id);
    waiting.set(root, spec);
    if (!found++ || location.hash.includes("=")) wake(root);
    else near.observe(root);
  };
  addEventListener("load", () => idle(next));
})();
