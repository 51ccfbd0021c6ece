// Forms that speak to the REST API: what a person can do on a page, a program can do too.
//
//   <form data-api="PUT /connections/card/settings" data-then="reload"> … <input name="settings.url"> …
//
// Names with dots make objects in the body. `data-kind` on an input says what its words are: money (fen), points
// (hundredths), whole, boolean, lines (a list, one item a line), json; without it they are text. An input with
// `data-empty="omit"` is left out of the body where it is empty, with `data-empty="null"` it is null.
// `{name}` in the address is taken from the input of that name, which is then not in the body.
// `data-then` is where to go: "reload", an address (in which {id} is filled in from the answer), "stay" (which says so in
// the form's `[data-done]`), or "event". The form always fires `done` with the answer, for the page's own script. A refusal stands beside the field that it names, or in the form's
// `[data-says]`; what was typed stays.
import { Problem, newKey, post, once } from "./api.js";
import { busy, byId, clearMarks, mark, openDialog, refuse, say } from "./dom.js";
import { parse } from "./money.js";
import { t } from "./page.js";

const KINDS = {
  money: (words) => amount(words),
  points: (words) => amount(words),
  whole: (words) => whole(words),
  lines: (words) => words.split("\n").map((line) => line.trim()).filter(Boolean),
  json: (words) => JSON.parse(words),
};

class Unreadable extends Error {
  constructor(input, words) {
    super(words);
    this.input = input;
  }
}

function amount(words) {
  const fen = parse(words);
  if (fen === null) throw new Error(t("form.amount"));
  return fen;
}

function whole(words) {
  const plain = words.normalize("NFKC").trim();
  if (!/^-?\d{1,12}$/.test(plain)) throw new Error(t("form.whole"));
  return Number(plain);
}

/** What an input says; `undefined` where it says nothing and nothing is to be sent. */
function value(input) {
  if (input.type === "checkbox" && input.dataset.kind === "boolean") return input.checked;
  if (input.type === "checkbox" || input.type === "radio") return input.checked ? input.value : undefined;
  const words = input.type === "password" ? input.value : input.value.trim();
  if (!words && input.dataset.empty === "omit") return undefined;
  if (!words && input.dataset.empty === "null") return null;
  if (input.dataset.kind === "boolean") return words === "true";
  try {
    return KINDS[input.dataset.kind] ? KINDS[input.dataset.kind](words) : words;
  } catch (error) {
    throw new Unreadable(input, error.message);
  }
}

function place(body, name, given) {
  const path = name.split(".");
  const last = path.pop();
  const inner = path.reduce((at, part) => (at[part] ??= {}), body);
  inner[last] = given;
}

/** The body that a form says; several checkboxes of one name with `data-kind="many"` make a list. */
export function body(form) {
  const said = {};
  for (const input of form.elements) {
    if (!input.name || input.disabled || input.type === "submit" || input.type === "button") continue;
    if (input.dataset.kind === "many") {
      const list = [...form.elements].filter((one) => one.name === input.name && one.checked).map((one) => one.value);
      place(said, input.name, list);
      continue;
    }
    const given = value(input);
    if (given !== undefined) place(said, input.name, given);
  }
  return said;
}

/** The address with what belongs into it, which leaves the body. */
function address(rule, said) {
  return rule.replace(/\{(\w+)\}/g, (_, name) => {
    const words = encodeURIComponent(said[name] ?? "");
    delete said[name];
    return words;
  });
}

let kept = { said: "", key: "" };

/** One key for each thing that is asked for: the same form sent again after a lost answer is the same request. */
function keyFor(said) {
  if (kept.said !== said) kept = { said, key: newKey() };
  return kept.key;
}

async function send(form) {
  clearMarks(form);
  const [method, rule] = form.dataset.api.split(" ");
  const said = body(form);
  const path = address(rule, said);
  const headers = form.dataset.wait ? { Prefer: `wait=${form.dataset.wait}` } : {};
  const answer = method === "POST"
    ? await post(path, said, { key: keyFor(`${path} ${JSON.stringify(said)}`), headers })
    : await once(method, path, method === "DELETE" ? undefined : said);
  kept = { said: "", key: "" };
  follow(form, answer ?? {});
}

function follow(form, answer) {
  const then = form.dataset.then ?? "reload";
  form.dispatchEvent(new CustomEvent("done", { detail: answer, bubbles: true }));
  if (then === "event") return;
  if (then === "stay") { say(form.querySelector("[data-done]"), t("form.done")); return; }
  form.closest("dialog")?.close();
  if (then === "reload") window.location.reload();
  else window.location.assign(then.replace(/\{(\w+)\}/g, (_, name) => encodeURIComponent(answer[name] ?? "")));
}

const leaves = (form) => !["event", "stay"].includes(form.dataset.then);

/** A page that is about to be left takes nothing more: what was begun on it would be cut off, and nobody would know. */
const rest = (still) => { byId("main").inert = still; };

async function submit(event) {
  const form = event.target.closest("form[data-api]");
  if (!form) return;
  event.preventDefault();
  if (leaves(form)) rest(true);
  try {
    await busy(form, () => send(form));
  } catch (error) {
    rest(false);
    failed(form, error);
  }
}

/** Say what went wrong with a form where it belongs; what nobody foresaw is thrown on. */
export function failed(form, error) {
  if (error instanceof Unreadable) { mark(error.input, error.message); error.input.focus(); return; }
  if (error instanceof Problem) { refused(form, error); return; }
  if (error instanceof TypeError) { say(byId("says"), t("line.lost")); return; }
  throw error;
}

/** The field may be named as the body has it, or by its last part. */
function refused(form, problem) {
  const wanted = [...form.elements].find((input) => input.name && problem.field && (input.name === problem.field || input.name.endsWith(`.${problem.field}`)));
  refuse(form, problem, wanted ? { [problem.field]: wanted.name } : {});
  if (!form.querySelector("[data-says]") && !wanted) say(byId("says"), problem.detail);
}

/** Buttons with `data-open="id"` open the dialog of that id. */
function open(event) {
  const button = event.target.closest("[data-open]");
  if (button) openDialog(byId(button.dataset.open));
}

document.addEventListener("submit", submit);
// A page that comes back as it was left.
window.addEventListener("pageshow", ({ persisted }) => { if (persisted) rest(false); });
document.addEventListener("click", open);
