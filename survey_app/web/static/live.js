// Brings the parts marked data-live up to date from the server's own rendering of this page.
// Without scripts, or without a network, the page simply stays as it was.
const seconds = Number(document.currentScript?.dataset.seconds) || 60;

async function refresh() {
  if (document.hidden) return;
  try {
    const reply = await fetch(location.href, { headers: { Accept: "text/html" } });
    if (!reply.ok || reply.redirected) return;
    const fresh = new DOMParser().parseFromString(await reply.text(), "text/html");
    for (const part of document.querySelectorAll("[data-live][id]")) {
      const other = fresh.getElementById(part.id);
      if (other && other.innerHTML !== part.innerHTML) part.innerHTML = other.innerHTML;
    }
  } catch {
    // The network is away; the next round tries again.
  }
}

setInterval(refresh, seconds * 1000);
