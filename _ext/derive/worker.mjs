// Python in a worker: loads Pyodide and SymPy from the folder of this file, once, and keeps them for the next visit.
// The folder is named after what is in it, so that all of it is of one edition.
// With #asleep in its address it takes its scripts, and the rest once it is woken.
// In: {wake} or {id, text, by, name}. Out: {loaded, total}, {stage}, {ready}, then with the id {deriving}, {answer}, {proof} or
// {error, place, …}, and {done}.

const _ = String.raw;
const here = (name) => new URL(name, import.meta.url).href;
const [, site, version] = /^(.*\/)([^/]+)\/$/.exec(new URL("./", import.meta.url).pathname);
let loaded = 0, total = 0, sizes = {};
const puts = [];                                 // what is on its way into the cache
let wake;
const woken = new Promise((resolve) => { wake = resolve; });
const ready = start();                           // nothing is awaited out here, or a message would come too early
ready.then(() => postMessage({ ready: true }), explain);

onmessage = async ({ data: { id, text, by, name, ...more } }) => {
  wake();
  if (more.wake) return;
  const say = (message) => postMessage({ id, ...message });
  let reply;
  try { reply = await ready; } catch { return; }
  try {
    say({ deriving: true });
    const answer = JSON.parse(reply("answer", text, by, name));
    say(answer);
    if (!answer.error) say(JSON.parse(reply("proof", text, by, name)));
  } catch (error) {
    const why = error.message ?? error;
    say({ error: _`Python could not go on (${why}).` });
  }
  say({ done: true });
};

async function start() {
  await WebAssembly.compile(new Uint8Array([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0]));   // before 20 MB: is it allowed here?
  if (location.hash === "#asleep") {
    await Promise.all(["pyodide.mjs", "pyodide.asm.mjs"].map((name) => import(`./${name}`)));
    await woken;
  }
  const network = globalThis.fetch, cache = await open();
  const file = (name) => kept(here(name), undefined, network, cache);
  const { lock, ...about } = await (await file("files.json")).json();
  ({ sizes } = about);
  total = Object.values(sizes).reduce((sum, size) => sum + size);
  globalThis.fetch = (url, options) => kept(String(url?.url ?? url), options, network, cache);
  const zips = ["sympy.zip", "book.zip"].map((name) => file(name).then((response) => response.arrayBuffer()));
  zips.forEach((zip) => zip.catch(() => {}));      // one that fails is awaited below
  const { loadPyodide } = await import("./pyodide.mjs");
  const python = await loadPyodide({ indexURL: here("./"), lockFileContents: lock });
  for (const [k, zip] of zips.entries()) python.FS.writeFile(`/${k}.zip`, new Uint8Array(await zip));
  postMessage({ stage: _`Starting SymPy …` });
  python.runPython('import sys; sys.path[:0] = ["/0.zip", "/1.zip"]; from derive.answer import reply');
  await Promise.all(puts);                       // who closes the page at the first answer has all of it next time
  return python.globals.get("reply");
}

async function open() {                          // only https and this machine have a cache; all works without it
  try {
    for (const name of await caches.keys()) {
      if (name.startsWith(`derive:${site}:`) && name !== `derive:${site}:${version}`) await caches.delete(name);
    }
    return await caches.open(`derive:${site}:${version}`);
  } catch { return undefined; }
}

async function kept(url, options, network, cache) {
  const known = await cache?.match(url);
  if (known) {                                   // as it is: the browser may have kept what it compiled of it
    loaded += sizes[url.split("/").pop()] ?? 0;
    postMessage({ loaded, total, kept: true });
    return known;
  }
  const response = await found(await network(url, options));
  puts.push(cache?.put(url, response.clone()).catch(() => {}));   // a full disk is no reason to stop
  const counter = new TransformStream({
    transform(chunk, controller) {
      loaded += chunk.length;
      postMessage({ loaded, total });
      controller.enqueue(chunk);
    },
  });
  return new Response(response.body.pipeThrough(counter), response);
}

function found(response) {
  if (response.status === 404) throw new Error(_`this page is older than the site: reload it`);
  const { url, status } = response;
  if (!response.ok) throw new Error(_`${url} answered ${status}`);
  return response;
}

function explain(error) {
  const blocked = /wasm|WebAssembly/i.test(error) && /policy|unsafe-eval/i.test(error);
  postMessage({ failed: blocked ? _`this site's content policy must allow 'wasm-unsafe-eval'` : String(error.message ?? error) });
}
