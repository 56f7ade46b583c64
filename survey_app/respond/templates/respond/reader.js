// Reads what is shown, each part in its own language, with the voices of the phone. Where the
// phone has no voice for a language that part is left out.
const readable = "h1,h2,legend,p,label";
const shows = (element) => element.getClientRects().length > 0;

function sameTongue(voice, language) {
  return voice.lang.slice(0, 2).toLowerCase() === language.slice(0, 2);
}

function parts(root) {
  const found = [];
  root.querySelectorAll(readable).forEach((element) => {
    const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
      const { parentElement, textContent } = walker.currentNode;
      const text = textContent.trim();
      if (text && shows(parentElement) && parentElement.closest(readable) === element) {
        found.push([parentElement.closest("[lang]").lang, text]);
      }
    }
  });
  return found;
}

export function read(root) {
  const wasSpeaking = speechSynthesis.speaking;
  speechSynthesis.cancel();
  if (wasSpeaking) return;
  const voices = speechSynthesis.getVoices();
  parts(root).forEach(([language, text]) => {
    const voice = voices.find((one) => sameTongue(one, language));
    if (!voice) return;
    const spoken = new SpeechSynthesisUtterance(text);
    spoken.voice = voice;
    spoken.lang = voice.lang;
    spoken.rate = 0.9;
    speechSynthesis.speak(spoken);
  });
}
