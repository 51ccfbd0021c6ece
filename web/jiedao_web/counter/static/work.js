// The four kinds of things that a resident can come with: one panel, switched by a key.
import { byId } from "../../look/static/dom.js";
import * as bills from "./bills.js";
import * as certification from "./certification.js";
import * as post from "./post.js";
import * as services from "./services.js";

const KINDS = { bills, post, certification, services };
const NAMES = Object.keys(KINDS);
let shown = NAMES[0];

export async function start() {
  NAMES.forEach((name) => byId(`tab-${name}`).addEventListener("click", () => { open(name); focus(); }));
  byId("kinds").addEventListener("keydown", onArrow);
  [post, certification, services].forEach((kind) => kind.start());
  await bills.start();
}

/** Show a kind; what was typed in the others stays. */
export function open(name) {
  shown = name;
  NAMES.forEach((one) => {
    byId(`tab-${one}`).setAttribute("aria-selected", String(one === name));
    byId(`tab-${one}`).tabIndex = one === name ? 0 : -1;
    byId(`kind-${one}`).hidden = one !== name;
  });
  KINDS[name].opened?.();
}

/** The kind that Alt and a digit stand for; nothing for other keys. */
export const byKey = (event) => (event.altKey && !event.ctrlKey && !event.metaKey ? NAMES[Number(event.code?.replace("Digit", "")) - 1] : undefined);

export const focus = () => KINDS[shown].focus();

/** Another resident, or nobody: what the open kind shows of them is read again. */
export function turned() {
  KINDS[shown].opened?.();
}

export function reset() {
  Object.values(KINDS).forEach((kind) => kind.reset());
  open(NAMES[0]);
}

function onArrow(event) {
  const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
  if (!step) return;
  event.preventDefault();
  open(NAMES[(NAMES.indexOf(shown) + step + NAMES.length) % NAMES.length]);
  byId(`tab-${shown}`).focus();
}
