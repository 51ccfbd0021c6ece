// The counter, put together: which view is shown, the basket, the keys, and what happens between the parts.
import { Problem, get, onLost, remove } from "../../look/static/api.js";
import * as acting from "./acting.js";
import * as acts from "./acts.js";
import { busy, byId, clearMarks, h, icon, openDialog, refuse, replace, say } from "../../look/static/dom.js";
import * as items from "./items.js";
import { format } from "../../look/static/money.js";
import * as order from "./order.js";
import page, { clock, inWords, t } from "../../look/static/page.js";
import * as residents from "./residents.js";
import * as tenders from "./tenders.js";
import * as scan from "./scan.js";
import * as till from "./till.js";
import * as visit from "./visit.js";
import * as work from "./work.js";

const VIEWS = ["shift", "desk", "order"];
let view = "";

function show(name) {
  view = name;
  VIEWS.forEach((one) => { byId(`view-${one}`).hidden = one !== name; });
}

// the basket

function drawBasket({ lines, order: held }) {
  const free = visit.waiting().filter((one) => !lines.includes(one));
  const rows = [...lines.map((line) => item(line, Boolean(held))), ...free.map(actItem)];
  replace(byId("basket"), rows.length ? rows : emptyBasket());
  byId("visit-count").textContent = rows.length ? t("visit.count", { n: rows.length }) : "";
  byId("visit-clear").hidden = !rows.length || Boolean(held);
  byId("tenders").hidden = !lines.length && free.length > 0;
  say(byId("visit-note"), held && lines.length ? t("visit.retry") : "");
}

const emptyBasket = () => h("li", { class: "empty" }, icon("basket"), h("b", {}, t("visit.empty")), h("p", {}, t("visit.empty_says")));

function item(line, held) {
  const name = inWords(line.biller_name);
  const facts = [line.product, line.account, line.customer, line.period].filter(Boolean);
  return h("li", { class: "item" },
    icon(line.category),
    h("div", {}, h("p", { class: "what" }, name), h("p", { class: "more" }, facts.join(" · "))),
    h("p", { class: "sum" }, format(line.amount)),
    held ? null : removal(`${name} ${line.account}`, () => drop({ lines: visit.now().lines.filter(({ key }) => key !== line.key) })));
}

/** A certification or a case: it costs nothing and says for whom somebody else acts. */
function actItem(act) {
  const name = t(`act.${act.kind}`, { what: inWords(act.title) });
  return h("li", { class: "item item-free" },
    icon(act.kind === "case" ? "case" : "shield"),
    h("div", {}, h("p", { class: "what" }, name), h("p", { class: "more" }, act.more)),
    h("p", { class: "sum" }, t("visit.free")),
    removal(name, () => drop({ acts: visit.now().acts.filter(({ key }) => key !== act.key) })));
}

const removal = (what, act) =>
  h("button", { type: "button", class: "remove", "aria-label": t("visit.remove", { what }), onclick: act }, icon("cross"));

function drop(changes) {
  visit.change(changes);
  work.focus();
}

// from the desk to the order and back

async function pay() {
  say(byId("pay-says"));
  if (visit.isEmpty()) { work.focus(); return; }
  const chosen = visit.now().lines.length ? tenders.chosen() : { tenders: [] };
  if (chosen) await order.carryOut(chosen);
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

/** What was refused is put back into the basket; what was done stays done. */
function mend() {
  order.leave();
  show("desk");
  acts.putBack();
  work.focus();
}

/** The next visit; one that was being put together while an earlier one was looked at goes on. */
function desk() {
  const { order: ours } = visit.now();
  const looking = !visit.isEmpty() && order.shown() && order.shown().id !== ours;
  order.leave();
  show("desk");
  if (looking) { visit.change({}); work.focus(); return; }
  residents.reset();
  visit.clear();
  tenders.reset();
  work.reset();
  tenders.draw();
  residents.focus();
}

/** A visit that ended is no longer ours to lose; one that may be paid again, or mended, is. */
function ended(shown) {
  byId("order-title").focus();
  const { order: ours, acts: all } = visit.now();
  if (shown ? shown.state !== "open" && shown.id === ours : !ours) visit.note({ lines: [], order: "", acts: all.filter((act) => act.problem) });
}

// keys

const KEYS = {
  F2: () => residents.focus(),
  F3: () => work.focus(),
  F4: () => tenders.focus(),
  F6: () => acting.open(),
  F7: () => tenders.payRestBy("card"),
  F8: () => tenders.payRestBy("cash"),
  F9: () => byId("pay-form").requestSubmit(byId("pay")),
};

function onKey(event) {
  const kind = view === "desk" && !document.querySelector("dialog[open]") && work.byKey(event);
  if (kind) { event.preventDefault(); work.open(kind); work.focus(); return; }
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
async function showVisit(words) {
  const id = scan.isVisit(words) ? words : (await get(`/receipts/${encodeURIComponent(words)}`)).receipt.order;
  const found = await get(`/orders/${id}`);
  byId("receipts-dialog").close();
  order.watch(found.id, found);
}

async function findReceipt() {
  const form = byId("receipts-form");
  clearMarks(form);
  const words = byId("receipt-number").value.normalize("NFKC").replace(/\s/g, "").toUpperCase();
  try {
    await showVisit(words);
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
  byId("visit-clear").addEventListener("click", () => drop({ lines: [], acts: visit.now().acts.filter((act) => act.request) }));
  byId("sign-out").addEventListener("click", signOut);
  byId("receipts-form").addEventListener("submit", (event) => { event.preventDefault(); busy(byId("receipts-form"), findReceipt); });
  byId("open-receipts").addEventListener("click", () => { clearMarks(byId("receipts-form")); openDialog(byId("receipts-dialog")); byId("receipt-number").focus(); drawLatest(); });
}

async function start() {
  wire();
  order.start({ show, desk, again, mend, ended, refused, turned: items.refresh });
  residents.start();
  acting.start();
  scan.start({ ready: () => view === "desk", visit: showVisit, find: (words) => residents.lookFor(words) });
  const open = await till.start({ opened: begin, closed: () => { show("shift"); till.focus(); }, signOut });
  items.start((id) => order.watch(id));
  tenders.start(await get("/tenders").then(offered));
  await work.start();
  if (open) begin(); else { show("shift"); till.focus(); }
}

/** Go on where this tab was: something being sent, an order being watched, or an empty counter. */
function begin() {
  visit.change({});
  if (visit.orphaned) say(byId("says"), t("visit.orphaned"));
  const { pending, order: held } = visit.now();
  if (pending) order.resume();
  else if (held) order.watch(held);
  else if (acts.sent().length) order.others();
  else { show("desk"); residents.focus(); }
}

/** The connections that take money outside (cards first) and cash, and what points may pay. */
function offered({ tenders: ways, points }) {
  const of = (kind) => ways.filter((way) => way.kind === kind);
  const outside = ["card", "qr", "online"].flatMap(of);
  return { card: outside, cash: of("cash"), categories: points?.categories ?? [] };
}

start();
