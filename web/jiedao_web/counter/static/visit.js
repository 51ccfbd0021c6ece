// What is being put together at the window now. It lives in this browser tab until it is handed to the server.
import page from "./page.js";

const STORED = "jiedao.visit";
const watchers = new Set();
const NOTHING = { staff: page.staff.id, resident: null, lines: [], order: "", pending: null };

const stored = JSON.parse(sessionStorage.getItem(STORED) ?? "{}");

/**
 * Whether a colleague's request was still waiting for its answer when this tab changed hands. A key belongs to who
 * made it, so it is not sent again in another's name: that could be a second payment.
 */
export const orphaned = Boolean(stored.pending) && stored.staff !== page.staff.id;

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

export const clear = () => change({ ...NOTHING });

/** Leave nothing of a resident behind in this browser. */
export function forget() {
  visit = { ...NOTHING };
  sessionStorage.removeItem(STORED);
}

export const total = () => visit.lines.reduce((sum, line) => sum + line.amount, 0);

export const holds = (bill) => visit.lines.some((line) => line.key === bill);
