// Another language in place: the server's page in that language is fetched, and the words of
// every element marked data-t are put here. Answers and the question at hand stay.
const tongues = document.getElementById("bahasa");

async function speak(button) {
  const fault = tongues.querySelector("p");
  fault.hidden = true;
  try {
    const body = new URLSearchParams({ [button.name]: button.value, begun: form.elements.begun.value });
    const reply = await fetch(button.formAction, { method: "POST", body });
    // Only words are wanted; a style would be refused, aloud, for its strange nonce.
    const text = (await reply.text()).replace(/<style[^]*?<\/style>/, "");
    wear(new DOMParser().parseFromString(text, "text/html"));
    tongues.querySelectorAll("button").forEach((one) => one.removeAttribute("aria-current"));
    button.setAttribute("aria-current", "true");
    tongues.open = false;
  } catch (away) {
    fault.textContent = words.away;
    fault.hidden = false;
  }
}

function wear(page) {
  const [mine, theirs] = [document, page].map((one) => one.querySelectorAll("[data-t]"));
  if (mine.length !== theirs.length) throw page;
  mine.forEach((part, i) => { part.innerHTML = theirs[i].innerHTML; });
  readWords();
  document.title = page.title;
  document.documentElement.lang = page.documentElement.lang;
  const other = page.getElementById(form.id);
  form.action = other.action;
  form.elements.language.value = other.elements.language.value;
  if (!("kiosk" in form.dataset)) {
    const here = new URL(location);
    here.searchParams.set("bahasa", other.elements.language.value);
    history.replaceState(history.state, "", here);
  }
  show(current, false);
}

if (tongues) {
  tongues.addEventListener("click", (event) => {
    if (!event.target.formAction || event.target.type !== "submit") return;
    event.preventDefault();
    speak(event.target);
  });
}

// Reading aloud, where the phone has an Indonesian voice; its script comes to those who ask.
const aloud = document.getElementById("bacakan");

function offerVoice() {
  aloud.hidden = !speechSynthesis.getVoices().some((voice) => /^id\b|^id_/i.test(voice.lang));
}

if (window.speechSynthesis) {
  offerVoice();
  speechSynthesis.addEventListener("voiceschanged", offerVoice);
  aloud.addEventListener("click", () => {
    import("/s/baca.js").then((reader) => reader.read(steps[current] || document.querySelector("main"))).catch(() => { aloud.hidden = true; });
  });
}
