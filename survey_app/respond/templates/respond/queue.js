// Answers that wait for a network, as ciphertext that only the server can open. They are sent
// when the page opens, when the network is back, every 20 seconds, and by the button.
const shelf = "jawaban";
const queueBox = document.getElementById("antrean");
const news = document.getElementById("kabar");
const stored = document.getElementById("tersimpan");
const words = {};
let sending = null;

function readWords() {
  document.querySelectorAll("[type$=json]").forEach((block) => {
    Object.assign(words, JSON.parse(block.textContent));
  });
}
readWords();

// One tab at a time, where browsers know how; elsewhere the server recognises what comes twice.
const alone = (act) => (navigator.locks ? navigator.locks.request("antrean", act) : act());

function inStore(mode, act) {
  return new Promise((resolve, reject) => {
    const opening = indexedDB.open("antrean", 1);
    opening.onupgradeneeded = () => {
      opening.result.createObjectStore(shelf, { keyPath: "id", autoIncrement: true });
    };
    opening.onerror = () => reject(opening.error);
    opening.onsuccess = () => {
      const work = opening.result.transaction(shelf, mode, { durability: "strict" });
      const asked = act(work.objectStore(shelf));
      work.oncomplete = () => { opening.result.close(); resolve(asked.result); };
      work.onabort = () => reject(work.error);
    };
  });
}

const coded = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer)));
const plain = (text) => Uint8Array.from(atob(text), (sign) => sign.charCodeAt(0));

async function sealWith(kind, key, name, code, text) {
  const { subtle } = crypto;
  const pair = await subtle.generateKey(kind, false, ["deriveBits"]);
  const server = await subtle.importKey("raw", plain(key), kind, false, []);
  const shared = await subtle.deriveBits({ name: kind.name, public: server }, pair.privateKey, 256);
  const salt = await subtle.exportKey("raw", pair.publicKey);
  const encode = (words) => new TextEncoder().encode(words);
  const secret = await subtle.importKey("raw", shared, "HKDF", false, ["deriveKey"]);
  const locked = await subtle.encrypt(
    { name: "AES-GCM", iv: new Uint8Array(12) },
    await subtle.deriveKey(
      { name: "HKDF", hash: "SHA-256", salt, info: encode(`zi-survey sealed 1 ${code}`) },
      secret, { name: "AES-GCM", length: 256 }, false, ["encrypt"],
    ),
    encode(text.padEnd(512 * Math.ceil(text.length / 512))),
  );
  return JSON.stringify({ key: name, ephemeral: coded(salt), sealed: coded(locked) });
}

async function seal(keys, code, text) {
  const [name, x25519, p256] = keys.split(" ");
  try {
    return await sealWith({ name: "X25519" }, x25519, name, code, text);
  } catch (unsupported) {
    return sealWith({ name: "ECDH", namedCurve: "P-256" }, p256, name, code, text);
  }
}

async function enqueue(code, body) {
  const entry = { code, body };
  entry.id = await inStore("readwrite", (store) => store.add(entry));
  return entry;
}

// What a link under attack asks for: see effort.js. Nobody waits for it in calm times.
function work(body, bits) {
  const helper = new Worker("/s/usaha.js");
  helper.postMessage([body.sealed.slice(-64), bits]);
  return new Promise((resolve) => {
    helper.onmessage = (event) => resolve(JSON.stringify({ ...body, work: event.data }));
  });
}

// The server's word on one answer, or null: no reply, half a reply, a stranger's page, later.
async function deliver(entry) {
  const stop = new AbortController();
  const patience = setTimeout(() => stop.abort(), 30000);
  try {
    const send = (body) => fetch(`/api/v1/links/${entry.code}/sealed`, {
      method: "POST", body, signal: stop.signal,
      headers: { "Content-Type": "application/json", "Accept-Language": document.documentElement.lang },
    });
    let reply = await send(entry.body);
    const bits = reply.headers.get("Work-Bits");
    if (bits) reply = await send(await work(JSON.parse(entry.body), bits));
    const word = await reply.json();
    const isRefused = /^urn:zi-survey:/.test(word.type) && reply.status < 429;
    if (!word.receipt && !isRefused) return null;
    await inStore("readwrite", (store) => store.delete(entry.id));
    return word;
  } catch (away) { return null; } finally { clearTimeout(patience); }
}

function tell(word) {
  const box = document.createElement("div");
  box.className = word.receipt ? "privacy" : "problem";
  const text = document.createElement("p");
  text.textContent = word.receipt ? `${words.sent} ${word.receipt}` : `${words.refused} ${word.detail}`;
  box.append(text);
  news.append(box);
}

async function showQueue() {
  const waiting = await inStore("readonly", (store) => store.count());
  queueBox.hidden = !waiting;
  queueBox.firstElementChild.textContent = `${waiting} ${words.waiting}`;
  if (!waiting && stored) stored.hidden = true;
}

async function flush() {
  for (const entry of await inStore("readonly", (store) => store.getAll())) {
    const word = await deliver(entry);
    if (!word) break;
    tell(word);
  }
  await showQueue();
}

function sendWaiting() {
  sending = sending || alone(flush).catch(() => {}).then(() => { sending = null; });
  return sending;
}

// Nothing waits on a shared screen.
if (window.indexedDB && window.fetch && !document.querySelector("[data-kiosk]")) {
  addEventListener("online", sendWaiting);
  document.addEventListener("visibilitychange", sendWaiting);
  setInterval(sendWaiting, 20000);
  queueBox.querySelector("button").addEventListener("click", sendWaiting);
  sendWaiting();
}
