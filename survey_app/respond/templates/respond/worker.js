// Opens a form that was opened here before, where the network fails or dawdles. Keeps pages
// without answers; answers wait elsewhere, sealed.
const patience = 8000;

addEventListener("install", () => skipWaiting());
addEventListener("activate", (event) => event.waitUntil(clients.claim()));
addEventListener("fetch", (event) => {
  const { request } = event;
  if (request.method === "GET" && request.mode === "navigate") {
    event.respondWith(openPage(request));
  }
});

async function openPage(request) {
  const kept = await caches.match(request, { ignoreSearch: true });
  if (!kept) return fetch(request);
  const fetched = fetch(request).then((reply) => (reply.status < 500 ? reply : kept), () => kept);
  return Promise.race([fetched, new Promise((late) => setTimeout(late, patience, kept))]);
}
