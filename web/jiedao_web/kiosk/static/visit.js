// A visit of which nobody knows yet whose it is, and waiting for what was begun in it.
import { get, post } from "../../look/static/api.js";
import page from "../../look/static/page.js";
import { begun, hold } from "./kiosk.js";

const PAUSE = 1000;

/** There is a visit: the one that is under way, or a new one without a name. */
export async function ensureVisit() {
  if (page.csrf) return;
  const session = await post("/my/visits");
  page.csrf = session.csrf;
  begun();
}

/** Look again until `over` says so, or patience is over; meanwhile the visit does not end by itself. */
export async function follow(path, first, over, draw, seconds) {
  const end = Date.now() + seconds * 1000;
  const release = hold();
  let found = first;
  try {
    while (!over(found) && Date.now() < end) {
      draw(found);
      await new Promise((done) => { setTimeout(done, PAUSE); });
      found = await get(path);
    }
  } finally {
    release();
  }
  return found;
}
