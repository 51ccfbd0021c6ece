// The counter, put together: which view is shown, the basket, the keys, and what happens between the parts.
import { Problem, get, onLost, remove } from "./api.js";
import * as bills from "./bills.js";
import { busy, byId, clearMarks, h, icon, openDialog, refuse, replace, say } from "./dom.js";
import * as items from "./items.js";
import { format } from "./money.js";
import * as order from "./order.js";
import page, { clock, inWords, t } from "./page.js";
import * as residents from "./residents.js";
import * as tenders from "./tenders.js";
import * as till from "./till.js";
import * as visit from "./visit.js";

const VIEWS = ["shift", "desk", "order"];
let view = "";

function show(name) {
  view = name;
  VIEWS.forEach((one) => { byId(`view-${one}`).hidden = one !== name; });
}

// the basket

function drawBasket({ lines, order: held }) {
  replace(byId("basket"), lines.length ? lines.map((line) => item(line, Boolean(held))) : emptyBasket());
  byId("visit-count").textContent = lines.length ? t("visit.count", { n: lines.length }) : "";
  byId("visit-clear").hidden = !lines.length || Boolean(held);
  say(byId("visit-note"), held && lines.length ? t("visit.retry") : "");
}

const emptyBasket = () => h("li", { class: "empty" }, icon("basket"), h("b", {}, t("visit.empty")), h("p", {}, t("visit.empty_says")));

function item(line, held) {
  const name = inWords(line.biller_name);
  return h("li", { class: "item" },
    icon(line.category),
    h("div", {},
      h("p", { class: "what" }, name),
      h("p", { class: "more" }, [line.account, line.customer, line.period].filter(Boolean).join(" · "))),
    h("p", { class: "sum" }, format(line.amount)),
    held ? null : h("button", { type: "button", class: "remove", "aria-label": t("visit.remove", { what: `${name} ${line.account}` }), onclick: () => drop(line) }, icon("cross")));
}

function drop(line) {
  visit.change({ lines: visit.now().lines.filter(({ key }) => key !== line.key) });
  bills.focus();
}

// from the desk to the order and back

async function pay() {
  say(byId("pay-says"));
  if (!visit.now().lines.length) { bills.focus(); return; }
  const chosen = tenders.chosen();
  if (chosen) await order.submit(chosen);
}

function refused(problem) {
  show("desk");
  tenders.draw();
  tenders.refuse(problem);
}

/** The same bills once more, held by their order, to be paid in another way. */
async function again(held) {
  const resident = held.resident ? await get(`/residents/${held.resident}`) : null;
  order.leave();
  show("desk");
  tenders.reset();
  visit.change({ order: held.id, resident, lines: held.lines.map((line) => ({ ...line, key: `${held.id}/${line.no}` })) });
  tenders.focus();
}

/** The next visit; one that was being put together while an earlier one was looked at goes on. */
function desk() {
  const { lines, order: ours } = visit.now();
  const looking = lines.length && order.shown()?.id !== ours;
  order.leave();
  show("desk");
  if (looking) { visit.change({}); bills.focus(); return; }
  visit.clear();
  tenders.reset();
  bills.reset();
  tenders.draw();
  residents.focus();
}

/** A visit that ended is no longer ours to lose; one that may be paid again is. */
function ended(shown) {
  byId("order-title").focus();
  if (shown.state !== "open" && shown.id === visit.now().order) visit.note({ lines: [], order: "" });
}

// keys

const KEYS = {
  F2: () => residents.focus(),
  F3: () => bills.focus(),
  F4: () => tenders.focus(),
  F7: () => tenders.payRestBy("card"),
  F8: () => tenders.payRestBy("cash"),
  F9: () => byId("pay-form").requestSubmit(byId("pay")),
};

function onKey(event) {
  if (!KEYS[event.key] || event.ctrlKey || event.altKey || event.metaKey || document.querySelector("dialog[open]")) return;
  event.preventDefault();
  if (view === "desk") { if (event.key !== "F9" || !byId("pay").disabled) KEYS[event.key](); }
  else if (view === "order" && event.key === "F9") byId("order-actions").querySelector(".button-main")?.click();
}

