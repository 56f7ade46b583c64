// Counts until the SHA-256 of puzzle and number begins with so many zero bits. In a worker, and
// with a hash of its own, for the browser's answers too slowly and only to secure pages.
const constants = [];
const beginning = [];
for (let n = 2; constants.length < 64; n += 1) {
  let isPrime = true;
  for (let d = 2; d * d <= n; d += 1) if (n % d === 0) isPrime = false;
  if (isPrime) {
    const part = (root) => ((root - Math.floor(root)) * 4294967296) | 0;
    if (beginning.length < 8) beginning.push(part(Math.sqrt(n)));
    constants.push(part(Math.cbrt(n)));
  }
}
const turn = (x, n) => (x >>> n) | (x << (32 - n));
const w = new Int32Array(64);

function mix(state, view, at) {
  for (let i = 0; i < 16; i += 1) w[i] = view.getInt32(at + 4 * i);
  for (let i = 16; i < 64; i += 1) {
    const [x, y] = [w[i - 15], w[i - 2]];
    w[i] = (w[i - 16] + w[i - 7] + (turn(x, 7) ^ turn(x, 18) ^ (x >>> 3)) + (turn(y, 17) ^ turn(y, 19) ^ (y >>> 10))) | 0;
  }
  let [a, b, c, d, e, f, g, h] = state;
  for (let i = 0; i < 64; i += 1) {
    const first = (h + (turn(e, 6) ^ turn(e, 11) ^ turn(e, 25)) + ((e & f) ^ (~e & g)) + constants[i] + w[i]) | 0;
    const second = ((turn(a, 2) ^ turn(a, 13) ^ turn(a, 22)) + ((a & b) ^ (a & c) ^ (b & c))) | 0;
    [h, g, f, e, d, c, b, a] = [g, f, e, (d + first) | 0, c, b, a, (first + second) | 0];
  }
  return [a, b, c, d, e, f, g, h].map((x, i) => (x + state[i]) | 0);
}

function firstWord(text) {
  const bytes = new TextEncoder().encode(text);
  const view = new DataView(new ArrayBuffer(64 * Math.ceil((bytes.length + 9) / 64)));
  bytes.forEach((byte, i) => view.setUint8(i, byte));
  view.setUint8(bytes.length, 128);
  view.setUint32(view.byteLength - 4, 8 * bytes.length);
  let state = beginning;
  for (let at = 0; at < view.byteLength; at += 64) state = mix(state, view, at);
  return state[0];
}

onmessage = (event) => {
  const [puzzle, bits] = event.data;
  let number = 0;
  while (firstWord(`${puzzle}|${number}`) >>> (32 - bits)) number += 1;
  postMessage(String(number));
};
