// Brings the parts marked data-live up to date with what the server renders at their address;
// an unchanged part costs a 304. Without scripts, or without a network, the page stays as it was.
const seconds = Number(document.currentScript?.dataset.seconds) || 60;
const marks = new Map();

async function refresh(part) {
  const headers = { Accept: "text/html", "X-Background": "1" };
  if (marks.has(part.id)) headers["If-None-Match"] = marks.get(part.id);
  try {
    const reply = await fetch(part.dataset.live, { headers, cache: "no-store" });
    if (!reply.ok || reply.redirected) return;
    marks.set(part.id, reply.headers.get("ETag"));
    const fresh = await reply.text();
    if (fresh !== part.innerHTML) part.innerHTML = fresh;
  } catch {
    // The network is away; the next round tries again.
  }
}

function round() {
  if (!document.hidden) document.querySelectorAll("[data-live][id]").forEach(refresh);
}

setInterval(round, seconds * 1000);
document.addEventListener("visibilitychange", round);
