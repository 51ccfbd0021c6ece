// How it is paid: points and credit first, the rest by card or in cash.
import { byId, h, mark, say } from "../../look/static/dom.js";
import { format, parse, typed } from "../../look/static/money.js";
import { inWords, t } from "../../look/static/page.js";
import * as visit from "./visit.js";

const [points, credit, card, cash, received] = ["points", "credit", "card", "cash", "received"].map(byId);
const surplus = byId("surplus");
const fields = { points, credit, card, cash };
let ways = { card: [], cash: [], categories: [] };

/** Wire the panel. `offered`: connections that take cards and cash, and the categories that points may pay. */
export function start(offered) {
  ways = offered;
  for (const field of [...Object.values(fields), received]) field.addEventListener("input", draw);
  [byId("rest-card"), byId("rest-cash")].forEach((box) => box.addEventListener("change", moveRest));
  surplus.addEventListener("change", draw);
  byId("points-all").addEventListener("click", () => fill(points, mostPoints()));
  byId("credit-all").addEventListener("click", () => fill(credit, mostCredit()));
  byId("rest-card").disabled = !ways.card.length;
  if (!ways.card.length) byId("rest-cash").checked = true;
  if (ways.card.length > 1) chooseReader();
  visit.onChange(draw);
}

export function focus() {
  const first = [points, credit, received].find((field) => !field.disabled && field.offsetParent);
  (first ?? byId("rest-card")).focus();
}

/** Choose who takes the rest, as the keys do. */
export function payRestBy(kind) {
  const box = byId(`rest-${kind}`);
  if (box.disabled) return;
  box.checked = true;
  moveRest();
  if (kind === "card") box.focus();
}

export function reset() {
  [...Object.values(fields), received].forEach((field) => { field.value = ""; });
  surplus.checked = false;
  byId(ways.card.length ? "rest-card" : "rest-cash").checked = true;
}

const rest = () => (byId("rest-cash").checked ? "cash" : "card");

/** The other field takes the rest from now on; neither keeps an amount from before. */
function moveRest() {
  card.value = "";
  cash.value = "";
  draw();
  if (rest() === "cash" && visit.now().lines.length) received.focus();
}

/** What is typed, in fen; the field that takes the rest is worked out. */
function amounts() {
  const typedIn = (field) => (field.value.trim() ? parse(field.value) : 0);
  const given = Object.fromEntries(Object.entries(fields).map(([kind, field]) => [kind, typedIn(field)]));
  given[rest()] = 0;
  given[rest()] = visit.total() - Object.values(given).reduce((sum, amount) => sum + (amount ?? 0), 0);
  return { ...given, received: received.value.trim() ? parse(received.value) : null };
}

function mostPoints() {
  const { resident, lines } = visit.now();
  const fits = lines.filter((line) => ways.categories.includes(line.category)).reduce((sum, line) => sum + line.amount, 0);
  return resident?.cards.length ? Math.max(0, Math.min(resident.points.active, fits)) : 0;
}

function mostCredit() {
  const { resident } = visit.now();
  return Math.max(0, Math.min(resident?.credit ?? 0, visit.total() - (parse(points.value || "0") ?? 0)));
}

function fill(field, amount) {
  field.value = amount ? typed(amount) : "";
  draw();
  field.focus();
}

/** Everything that follows from what was typed. */
export function draw() {
  const { lines } = visit.now();
  const given = amounts();
  showPurse(points, byId("points-all"), mostPoints(), t("visit.points_up_to", { points: format(mostPoints()) }), pointsHint());
  showPurse(credit, byId("credit-all"), mostCredit(), t("visit.credit_up_to", { amount: format(mostCredit()) }), "");
  for (const kind of ["card", "cash"]) {
    const field = fields[kind];
    field.readOnly = rest() === kind;
    field.disabled = kind === "card" && !ways.card.length;
    if (field.readOnly) field.value = given[kind] > 0 ? typed(given[kind]) : "";
    else if (document.activeElement !== field && given[kind] <= 0) field.value = "";
  }
  drawChange(given);
  for (const [kind, words] of Object.entries(wrong(given))) mark(byId(kind), words);
  byId("total").textContent = format(visit.total());
  const things = visit.waiting().length;
  byId("pay").disabled = !things;
  byId("pay-words").textContent = payWords(lines, things);
}

