// A service worker for a page with the box, and for the files of its edition: it asks the network, and without one it answers
// from what keep.mjs and worker.mjs have kept. What an edition's folder has does not change, so there the cache comes first.

const EDITION = /\/_static\/derive\/[0-9a-f]{12}\//;

addEventListener("install", () => skipWaiting());
addEventListener("fetch", (event) => {
  const { method, url } = event.request;
  if (method === "GET" && new URL(url).origin === location.origin) event.respondWith(answer(event.request));
});

async function answer(request) {
  const kept = () => caches.match(request.url, { ignoreSearch: request.mode === "navigate", ignoreVary: true });
  if (EDITION.test(request.url)) return await kept() ?? fetch(request);
  try { return await fetch(request); } catch (error) {
    const found = await kept();
    if (found) return found;
    throw error;
  }
}
