// A page that has derived once stands without a network as well: itself, what it has loaded, and the scripts of its edition are
// kept as a whole or not at all; what an older edition has kept goes only then. Each cache bears the site's path.

const OWN = ["worker.mjs", "pyodide.mjs", "pyodide.asm.mjs", "steps.js", "katex.min.js", "picture.js", "presets.json"];

// `folder`: address of the edition's files; `script`: that of the page's script, which a page of this edition names.
export async function keep(folder, script) {
  if (!globalThis.caches || !navigator.serviceWorker) return;
  const [, site, version] = /^(.*\/)([^/]+)\/$/.exec(new URL(folder).pathname), page = location.href.split(/[?#]/)[0];
  const edition = `derive:${site}:${version}`, mine = `${edition}:${location.pathname}:`, all = await caches.keys();
  const old = all.filter((name) => name.startsWith(mine));
  const html = await (await fetch(page)).text();
  if (!html.includes(script.split("/").pop())) return;                       // the site has moved on: the next visit keeps it
  const files = [page, ...OWN.map((name) => folder + name), ...loaded()], known = old.length === 1 && await caches.open(old[0]);
  const isKept = known && await known.match(page).then((response) => response?.text()) === html
    && (await Promise.all(files.map((file) => known.match(file)))).every(Boolean);
  if (!isKept) {
    const name = mine + Date.now(), cache = await caches.open(name);
    try {
      await cache.put(page, new Response(html, { headers: { "Content-Type": "text/html; charset=utf-8" } }));
      await cache.addAll([...new Set(files.slice(1))]);
    } catch (error) { await caches.delete(name); throw error; }
    await Promise.all(old.map((one) => caches.delete(one)));
  }
  await Promise.allSettled([new URL(page).pathname, new URL(folder).pathname].map((scope) =>
    navigator.serviceWorker.register(new URL(`../../../derive.offline.js?${version}`, folder), { scope })));
  await Promise.all(all.filter((name) => name.startsWith(`derive:${site}:`) && !`${name}:`.startsWith(`${edition}:`)).map((name) => caches.delete(name)));
}

function loaded() {                                 // of this site, by the page itself
  return performance.getEntriesByType("resource").filter(({ responseStatus }) => !(responseStatus >= 400))
    .map(({ name }) => name.split("#")[0]).filter((name) => new URL(name).origin === location.origin);
}
