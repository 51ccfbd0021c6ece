// Following something that has no end yet: the page is read again until it says how it ended.
import { Problem, newKey, post } from "../../look/static/api.js";
import { busy, byId, say } from "../../look/static/dom.js";
import "../../look/static/forms.js";
import page from "../../look/static/page.js";

const FIRST = 1500;
const LONGEST = 15000;
const again = byId("again");

/** What the page says now, read from the server without touching this one. */
async function read() {
  const answer = await fetch(window.location.pathname, { headers: { "X-Watching": "1" }, credentials: "same-origin", cache: "no-store" });
  return new DOMParser().parseFromString(await answer.text(), "text/html");
}

/** Show what is new; a page that may do other things now is opened again. */
function take(there) {
  const now = there.getElementById("standing");
  const here = byId("standing");
  if (!now) { window.location.reload(); return true; }
  if (now.dataset.verdict === here.dataset.verdict) return false;
  window.location.reload();
  return true;
}

async function follow(pause) {
  await new Promise((done) => { setTimeout(done, pause); });
  try {
    if (take(await read())) return;
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
  }
  await follow(Math.min(pause * 1.2, LONGEST));
}

async function payAgain() {
  const note = again.querySelector("[data-says]");
  say(note);
  const way = again.querySelector("[name=way]:checked");
  const tender = { kind: way.dataset.kind, amount: page.order.total, connection: way.value };
  try {
    await post(`/my/orders/${page.order.id}/attempts`, { tenders: [tender] }, { key: newKey(), headers: { Prefer: "wait=8" } });
    window.location.reload();
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    say(note, error.detail);
  }
}

again?.addEventListener("submit", (event) => { event.preventDefault(); busy(again, payAgain); });
if ((page.order ?? page.certification).follow) await follow(FIRST);