function payWords(lines, things) {
  if (!things) return t("visit.pay_nothing");
  return lines.length ? t("visit.pay", { amount: format(visit.total()) }) : t("visit.carry_out", { n: things });
}

function showPurse(field, all, most, hint, none) {
  byId(`${field.id}-hint`).textContent = most ? hint : none;
  field.disabled = !most;
  all.hidden = !most;
  if (!most) field.value = "";
}

function pointsHint() {
  const { resident, lines } = visit.now();
  return resident?.cards.length && lines.length && resident.points.active > 0 ? t("visit.points_none") : "";
}

function drawChange(given) {
  byId("cash-more").hidden = !(given.cash > 0);
  byId("surplus-row").hidden = !visit.now().resident || !(given.received > given.cash);
  const change = given.received === null ? 0 : given.received - given.cash;
  byId("change-label").textContent = t(keeps(given) ? "visit.kept" : "visit.change");
  byId("change").textContent = format(Math.max(0, change));
}

const keeps = (given) => surplus.checked && Boolean(visit.now().resident) && given.received > given.cash;

/** What is wrong, by field; every field is named so that old errors go. */
function wrong(given) {
  const says = { points: "", credit: "", card: "", cash: "", received: "" };
  for (const kind of Object.keys(fields)) if (given[kind] === null) says[kind] = t("visit.malformed");
  if (given.points > mostPoints()) says.points = t("visit.over_points", { points: format(mostPoints()) });
  if (given.credit > mostCredit()) says.credit = t("visit.over_credit", { amount: format(mostCredit()) });
  if (given[rest()] < 0) says[rest()] = t("visit.much", { amount: format(-given[rest()]) });
  if (given.cash > 0 && received.value.trim()) {
    if (given.received === null) says.received = t("visit.malformed");
    else if (given.received < given.cash) says.received = t("visit.cash_short", { amount: format(given.cash - given.received) });
  }
  return says;
}

/** The tenders to send, or `null` when something is wrong; then the field in question has the focus. */
export function chosen() {
  const given = amounts();
  const bad = Object.entries(wrong(given)).find(([, words]) => words);
  if (bad) { draw(); byId(bad[0]).focus(); return null; }
  const kept = keeps(given);
  const tenders = Object.keys(fields).filter((kind) => given[kind] > 0).map((kind) => tender(kind, given, kept));
  return { tenders, surplus: kept };
}

function tender(kind, given, kept) {
  if (kind === "card") return outside(given.card);
  if (kind !== "cash") return { kind, amount: given[kind] };
  const handed = given.received ?? given.cash;
  return { kind, amount: kept ? handed : given.cash, connection: ways.cash[0]?.connection ?? "", received: handed };
}

/** The field of the card pays in whichever way outside was chosen. */
function outside(amount) {
  const way = ways.card.find(({ connection }) => connection === byId("reader")?.value) ?? ways.card[0];
  return { kind: way.kind, amount, connection: way.connection };
}

function chooseReader() {
  const options = ways.card.map((way) => h("option", { value: way.connection }, inWords(way.title)));
  byId("card-hint").replaceChildren(h("select", { id: "reader", "aria-label": t("visit.reader") }, options));
}

/** A refusal of the payment as a whole, beside what it is about. */
export function refuse(problem) {
  const at = /^tenders\.(\d+)/.exec(problem.field);
  const kinds = chosen()?.tenders.map(({ kind }) => kind) ?? [];
  const field = at && (fields[kinds[Number(at[1])]] ?? card);
  if (field) { mark(field, problem.detail); field.focus(); } else say(byId("pay-says"), problem.detail);
}
