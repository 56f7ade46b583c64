// One question at a time, where scripts run. Without them the form is one page and works alike.
const steps = [...form.querySelectorAll("[data-step]")];
const byId = (id) => document.getElementById(id);
const [review, summary, back, next, send, wipe, position] = [
  "periksa", "ringkasan", "kembali", "lanjut", "kirim", "hapus", "langkah",
].map(byId);
const meter = document.querySelector(".bar i");
const leave = document.querySelector(".leave");
const asks = steps.filter((step) => "item" in step.dataset);
const failure = byId("gagal");
let current = -1;
let returning = false;

document.documentElement.classList.add("js");

function show(index, push = true) {
  current = index;
  const isReview = index === steps.length;
  byId("pembuka").hidden = index >= 0;
  byId("judul").className = index >= 0 ? "where" : "";
  steps.forEach((step, i) => { step.hidden = i !== index; });
  review.hidden = !isReview;
  if (isReview) summarise();
  send.hidden = !isReview;
  back.hidden = index < 0;
  next.hidden = isReview;
  const asked = asks.indexOf(steps[index]) + 1;
  position.textContent = asked ? `${asked} ${words.of} ${asks.length}` : "";
  position.parentElement.hidden = index < 0;
  failure.hidden = true;
  if (!aloud.hidden) speechSynthesis.cancel();
  meter.style.width = `${Math.round((100 * Math.max(index, 0)) / steps.length)}%`;
  label();
  if (push) history.pushState({ step: index, depth: history.state.depth + 1 }, "");
  const heading = isReview ? review : steps[index] || byId("pembuka");
  heading.focus({ preventScroll: true });
  scrollTo(0, 0);
}

function label() {
  const step = steps[current];
  const isBlank = asks.includes(step) && !step.querySelector("input:checked");
  next.textContent = current < 0 && !returning ? words.start : isBlank ? words.skip : words.next;
  next.className = isBlank ? "quiet" : "";
  wipe.hidden = ![...new FormData(form)].some(isGiven);
}

function forward() {
  show(returning ? steps.length : current + 1);
  returning = false;
}

function element(kind, text, properties) {
  return Object.assign(document.createElement(kind), { textContent: text }, properties);
}

// With the languages they are marked as being in.
function wordsOf(kind, source) {
  return element(kind, "", { innerHTML: source.innerHTML });
}

function summarise() {
  summary.textContent = "";
  asks.forEach((step) => {
    const chosen = step.querySelector("input:checked");
    const value = element("dd", "");
    const said = element("span", chosen ? `${words.rated} ` : words.blank);
    if (chosen) said.append(wordsOf("b", chosen.nextElementSibling));
    const change = element("button", words.change, { type: "button", className: "quiet" });
    const title = wordsOf("dt", step.querySelector("legend b"));
    change.setAttribute("aria-label", `${words.change} ${title.textContent}`);
    change.addEventListener("click", () => { returning = true; show(steps.indexOf(step)); });
    value.append(said, change);
    summary.append(title, value);
  });
}

// Sealed and kept before it is sent, so that a closed tab loses nothing.
async function sendSealed() {
  const text = new URLSearchParams(new FormData(form)).toString();
  const entry = await enqueue(form.dataset.code, await seal(form.dataset.key, form.dataset.code, text));
  const reply = alone(() => deliver(entry));
  const word = await Promise.race([reply, new Promise((late) => setTimeout(late, 15000))]);
  if (word && word.receipt) {
    forgetDraft();
    const query = new URLSearchParams({ struk: word.receipt, bahasa: form.elements.language.value });
    if (word.masked) query.set("disamarkan", "ya");
    location.replace(`${location.pathname}/terima-kasih?${query}`);
  } else if (word && (word.status === 422 || /:(ticket|lobby)/.test(word.type))) {
    // The page of the server says which answer is wrong, beside the question.
    form.submit();
  } else {
    forgetDraft();
    form.hidden = byId("pembuka").hidden = true;
    stored.hidden = Boolean(word);
    byId("lagi").hidden = false;
    showQueue();
    if (!word) stored.focus();
    const late = await reply;
    if (late) tell(late);
    showQueue();
  }
}

