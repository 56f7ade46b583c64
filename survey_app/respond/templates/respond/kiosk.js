// Twenty seconds of quiet, then a countdown of twenty more that any touch ends.
const quietSeconds = 20;
const lastSeconds = 20;
const clock = document.getElementById("tunggu");
let touched = Date.now();

function keepOn() {
  touched = Date.now();
  clock.hidden = true;
}

function leaveNothing() {
  document.querySelector("form").reset();
  location.replace(begin);
}

function look() {
  const quiet = Math.floor((Date.now() - touched) / 1000);
  if (quiet < quietSeconds) return;
  clock.querySelector("b").textContent = Math.max(0, quietSeconds + lastSeconds - quiet);
  if (clock.hidden) {
    clock.hidden = false;
    clock.querySelector("button").focus();
  }
  if (quiet >= quietSeconds + lastSeconds) leaveNothing();
}

["pointerdown", "keydown", "input", "wheel", "touchmove"].forEach((kind) => {
  addEventListener(kind, keepOn, { passive: true });
});
setInterval(look, 1000);
document.querySelectorAll("a[href]").forEach((link) => {
  if (link.classList.contains("leave")) link.href = begin;
  else if (new URL(link.href).pathname !== location.pathname) link.replaceWith(...link.childNodes);
});
