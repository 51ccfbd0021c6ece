// What is being put together at the window now. It lives in this browser tab until it is handed to the server.
import page from "../../look/static/page.js";

const STORED = "jiedao.visit";
const watchers = new Set();
const NOTHING = { staff: page.staff.id, resident: null, acting: null, sender: null, lines: [], acts: [], order: "", pending: null };

const stored = JSON.parse(sessionStorage.getItem(STORED) ?? "{}");

/**
 * Whether a colleague's request was still waiting for its answer when this tab changed hands. A key belongs to who
 * made it, so it is not sent again in another's name: that could be a second payment.
 */
export const orphaned = stored.staff !== page.staff.id
  && (Boolean(stored.pending) || (stored.acts ?? []).some((act) => act.request && !act.answer && !act.problem));

let visit = stored.staff === page.staff.id ? { ...NOTHING, ...stored } : { ...NOTHING };

export const now = () => visit;

export function onChange(watcher) {
  watchers.add(watcher);
}

/** Change the visit, keep it for a reload, and tell everyone. */
export function change(changes) {
  visit = { ...visit, ...changes };
  sessionStorage.setItem(STORED, JSON.stringify(visit));
  watchers.forEach((watcher) => watcher(visit));
}

/** Keep something without drawing the screen again. */
export function note(changes) {
  visit = { ...visit, ...changes };
  sessionStorage.setItem(STORED, JSON.stringify(visit));
}

/** Another resident, or nobody: who acted for the last one, and what was not sent for them yet, goes with them. */
export function serve(resident) {
  if (resident && resident.id === visit.resident?.id) { change({ resident }); return; }
  const acts = visit.acts.filter((act) => act.request || (act.body.resident ?? "") === (resident?.id ?? ""));
  change({ resident, acting: null, sender: null, acts });
}

export const clear = () => change({ ...NOTHING });

/** Leave nothing of a resident behind in this browser. */
export function forget() {
  visit = { ...NOTHING };
  sessionStorage.removeItem(STORED);
}

export const total = () => visit.lines.reduce((sum, line) => sum + line.amount, 0);

export const holds = (key) => [...visit.lines, ...visit.acts].some((one) => one.key === key);

/** Everything in the basket: what costs money, and what does not and was not sent yet. */
export const waiting = () => [...visit.lines, ...visit.acts.filter((act) => !act.request)];

export const isEmpty = () => !waiting().length;