// Where nothing can be kept for later, as in some private windows and on kiosks: a plain post,
// and the page stays until the server has answered.
async function sendPlain() {
  const isKiosk = "kiosk" in form.dataset;
  warn(isKiosk ? "" : words.direct);
  try {
    const reply = await fetch(form.action, { method: "POST", body: new URLSearchParams(new FormData(form)) });
    if (!reply.redirected) { form.submit(); return; }
    forgetDraft();
    location.replace(reply.url);
  } catch (away) {
    warn(words.unsent);
    send.disabled = false;
    send.textContent = words.send;
  }
}

function warn(text) {
  failure.textContent = text;
  failure.hidden = !text;
}

function submit(event) {
  event.preventDefault();
  // Enter in a field means "next", not "send what is half done".
  if (current !== steps.length) { forward(); return; }
  byId("apa-adanya").disabled = asks.every((step) => step.querySelector("input:checked"));
  send.disabled = true;
  send.textContent = words.sending;
  if (form.dataset.key && window.indexedDB && window.crypto && crypto.subtle) {
    sendSealed().catch(sendPlain);
  } else sendPlain();
}

// The page as it came, for the next time without a network: a second download is too dear.
function keepPage() {
  const { nonce } = document.querySelector("script[nonce]");
  const policy = `default-src 'none'; script-src 'self' 'nonce-${nonce}'; style-src 'nonce-${nonce}'; img-src data:; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; worker-src 'self'`;
  const headers = { "Content-Type": "text/html", "Content-Security-Policy": policy, "Referrer-Policy": "same-origin" };
  const page = `<!doctype html>${asItCame.split(` nonce=${'""'}`).join(` nonce="${nonce}"`)}`;
  navigator.serviceWorker.register("/s/sw.js").catch(() => {});
  caches.open("survei").then((cache) => cache.put(location.pathname, new Response(page, { headers })));
}

function leaveAtOnce(event) {
  event.preventDefault();
  document.documentElement.hidden = true;
  forgetDraft();
  if (window.caches) caches.delete("survei");
  const go = () => location.replace(leave.href);
  // Back to the first step, so that the "back" button finds nothing of this page.
  addEventListener("popstate", go);
  setTimeout(go, 300);
  if (history.state.depth) history.go(-history.state.depth); else go();
}

["change", "input"].forEach((kind) => form.addEventListener(kind, () => { keepDraft(); label(); }));
form.addEventListener("click", (event) => {
  // A finger or mouse moves on by itself; the keyboard, which passes over choices, does not.
  const step = steps[current];
  if (event.detail > 0 && event.target.type === "radio" && asks.includes(step)) {
    setTimeout(() => { if (steps[current] === step) forward(); }, 250);
  }
});
form.addEventListener("submit", submit);
next.addEventListener("click", forward);
back.addEventListener("click", () => history.back());
wipe.addEventListener("click", () => { forgetDraft(); show(-1); });
byId("lagi").addEventListener("click", () => location.reload());
if (leave) leave.addEventListener("click", leaveAtOnce);
addEventListener("popstate", (event) => {
  if (!form.hidden) show(event.state ? event.state.step : -1, false);
});
addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });

const isFresh = "fresh" in form.dataset;
const isRestored = isFresh && restoreDraft();
if (isFresh && !isRestored) newId();
if (isFresh && form.dataset.key && !("once" in form.dataset) && window.caches && navigator.serviceWorker) keepPage();
const faulty = steps.findIndex((step) => step.querySelector(".fault"));
// Somebody may have begun before this script arrived: go on where they are.
const open = isFresh && asks.find((step) => !step.querySelector("input:checked"));
// What went wrong is said above the questions, where it is about none of them.
returning = faulty < 0 && Boolean(byId("pembuka").querySelector(".problem"));
const place = isRestored && history.state ? history.state.step
  : faulty >= 0 ? faulty : returning || !form.querySelector("input:checked") ? -1
  : open ? steps.indexOf(open) : steps.length;
if (!history.state || !isRestored) history.replaceState({ step: -1, depth: 0 }, "");
show(place, place >= 0 && !history.state.depth);
