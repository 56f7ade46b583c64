// The coins fall on this phone and nothing of them is kept or sent: they are no field of the form.
form.querySelectorAll(".coins").forEach((box) => {
  const ask = box.parentElement;
  const [choices, own, toss] = [".choices", ".own", ".toss"].map((name) => ask.querySelector(name));
  const buttons = [...box.querySelectorAll("button")];
  const [forced, free] = toss.querySelectorAll("p");

  function lay(isBegun) {
    choices.hidden = !isBegun;
    buttons.forEach((button) => { button.hidden = isBegun; });
    own.hidden = true;
    toss.hidden = true;
  }

  function fall() {
    const sides = [...toss.querySelectorAll(".coin")].map((coin) => {
      const isNumber = crypto.getRandomValues(new Uint8Array(1))[0] % 2 === 1;
      coin.firstElementChild.hidden = !isNumber;
      coin.lastElementChild.hidden = isNumber;
      return isNumber;
    });
    forced.hidden = !sides.every(Boolean);
    free.hidden = !forced.hidden;
    lay(true);
    toss.hidden = false;
    // The button that had the focus is gone; reading goes on at what fell.
    toss.focus();
  }

  box.hidden = false;
  lay(Boolean(ask.querySelector("input:checked")));
  buttons[0].addEventListener("click", fall);
  buttons[1].addEventListener("click", () => {
    lay(true);
    own.hidden = false;
    choices.querySelector("input").focus();
  });
  form.addEventListener("reset", () => lay(false));
});
