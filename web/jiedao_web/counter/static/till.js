// The drawer: opening the shift, paying in and out, the blind count at the end, handing over.
import { Problem, get, post } from "../../look/static/api.js";
import { busy, byId, clearMarks, h, mark, openDialog, refuse, replace, say } from "../../look/static/dom.js";
import { format, parse } from "../../look/static/money.js";
import page, { clock, has, t } from "../../look/static/page.js";
import { onPrinter } from "./paper.js";

const PARTS = [["float", 1], ["taken", 1], ["given_back", -1], ["paid_in", 1], ["paid_out", -1]];
const UNSETTLED = ["planned", "sent", "pending", "unknown"];
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
  const ended = await post(`/shifts/${shift.id}/hand-over`, { counted: wanted.counted, login: wanted.login.trim(), password: wanted.password, code: wanted.code.trim() });
  handed = true;
  finished(ended, "till.handed");
  say(byId("till-closed-says"), [byId("till-closed-says").textContent, t("till.handed_says")].filter(Boolean).join(" "));
  byId("till-again").textContent = t("sign_in.out");
}

/** Only now, after the count, what was expected is shown, how that comes about, and the difference. */
function finished(ended, title) {
  shift = null;
  byId("till-open").hidden = true;
  byId("till-closed").hidden = false;
  byId("till-closed-title").textContent = t(title);
  byId("till-again").textContent = t("till.again");
  say(byId("till-printed"));
  byId("till-sheet").href = `/api/v1/shifts/${ended.id}/sheet.pdf`;
  byId("till-print").hidden = !page.devices.printer;
  byId("till-print").onclick = () => onPrinter("shift", ended.id, byId("till-print"), byId("till-printed"));
  drawSums(ended);
  byId("till-closed-title").focus();
  watchBatches(ended);
}

function drawSums(ended) {
  const off = ended.difference;
  const word = off === 0 ? "even" : off > 0 ? "over" : "short";
  say(byId("till-closed-says"), off === 0 ? "" : t(`till.says_${word}`, { amount: format(Math.abs(off)) }));
  replace(byId("till-parts"), PARTS.map(([part, sign]) => partRow(t(`till.part_${part}`), sign * ended.reckoning[part])));
  replace(byId("till-sums"),
    sum(t("till.expected"), format(ended.expected)),
    sum(t("till.counted"), format(ended.counted)),
    sum(`${t("till.difference")} · ${t(`till.${word}`)}`, `${off > 0 ? "+" : ""}${format(off)}`, off === 0 ? "good" : "bad"));
  replace(byId("till-batches"), Object.entries(ended.batches ?? {}).map(batch));
}

const partRow = (label, amount) => h("div", {}, h("dt", {}, label), h("dd", {}, format(amount)));
const sum = (label, amount, tone = "") => h("div", { class: tone }, h("dt", {}, label), h("dd", {}, amount));

/** The acquirers settle their batches on their own time; as long as the drawer is open, what they say is followed. */
async function watchBatches(ended) {
  while (byId("till-dialog").open && !shift && Object.values(ended.batches ?? {}).some((seen) => UNSETTLED.includes(seen.state))) {
    await new Promise((done) => { setTimeout(done, 2000); });
    ended.batches = (await get(`/shifts/${ended.id}`)).batches;
    replace(byId("till-batches"), Object.entries(ended.batches).map(batch));
  }
}

function batch([connection, seen]) {
  const state = UNSETTLED.includes(seen.state) ? "open" : seen.state;
  const tone = { succeeded: "good", open: "wait" }[state] ?? "bad";
  return h("li", {},
    h("span", {}, t("till.batches"), " ", h("span", { class: "quiet" }, connection)),
    h("span", { class: `tag ${tone}` }, t(has(`batch.${state}`) ? `batch.${state}` : "batch.open")));
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
