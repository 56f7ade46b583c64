// One question at a time, where scripts run. Without them the form is one page and works alike.
const form = document.querySelector("form");
const steps = [...form.querySelectorAll("[data-step]")];
const review = document.getElementById("periksa");
const summary = document.getElementById("ringkasan");
const back = document.getElementById("kembali");
const next = document.getElementById("lanjut");
const send = document.getElementById("kirim");
const position = document.getElementById("langkah");
const meter = document.querySelector(".bar i");
const asks = steps.filter((step) => step.dataset.item);
let current = -1;
let returning = false;

document.documentElement.classList.add("js");

function show(index, push = true) {
  current = index;
  const isReview = index === steps.length;
  document.getElementById("pembuka").hidden = index >= 0;
  document.getElementById("judul").className = index >= 0 ? "where" : "";
  steps.forEach((step, i) => { step.hidden = i !== index; });
  review.hidden = !isReview;
  if (isReview) summarise();
  send.hidden = !isReview;
  back.hidden = index < 0;
  next.hidden = isReview;
  const asked = asks.indexOf(steps[index]) + 1;
  position.textContent = asked ? `${asked} dari ${asks.length}` : "";
  position.parentElement.hidden = index < 0;
  meter.style.width = `${Math.round((100 * Math.max(index, 0)) / steps.length)}%`;
  label();
  if (push) history.pushState({ step: index }, "");
  const heading = isReview ? review : steps[index] || document.getElementById("pembuka");
  heading.focus({ preventScroll: true });
  scrollTo(0, 0);
}

function label() {
  const step = steps[current];
  const isBlank = step && step.dataset.item && !step.querySelector("input:checked");
  next.textContent = current < 0 ? "Mulai" : isBlank ? "Lewati" : "Lanjut";
  next.className = isBlank ? "quiet" : "";
}

function forward() {
  show(returning ? steps.length : current + 1);
  returning = false;
}

function summarise() {
  summary.replaceChildren();
  asks.forEach((step) => {
    const chosen = step.querySelector("input:checked");
    const name = document.createElement("dt");
    name.textContent = step.dataset.item;
    const value = document.createElement("dd");
    value.append(chosen ? chosen.nextElementSibling.textContent.trim() : "Belum dijawab");
    const change = document.createElement("button");
    change.type = "button";
    change.className = "quiet";
    change.textContent = "Ubah";
    change.setAttribute("aria-label", `Ubah jawaban ${step.dataset.item}`);
    change.addEventListener("click", () => { returning = true; show(steps.indexOf(step)); });
    value.append(change);
    summary.append(name, value);
  });
}

form.addEventListener("change", label);
form.addEventListener("click", (event) => {
  // A finger or mouse moves on by itself; the keyboard, which passes over choices, does not.
  const choice = event.target.closest(".choice");
  if (choice && event.detail > 0 && steps[current]?.dataset.item && event.target.matches("input")) {
    setTimeout(forward, 250);
  }
});
next.addEventListener("click", forward);
back.addEventListener("click", () => history.back());
addEventListener("popstate", (event) => show(event.state ? event.state.step : -1, false));
form.addEventListener("submit", (event) => {
  // Enter in a field means "next", not "send what is half done".
  if (current !== steps.length) { event.preventDefault(); forward(); return; }
  const isWhole = asks.every((step) => step.querySelector("input:checked"));
  document.getElementById("apa-adanya").disabled = isWhole;
  setTimeout(() => { send.disabled = true; });
});
addEventListener("pageshow", () => { send.disabled = false; });

history.replaceState({ step: -1 }, "");
const faulty = steps.findIndex((step) => step.querySelector(".fault"));
const isKept = form.querySelector("input:checked");
show(faulty >= 0 ? faulty : isKept ? steps.length : -1, faulty >= 0 || Boolean(isKept));
