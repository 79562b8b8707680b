// Python in a worker: loads Pyodide and SymPy from the folder of this file, once, and keeps them for the next visit.
// The folder is named after what is in it, so that all of it is of one edition.
// With #asleep in its address it takes its scripts, and the rest once it is woken. With #saving it keeps Python's memory as it
// is once SymPy has been imported and has derived something, for later visits to begin with, and ends.
// In: {wake} or {id, text, by, name}. Out: {loaded, total}, {stage}, {ready, isFresh}, then with the id {deriving}, {answer},
// {proof} or {error, place, …}, and {done}.

const _ = String.raw;
const here = (name) => new URL(name, import.meta.url).href, MEMORY = "memory", SCRIPTS = ["pyodide.mjs", "pyodide.asm.mjs"];
const [, site, version] = /^(.*\/)([^/]+)\/$/.exec(new URL("./", import.meta.url).pathname);
const IMPORTS = `
import sys
sys.path[:0] = ["/0.zip", "/1.zip"]
from derive.answer import first, reply
`;
let loaded = 0, total = 0, sizes = {}, isFresh = false;
const puts = [];                                 // what is on its way into the cache
let wake;
const woken = new Promise((resolve) => { wake = resolve; });
const ready = start(location.hash.slice(1));     // nothing is awaited out here, or a message would come too early
ready.then(() => postMessage({ ready: true, isFresh }), explain);

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

async function start(role) {
  await WebAssembly.compile(new Uint8Array([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0]));   // before 20 MB: is it allowed here?
  if (role === "asleep") {
    await Promise.all(SCRIPTS.map((name) => import(`./${name}`)));
    await woken;
  }
  const network = globalThis.fetch, cache = await open(), memory = await cache?.match(here(MEMORY));
  const file = (name) => kept(here(name), undefined, network, cache);
  const { lock, ...about } = await (await file("files.json")).json();
  ({ sizes } = about);
  total = Object.values(sizes).reduce((sum, size) => sum + size);
  globalThis.fetch = (url, options) => kept(String(url?.url ?? url), options, network, cache);
  const zips = ["sympy.zip", "book.zip"].map((name) => file(name).then((response) => response.arrayBuffer()));
  zips.forEach((zip) => zip.catch(() => {}));      // one that fails is awaited below
  const options = { indexURL: here("./"), lockFileContents: lock };
  const python = memory && role !== "saving" ? await remembered(options, memory, cache) : await fresh(options, role);
  for (const [k, zip] of zips.entries()) python.FS.writeFile(`/${k}.zip`, new Uint8Array(await zip));
  if (python.isFresh) {
    postMessage({ stage: _`Starting SymPy …` });
    python.runPython(IMPORTS);
    isFresh = Boolean(cache);
  }
  await Promise.all(puts);                       // who closes the page at the first answer has all of it next time
  if (role === "saving") {
    python.runPython("first()");
    await cache?.put(here(MEMORY), new Response(python.makeMemorySnapshot())).catch(() => {});
    close();
  }
  return python.globals.get("reply");
}

async function fresh(options, role) {
  const { loadPyodide } = await import("./pyodide.mjs");
  return Object.assign(await loadPyodide({ ...options, _makeSnapshot: role === "saving" }), { isFresh: true });
}

// Python with the memory that an earlier visit kept; without it, where this browser cannot do so.
async function remembered(options, response, cache) {
  try {
    const [{ loadPyodide }, { default: create }] = await Promise.all(SCRIPTS.map((name) => import(`./${name}`)));
    const memory = new Uint8Array(await response.arrayBuffer());
    return await loadPyodide({ ...options, _loadSnapshot: memory, createPyodideModule: async (settings) => {
      const module = await create(settings);
      if (module.HEAP8.length < memory.length) module.growMemory(memory.length);   // Pyodide itself does not
      return module;
    } });
  } catch {
    await cache.delete(here(MEMORY));
    return fresh(options);
  }
}

async function open() {                          // only https and this machine have a cache; all works without it
  try { return await caches.open(`derive:${site}:${version}`); } catch { return undefined; }
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