// the top

function onLine(lost) {
  byId("line").classList.toggle("lost", lost);
  byId("line").lastElementChild.textContent = t(lost ? "line.lost" : "line.ok");
  byId("line-lost").hidden = !lost;
}

async function signOut() {
  await remove("/sessions/current");
  visit.forget();
  window.location.assign(page.doors.sign_in);
}

/** An earlier visit by its receipt number or its own. */
async function findReceipt() {
  const form = byId("receipts-form");
  clearMarks(form);
  const words = byId("receipt-number").value.normalize("NFKC").replace(/\s/g, "").toUpperCase();
  try {
    const id = /^[0-9A-Z]{20}$/.test(words) ? words : (await get(`/receipts/${encodeURIComponent(words)}`)).receipt.order;
    const found = await get(`/orders/${id}`);
    byId("receipts-dialog").close();
    order.watch(found.id, found);
  } catch (problem) {
    if (!(problem instanceof Problem)) throw problem;
    refuse(form, problem, { "": "number", order: "number" });
  }
}

/** A refusal that no field and no form is waiting for still has to be read by somebody. */
function onRejected(event) {
  if (!(event.reason instanceof Problem)) return;
  event.preventDefault();
  say(byId("says"), event.reason.detail);
  setTimeout(() => say(byId("says")), 8000);
}

/** The last visits of this till, for those who lost their slip. */
async function drawLatest() {
  const { orders } = await get("/orders?limit=8");
  replace(byId("latest"), orders.map((one) => h("li", {},
    h("button", { type: "button", class: "latest", onclick: () => { byId("receipts-dialog").close(); order.watch(one.id); } },
      h("span", {}, clock(one.placed_at)), h("span", {}, one.resident_name || one.id), h("span", { class: "tag" }, t(`visit.${one.state}`)), h("b", {}, format(one.total))))));
}

function wire() {
  onLost(onLine);
  window.addEventListener("unhandledrejection", onRejected);
  visit.onChange(drawBasket);
  document.addEventListener("keydown", onKey);
  byId("pay-form").addEventListener("submit", (event) => { event.preventDefault(); busy(byId("pay-form"), pay); });
  byId("visit-clear").addEventListener("click", () => { visit.change({ lines: [] }); bills.focus(); });
  byId("sign-out").addEventListener("click", signOut);
  byId("receipts-form").addEventListener("submit", (event) => { event.preventDefault(); busy(byId("receipts-form"), findReceipt); });
  byId("open-receipts").addEventListener("click", () => { clearMarks(byId("receipts-form")); openDialog(byId("receipts-dialog")); byId("receipt-number").focus(); drawLatest(); });
}

async function start() {
  wire();
  order.start({ show, desk, again, ended, refused, turned: items.refresh });
  residents.start(bills.focus);
  const open = await till.start({ opened: begin, closed: () => { show("shift"); till.focus(); }, signOut });
  items.start((id) => order.watch(id));
  tenders.start(await get("/tenders").then(offered));
  await bills.start();
  if (open) begin(); else { show("shift"); till.focus(); }
}

/** Go on where this tab was: something being sent, an order being watched, or an empty counter. */
function begin() {
  visit.change({});
  if (visit.orphaned) say(byId("says"), t("visit.orphaned"));
  const { pending, order: held } = visit.now();
  if (pending) order.resume();
  else if (held) order.watch(held);
  else { show("desk"); residents.focus(); }
}

/** The connections that take money outside (cards first) and cash, and what points may pay. */
function offered({ tenders: ways, points }) {
  const of = (kind) => ways.filter((way) => way.kind === kind);
  const outside = ["card", "qr", "online"].flatMap(of);
  return { card: outside, cash: of("cash"), categories: points?.categories ?? [] };
}

start();
