// One bill: look it up, choose how much and how, and place the order. The server checks everything again.
import { Problem, newKey, post } from "../../look/static/api.js";
import { busy, byId, clearMarks, h, mark, refuse, replace, say } from "../../look/static/dom.js";
import { format, parse, typed } from "../../look/static/money.js";
import page, { t } from "../../look/static/page.js";

const bill = page.bill;
const account = byId("account");
const pay = byId("pay");
const points = byId("points");
const credit = byId("credit");
let offers = [];
let order = { said: "", key: "" };

const inputs = () => Object.fromEntries([...account.querySelectorAll("input[id^=input-]")].map((one) => [one.name, one.value.trim()]));

/** The path and body that look bills up, or offer an amount where nothing is looked up. */
async function fetchOffers() {
  const whose = bill.account ? {} : { connection: bill.connection, biller: bill.biller, inputs: inputs() };
  if (bill.looked_up) {
    const path = bill.account ? `/my/accounts/${bill.account}/bills` : "/my/bills/fetch";
    return (await post(path, whose)).offers;
  }
  const amount = parse(account.elements.amount.value);
  if (amount === null) { mark(account.elements.amount, t("form.amount")); account.elements.amount.focus(); return null; }
  const path = bill.account ? `/my/accounts/${bill.account}/direct` : "/my/bills/direct";
  return [await post(path, { ...whose, amount })];
}

/** Keep the account if that is wanted; one that is kept already is fine. */
async function keep() {
  if (!account.elements.keep?.checked) return;
  const said = { connection: bill.connection, biller: bill.biller, inputs: inputs(), label: account.elements.label.value.trim() };
  try {
    await post("/my/accounts", said);
  } catch (error) {
    if (!(error instanceof Problem && error.code === "account.kept")) throw error;
  }
}

async function look() {
  clearMarks(account);
  say(byId("standing"), t("script.looking"));
  pay.hidden = true;
  try {
    const found = await fetchOffers();
    if (found === null) return;
    offers = found;
    await keep();
    show();
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    refuse(account, error);
  } finally {
    if (byId("standing").textContent === t("script.looking")) say(byId("standing"));
  }
}

function show() {
  say(byId("standing"), offers.length ? "" : t("script.no_bill"));
  pay.hidden = !offers.length;
  if (!offers.length) return;
  replace(byId("offers"), offers.map(row));
  count();
  byId("bills-title").focus();
}

function row(offer, index) {
  const id = `offer-${index}`;
  const said = [offer.bill.period && t("script.period", { period: offer.bill.period }), offer.bill.customer].filter(Boolean).join(" · ");
  const sum = offer.rule === "exact" || !bill.looked_up
    ? null
    : h("div", { class: "field" }, h("label", { for: `${id}-sum` }, t("script.amount_of")),
      h("input", { id: `${id}-sum`, class: "money", inputmode: "decimal", autocomplete: "off", value: typed(offer.bill.amount), oninput: count }),
      h("p", { class: "error", id: `${id}-sum-error`, role: "alert" }));
  return h("li", {},
    h("label", { class: "offer" },
      h("input", { type: "checkbox", id, checked: true, onchange: count }),
      h("span", { class: "what" }, offer.bill.account), h("span", { class: "sum" }, `¥${format(offer.bill.amount)}`), h("span", { class: "more" }, said)),
    sum);
}

/** The lines that are wanted; `null` where an amount cannot be read. */
function lines() {
  let readable = true;
  const wanted = offers.map((offer, index) => {
    const input = byId(`offer-${index}-sum`);
    const amount = input ? parse(input.value) : offer.bill.amount;
    if (input) mark(input, amount === null ? t("form.amount") : "");
    if (!byId(`offer-${index}`).checked) return null;
    readable &&= amount !== null;
    return { offer: offer.offer, amount };
  });
  return readable ? wanted.filter(Boolean) : null;
}

/** What each way of paying takes: points and credit first, and then what is left. */
function shares(total) {
  const byPoints = points?.checked ? Math.min(bill.points, total) : 0;
  const byCredit = credit?.checked ? Math.min(bill.credit, total - byPoints) : 0;
  return { byPoints, byCredit, rest: total - byPoints - byCredit };
}

function count() {
  const wanted = lines();
  const total = (wanted ?? []).reduce((sum, one) => sum + one.amount, 0);
  const { byPoints, byCredit, rest } = shares(total);
  byId("total").textContent = `¥${format(total)}`;
  byId("rest").textContent = `¥${format(rest)}`;
  help(byId("by-points"), byPoints, t("script.by_points", { points: format(byPoints) }));
  help(byId("by-credit"), byCredit, t("script.by_credit", { money: format(byCredit) }));
  byId("ways").hidden = !rest;
  pay.querySelector(".step-actions").hidden = Boolean(rest) && !pay.querySelector("[name=way]");
}

function help(line, amount, words) {
  line.hidden = !amount;
  line.querySelector("dt").textContent = words;
  line.querySelector("dd").textContent = `−¥${format(amount)}`;
}

function tenders(total) {
  const { byPoints, byCredit, rest } = shares(total);
  const way = pay.querySelector("[name=way]:checked");
  const all = [];
  if (byPoints) all.push({ kind: "points", amount: byPoints });
  if (byCredit) all.push({ kind: "credit", amount: byCredit });
  if (rest && !way) return null;
  if (rest) all.push({ kind: way.dataset.kind, amount: rest, connection: way.value });
  return all;
}

async function place() {
  const note = pay.querySelector("[data-says]");
  say(note);
  const wanted = lines();
  if (wanted === null) return;
  if (!wanted.length) { say(note, t("script.nothing_chosen")); return; }
  const paying = tenders(wanted.reduce((sum, one) => sum + one.amount, 0));
  if (paying === null) { say(note, t("script.choose_way")); return; }
  const body = { lines: wanted, tenders: paying };
  const said = JSON.stringify(body);
  if (order.said !== said) order = { said, key: newKey() };
  try {
    const made = await post("/my/orders", body, { key: order.key, headers: { Prefer: "wait=8" } });
    window.location.assign(`/my/orders/${made.id}`);
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    say(note, error.detail);
    note.focus();
  }
}

account.addEventListener("submit", (event) => { event.preventDefault(); busy(account, look); });
pay.addEventListener("submit", (event) => { event.preventDefault(); busy(pay, place); });
for (const box of [points, credit]) box?.addEventListener("change", count);
account.elements.keep?.addEventListener("change", (event) => { byId("label-field").hidden = !event.target.checked; });
if (bill.account && bill.looked_up) busy(account, look);
