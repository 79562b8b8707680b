// Python in a worker: loads Pyodide and SymPy from the folder of this file, once, and keeps them for the next visit.
// In: {text, by, name}. Out: {loaded, total}, {stage}, {deriving}, then {answer}, {proof} or {error, place, …}.

const here = (name) => new URL(name, import.meta.url).href;
let loaded = 0, total = 0;
const puts = [];                                 // what is on its way into the cache
const ready = start();                           // nothing is awaited out here, or a message would come too early

onmessage = async ({ data: { text, by, name } }) => {
  try {
    const reply = await ready;
    postMessage({ deriving: true });
    const answer = JSON.parse(reply("answer", text, by, name));
    postMessage(answer);
    if (!answer.error) postMessage(JSON.parse(reply("proof", text, by, name)));
  } catch (error) { explain(error); }
};

async function start() {
  await WebAssembly.compile(new Uint8Array([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0]));   // before 20 MB: is it allowed here?
  const { version, sizes, lock } = await found(await fetch(here("files.json"), { cache: "no-cache" })).json();
  total = Object.values(sizes).reduce((sum, size) => sum + size);
  const network = globalThis.fetch, cache = await open(version);
  globalThis.fetch = (url, options) => kept(String(url?.url ?? url), options, network, cache);
  const { loadPyodide } = await import("./pyodide.mjs");
  const zips = ["sympy.zip", "book.zip"].map((name) => fetch(here(name)).then((response) => response.arrayBuffer()));
  const python = await loadPyodide({ indexURL: here("./"), lockFileContents: lock });
  for (const [k, zip] of zips.entries()) python.FS.writeFile(`/${k}.zip`, new Uint8Array(await zip));
  postMessage({ stage: "Starting SymPy …" });
  python.runPython('import sys; sys.path[:0] = ["/0.zip", "/1.zip"]; from derive.answer import reply');
  await Promise.all(puts);                       // who closes the page at the first answer has all of it next time
  return python.globals.get("reply");
}

async function open(version) {                   // only https and this machine have a cache; all works without it
  try {
    for (const name of await caches.keys()) {
      if (name.startsWith("derive-") && name !== `derive-${version}`) await caches.delete(name);
    }
    return await caches.open(`derive-${version}`);
  } catch { return undefined; }
}

async function kept(url, options, network, cache) {
  const known = await cache?.match(url), response = known ?? await found(await network(url, options));
  if (!known) puts.push(cache?.put(url, response.clone()).catch(() => {}));   // a full disk is no reason to stop
  const counter = new TransformStream({
    transform(chunk, controller) {
      loaded += chunk.length;
      postMessage({ loaded, total, kept: Boolean(known) });
      controller.enqueue(chunk);
    },
  });
  return new Response(response.body.pipeThrough(counter), response);
}

function found(response) {
  if (!response.ok) throw new Error(`${response.url} answered ${response.status}`);
  return response;
}

function explain(error) {
  const blocked = /wasm|WebAssembly/i.test(error) && /policy|unsafe-eval/i.test(error);
  postMessage({ failed: blocked ? "this site's content policy must allow 'wasm-unsafe-eval'" : String(error.message ?? error) });
}
