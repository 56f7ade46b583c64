// A half-filled form survives a reload of this tab and nothing more. sessionStorage, not
// localStorage: the next holder of the phone who opens the survey anew must find nothing.
const draftName = `draf ${location.pathname}`;
const draftLife = 1800000;

function newId() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  form.elements.submission_id.value = btoa(String.fromCharCode(...bytes))
    .slice(0, 22).replace(/\+/g, "-").replace(/\//g, "_");
}

const isGiven = ([name, value]) => value && form.elements[name].type !== "hidden";
const isKept = (field) => field[0] === "submission_id" || isGiven(field);

function keepDraft() {
  if ("kiosk" in form.dataset) return;
  try {
    const values = [...new FormData(form)].filter(isKept);
    sessionStorage.setItem(draftName, JSON.stringify([Date.now() + draftLife, values]));
  } catch (blocked) { return; }
}

function restoreDraft() {
  try {
    const [until, values] = JSON.parse(sessionStorage.getItem(draftName));
    if (until < Date.now()) return false;
    values.forEach(([name, value]) => {
      if (form.elements[name]) form.elements[name].value = value;
    });
    return true;
  } catch (absent) { return false; }
}

function forgetDraft() {
  form.reset();
  newId();
  try { sessionStorage.removeItem(draftName); } catch (blocked) { return; }
}
