// What every page of the kiosk does: it ends by itself when nobody is there, its type grows at a touch without losing what
// was entered, and numbers can be touched in.
import { Problem, once, onLost } from "../../look/static/api.js";
import { byId, h, icon } from "../../look/static/dom.js";
import page, { t } from "../../look/static/page.js";

const OVER = page.doors.sign_in;
const START = OVER.replace(/over$/, "");
const BEAT = 60_000;
const dialog = byId("idle");
let touched = Date.now();
let holds = 0;

/** While something is under way that the resident only waits for, nothing ends by itself. Returns what lets go again. */
export function hold() {
  holds += 1;
  return () => { holds -= 1; touched = Date.now(); };
}

/** There is something to end: a visit, or a page that somebody left open. */
export function begun() {
  dialog.dataset.visit = "yes";
}

const somebody = () => dialog.dataset.visit === "yes" || window.location.pathname !== START;

function watch() {
  if (holds || !somebody()) { touched = Date.now(); return; }
  const seconds = Math.floor((Date.now() - touched) / 1000);
  const left = page.idle.warn + page.idle.wipe - seconds;
  if (left <= 0) wipe();
  else if (seconds >= page.idle.warn) warn(left);
}

function warn(left) {
  byId("idle-count").textContent = String(left);
  if (dialog.open && left % 10) return;
  const says = byId("idle-says");
  says.textContent = says.dataset.words.replace("{seconds}", String(left));
  if (!dialog.open) dialog.showModal();
}

/** Nothing stays: not in the fields, not on the screen, not on the server, and no way back to it. */
function wipe() {
  document.querySelectorAll("input, textarea, select").forEach((input) => { input.value = ""; });
  byId("main").replaceChildren();
  sessionStorage.clear();
  window.location.replace(OVER);
}

function touch() {
  if (!dialog.open) touched = Date.now();
}

/** Somebody is there. Noted before the dialog is closed: the watch may look at any moment after that. */
function stay() {
  touched = Date.now();
  dialog.close();
}

/** Another size of type, without loading the page again: what was entered stays. */
function resize(event) {
  const link = event.target.closest(".size");
  if (!link) return;
  event.preventDefault();
  document.documentElement.dataset.type = new URL(link.href).pathname.split("/").pop();
  document.querySelectorAll(".size").forEach((one) => { one.toggleAttribute("aria-current", false); });
  link.setAttribute("aria-current", "true");
  fetch(link.href, { credentials: "same-origin" }).catch(() => {});
}

/** The street sees that the kiosk is there; and a start screen that nobody uses learns how the kiosk is now. */
async function beat() {
  try {
    const device = await once("GET", "/kiosk/device");
    if (device.condition !== page.condition && !somebody()) window.location.reload();
  } catch (error) {
    if (error instanceof Problem && error.code === "kiosk.unknown") window.location.reload();
  }
}

const ROWS = { digits: ["123", "456", "789"], letters: ["ABCDEFG", "HIJKLMN", "OPQRSTU", "VWXYZ-"] };
let pad = null;

/** A keypad under the field that has the focus; it goes to the next one with it. */
function open(input) {
  if (pad?.input === input) return;
  pad?.element.remove();
  pad = { input, kind: "digits", element: h("div", { class: "pad", role: "group", "aria-label": t("pad.title") }) };
  input.closest(".field").append(pad.element);
  draw();
}

function draw() {
  const keys = ROWS[pad.kind].map((row) => h("div", { class: "pad-row" }, [...row].map((sign) => key(sign, () => type(sign)))));
  const other = pad.kind === "digits" ? "letters" : "digits";
  const last = h("div", { class: "pad-row" },
    pad.input.dataset.pad === "letters" && key(t(`pad.${other}`), () => { pad.kind = other; draw(); }),
    pad.input.dataset.pad === "amount" && key(".", () => type(".")),
    pad.kind === "digits" && key("0", () => type("0")),
    key(t("pad.delete"), () => put(pad.input.value.slice(0, -1)), "back"));
  pad.element.dataset.kind = pad.kind;
  pad.element.replaceChildren(...keys, last);
}

function key(words, act, picture = "") {
  return h("button", { type: "button", class: "button key", onpointerdown: (event) => event.preventDefault(), onclick: act },
    picture && icon(picture), h("span", {}, words));
}

const type = (sign) => put(pad.input.value + sign);

function put(words) {
  pad.input.value = words;
  pad.input.dispatchEvent(new Event("input", { bubbles: true }));
}

document.addEventListener("focusin", (event) => { if (event.target.matches("input[data-pad]")) open(event.target); });
document.addEventListener("click", resize);
["pointerdown", "keydown", "input", "wheel"].forEach((name) => document.addEventListener(name, touch, { passive: true, capture: true }));
byId("idle-stay").addEventListener("click", () => stay());
dialog.addEventListener("cancel", (event) => { event.preventDefault(); stay(); });
setInterval(watch, 500);
setInterval(beat, BEAT);
onLost((lost) => { byId("line-lost").hidden = !lost; });
