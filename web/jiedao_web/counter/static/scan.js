// A scanner is a keyboard that types fast and ends with Enter. What it reads is recognised wherever the focus is, except in
// a field that takes text, which gets it as if it had been typed.
import { isTyping } from "./typing.js";

const PAUSE = 60;
const SHORTEST = 8;
const VISIT = /^[0-9A-Z]{20}$/;
const RECEIPT = /^[0-9A-Z]{1,12}-\d{6}$/;
const NATIONAL = /^\d{13}$/;
const S10 = /^[A-Z]{2}\d{9}[A-Z]{2}$/;
const WEIGHTS = [8, 6, 4, 2, 3, 5, 9, 7];
let read = "";
let last = 0;

export const isVisit = (words) => VISIT.test(words);

/** A number of the post: China's own of 13 digits, or UPU S10 whose check digit is right. */
export const isPostal = (words) => NATIONAL.test(words) || (S10.test(words) && checkDigit(words.slice(2, 10)) === Number(words[10]));

/** UPU S10, section 7. */
function checkDigit(serial) {
  const sum = WEIGHTS.reduce((total, weight, at) => total + weight * Number(serial[at]), 0);
  return { 10: 0, 11: 5 }[11 - (sum % 11)] ?? 11 - (sum % 11);
}

/** `ready()`: whether the desk is shown; `visit(number)` and `find(words)` take what was read. */
export function start({ ready, visit, find }) {
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey || isTyping(event.target)) { read = ""; return; }
    if (event.timeStamp - last > PAUSE) read = "";
    last = event.timeStamp;
    if (event.key.length === 1) read += event.key;
    if (event.key !== "Enter" || read.length < SHORTEST || !ready() || document.querySelector("dialog[open]")) return;
    event.preventDefault();
    event.stopPropagation();
    const words = read.normalize("NFKC").trim();
    read = "";
    take(words, visit, find);
  }, { capture: true });
}

async function take(words, visit, find) {
  const upper = words.toUpperCase();
  if (RECEIPT.test(upper) || VISIT.test(upper)) await visit(upper);
  else await find(isPostal(upper) ? upper : words);
}
