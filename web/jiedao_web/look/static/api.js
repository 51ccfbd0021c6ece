// The only way to the server. A lost connection is waited out and the same request is sent again under the same
// Idempotency-Key, so nothing is lost and nothing is done twice.
import page, { t } from "./page.js";

const BASE = "/api/v1";
const PAUSES = [500, 1000, 2000, 4000];
const watchers = new Set();
let waiting = 0;

/** A refusal in the user's words (RFC 9457). */
export class Problem extends Error {
  constructor(status, body) {
    super(body.code ?? String(status));
    this.status = status;
    this.code = body.code ?? "";
    this.detail = body.detail || body.title || t("app.unexpected", { status });
    this.field = body.field ?? "";
    this.body = body;
  }
}

/** Be told when the connection is lost (`true`) and when it is back (`false`). */
export function onLost(watcher) {
  watchers.add(watcher);
}

export function newKey() {
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

export const get = (path) => send("GET", path);

/** POST under a key. Without one, the request gets a key of its own. */
export const post = (path, body = {}, { key = newKey(), headers = {} } = {}) =>
  send("POST", path, body, { "Idempotency-Key": key, ...headers });

export const remove = (path) => send("DELETE", path);

/**
 * Answers may come in another order than they were asked for, and after the screen has turned to something else. Each
 * call of what this returns begins a turn, and gives a function that says whether it is still the last one.
 */
export function turns() {
  let last = 0;
  return () => {
    last += 1;
    const mine = last;
    return () => mine === last;
  };
}

/** One try, without waiting for a lost connection. */
export async function once(method, path, body, headers = {}) {
  const answer = await fetch(BASE + path, {
    method,
    credentials: "same-origin",
    cache: "no-store",
    headers: heads(method, body, headers),
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  return read(answer);
}

async function send(method, path, body, headers) {
  for (let tries = 0; ; tries += 1) {
    try {
      const answer = await once(method, path, body, headers);
      if (tries) back();
      return answer;
    } catch (error) {
      if (error instanceof Problem) {
        if (tries) back();
        throw leave(error);
      }
      if (!tries) lost();
      await new Promise((done) => { setTimeout(done, PAUSES[Math.min(tries, PAUSES.length - 1)]); });
    }
  }
}

function heads(method, body, headers) {
  const all = { Accept: "application/json", "Accept-Language": page.language, ...headers };
  if (body !== undefined) all["Content-Type"] = "application/json";
  if (method !== "GET" && page.csrf) all["X-CSRF-Token"] = page.csrf;
  return all;
}

/** The body of an answer. A gateway's page is no answer: the request may or may not have arrived, so it goes again. */
async function read(answer) {
  const type = answer.headers.get("Content-Type") ?? "";
  if (answer.status === 204) return null;
  const body = type.includes("json") ? await answer.json() : await answer.text();
  if (answer.ok) return body;
  if (typeof body === "string" && answer.status >= 500) throw new TypeError(`gateway ${answer.status}`);
  throw new Problem(answer.status, typeof body === "string" ? {} : body);
}

/** A session that is over leads back to the door; what was not finished stays in this tab. */
function leave(problem) {
  if (problem.code.startsWith("session.") && page.doors?.sign_in) window.location.assign(`${page.doors.sign_in}?over=1`);
  return problem;
}

function lost() {
  waiting += 1;
  watchers.forEach((watcher) => watcher(true));
}

function back() {
  waiting -= 1;
  if (!waiting) watchers.forEach((watcher) => watcher(false));
}
