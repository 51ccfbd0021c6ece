// The drawer: opening the shift, paying in and out, the blind count at the end, handing over.
import { Problem, get, post } from "./api.js";
import { busy, byId, clearMarks, h, mark, openDialog, refuse, replace } from "./dom.js";
import { format, parse } from "./money.js";
import page, { clock, has, inWords, t } from "./page.js";

let hooks = {};
let shift = null;
let handed = false;

/** `hooks`: opened(), closed() and signOut(), called when the till changes its state or its hands. */
export async function start(given) {
  hooks = given;
  byId("shift-lead").textContent = page.place.till ? t("shift.lead", { till: page.place.till_name || page.place.till }) : t("shift.no_till");
  wire("shift-form", ["counted"], open);
  wire("move-form", ["amount"], move);
  wire("close-form", ["counted"], close);
  wire("hand-form", ["counted"], handOver);
  byId("open-till").addEventListener("click", show);
  byId("till-again").addEventListener("click", () => byId("till-dialog").close());
  byId("till-dialog").addEventListener("close", leave);
  ({ shift } = page.place.till ? await get("/shifts/current") : { shift: null });
  return Boolean(shift);
}

export const isOpen = () => Boolean(shift);

export const focus = () => byId("float").focus();

/** After a hand-over the colleague signs in; after a close the next shift may be opened. */
function leave() {
  if (shift) return;
  if (handed) hooks.signOut(); else hooks.closed();
}

async function open(wanted) {
  shift = await post("/shifts", { counted: wanted.counted });
  hooks.opened();
}

async function show() {
  if (shift) ({ shift } = await get("/shifts/current"));
  draw();
  openDialog(byId("till-dialog"));
  byId(shift ? "move-amount" : "till-again").focus();
}

function draw() {
  byId("till-open").hidden = !shift;
  byId("till-closed").hidden = true;
  byId("till-since").textContent = shift ? t("till.since", { time: clock(shift.opened_at), float: format(shift.float) }) : byId("shift-lead").textContent;
  ["move-form", "close-form", "hand-form"].forEach((id) => { clearMarks(byId(id)); byId(id).reset(); });
  if (shift) drawMoves();
}

function drawMoves() {
  const rows = shift.movements.map((one) =>
    h("li", {}, h("span", { class: "quiet" }, `${clock(one.at)} ${t(`till.${one.kind}`)}`), h("span", {}, one.reason), h("b", {}, format(one.kind === "in" ? one.amount : -one.amount))));
  replace(byId("till-moves"), rows.length ? rows : h("li", { class: "none" }, t("till.no_moves")));
}

async function move(wanted) {
  shift = await post(`/shifts/${shift.id}/movements`, { kind: wanted.kind, amount: wanted.amount, reason: wanted.reason.trim() });
  drawMoves();
  byId("move-form").reset();
}

async function close(wanted) {
  finished(await post(`/shifts/${shift.id}/close`, { counted: wanted.counted }, { headers: { Prefer: "wait=15" } }), "till.closed");
}

async function handOver(wanted) {
  const ended = await post(`/shifts/${shift.id}/hand-over`, { counted: wanted.counted, login: wanted.login.trim(), password: wanted.password });
  handed = true;
  finished(ended, "till.handed");
  byId("till-closed-says").textContent = t("till.handed_says");
  byId("till-closed-says").hidden = false;
  byId("till-again").textContent = t("sign_in.out");
}

/** Only now, after the count, the expected amount and the difference are shown. */
function finished(ended, title) {
  shift = null;
  byId("till-open").hidden = true;
  byId("till-closed").hidden = false;
  byId("till-closed-title").textContent = t(title);
  const off = ended.difference;
  const word = t(off === 0 ? "till.even" : off > 0 ? "till.over" : "till.short");
  byId("till-closed-says").hidden = off === 0;
  replace(byId("till-sums"),
    sum(t("till.counted"), format(ended.counted)),
    sum(t("till.expected"), format(ended.expected)),
    sum(`${t("till.difference")} · ${word}`, `${off > 0 ? "+" : ""}${format(off)}`, off === 0 ? "good" : "bad"),
    ...Object.values(ended.batches ?? {}).map(batch));
  byId("till-closed-title").focus();
}

const sum = (label, amount, tone = "") => h("div", { class: tone }, h("dt", {}, label), h("dd", {}, amount));

function batch(seen) {
  const done = seen.state === "succeeded";
  const key = has(`op.${seen.state}`) ? `op.${seen.state}` : `state.${done ? "done" : "doubt"}`;
  return sum(t("till.batches"), done ? t("state.done") : inWords(t(key)), done ? "good" : "");
}

/** A form of the till: its amounts are read, the act is done, and a refusal stands beside its field. */
function wire(id, amounts, act) {
  const form = byId(id);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    clearMarks(form);
    const wanted = Object.fromEntries(new FormData(form));
    for (const name of amounts) {
      wanted[name] = parse(wanted[name]);
      const field = form.elements.namedItem(name);
      if (wanted[name] === null) { mark(field, t("visit.malformed")); field.focus(); return; }
    }
    busy(form, () => attempt(form, act, wanted));
  });
}

async function attempt(form, act, wanted) {
  try {
    await act(wanted);
  } catch (problem) {
    if (!(problem instanceof Problem)) throw problem;
    refuse(form, problem, { till: form.id === "shift-form" ? "counted" : "" });
  }
}
