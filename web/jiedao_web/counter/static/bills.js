// Choosing a biller, looking bills up, and putting them into the visit.
import { Problem, get, post, turns } from "../../look/static/api.js";
import { busy, byId, clearMarks, h, icon, mark, replace, waiting } from "../../look/static/dom.js";
import { format, parse, typed } from "../../look/static/money.js";
import { inWords, t } from "../../look/static/page.js";
import * as visit from "./visit.js";

const form = byId("bill-form");
const list = byId("billers");
const inputs = byId("bill-inputs");
const results = byId("bill-results");
const turn = turns();
let billers = [];
let offers = [];
let drawnFor = null;

export async function start() {
  form.addEventListener("submit", (event) => { event.preventDefault(); busy(form, lookUp); });
  list.addEventListener("change", choose);
  list.addEventListener("click", (event) => { if (event.detail && event.target.name === "biller") { choose(); focus(); } });
  list.addEventListener("keydown", typeOn);
  visit.onChange(() => { if (offers.length) drawOffers(); });
  idle();
  await load();
}

export function focus() {
  const input = firstInput();
  if (input) { input.focus(); input.select(); } else list.querySelector("input")?.focus();
}

/** Look a scanned account up, if exactly one biller's rules take it; whether one did. */
export function takes(words) {
  const able = billers.filter(({ inputs: rules }) => rules.length === 1 && new RegExp(`^(?:${rules[0].pattern})$`, "u").test(words));
  if (able.length !== 1) return false;
  form.elements.namedItem("biller").value = String(billers.indexOf(able[0]));
  choose();
  firstInput().value = words;
  form.requestSubmit();
  return true;
}

/** Forget what was found for the last resident. */
export function reset() {
  offers = [];
  idle();
  inputs.querySelectorAll("input").forEach((input) => { input.value = ""; mark(input); });
}

async function load() {
  ({ billers } = await get("/billers"));
  if (!billers.length) { nobody(); return; }
  const chips = billers.map((biller, at) => chip(biller, at));
  list.replaceChildren(list.querySelector("legend"), ...chips);
  list.querySelector("input").checked = true;
  drawInputs();
}

function nobody() {
  const again = h("button", { type: "button", class: "button button-small", onclick: load }, t("bills.again"));
  replace(results, h("div", { class: "empty" }, h("p", {}, t("bills.no_billers")), again));
}

function chip(biller, at) {
  return h("label", { class: "biller" },
    h("input", { type: "radio", name: "biller", value: String(at) }),
    h("span", {}, icon(biller.category), inWords(biller.name)));
}

/** Show the inputs of the chosen biller, once. */
function choose() {
  if (drawnFor === current()) return;
  drawInputs();
  idle();
}

/** Typing or scanning on a chosen biller goes into its account field; arrows stay with the billers. */
function typeOn(event) {
  if (event.key === "Enter") event.preventDefault();
  if (event.key === "Enter" || (event.key.length === 1 && event.key !== " " && !event.ctrlKey && !event.altKey)) firstInput()?.focus();
}

const current = () => billers[Number(form.elements.namedItem("biller").value)];
const firstInput = () => inputs.querySelector("input");

function drawInputs() {
  const biller = current();
  drawnFor = biller;
  const fields = biller.inputs.map((rule) => input(`in-${rule.name}`, rule.name, inWords(rule.label), rule.example));
  if (biller.fetch === "none") fields.push(input("in-amount", "amount", t("bills.amount"), "", "short"));
  const words = t(biller.fetch === "none" ? "bills.add_direct" : "bills.look_up");
  replace(inputs, fields, h("button", { type: "submit", class: "button button-main" }, words));
}

function input(id, name, label, example, width = "") {
  const hint = name === "amount" ? t("bills.between", { low: format(current().minimum), high: format(current().maximum) }) : "";
  return h("div", { class: `field ${width}` },
    h("label", { for: id }, label),
    h("input", {
      id, name, autocomplete: "off", spellcheck: "false", placeholder: example, "aria-describedby": `${id}-hint ${id}-error`,
      inputmode: name === "amount" ? "decimal" : null, class: name === "amount" ? "money" : null,
    }),
    hint && h("p", { class: "hint", id: `${id}-hint` }, hint),
    h("p", { class: "error", id: `${id}-error`, role: "alert" }));
}

async function lookUp() {
  clearMarks(form);
  const biller = current();
  const direct = biller.fetch === "none";
  const asked = { connection: biller.connection, biller: biller.code, inputs: given(biller) };
  const [latest, stayed] = [turn(), waiting()];
  try {
    if (direct) { await addDirect(asked, latest); return; }
    replace(results, h("p", { class: "quiet" }, t("app.loading")));
    const found = await post("/bills/fetch", asked);
    if (!latest()) return;
    ({ offers } = found);
    drawOffers();
    if (stayed()) goOn("button:not(:disabled), input");
  } catch (problem) {
    if (!(problem instanceof Problem)) throw problem;
    if (!latest()) return;
    idle();
    refuseInput(problem);
  }
}

const given = (biller) => Object.fromEntries(
  biller.inputs.map((rule) => [rule.name, byId(`in-${rule.name}`).value.normalize("NFKC").trim()]));

async function addDirect(asked, latest) {
  const field = byId("in-amount");
  const amount = parse(field.value);
  if (amount === null) { mark(field, t("visit.malformed")); field.focus(); return; }
  const answer = await post("/bills/direct", { ...asked, amount });
  if (!latest()) return;
  add(answer.offers ? answer.offers[0] : answer, amount);
  field.value = "";
  focus();
}

/** The error stands beside the input it is about, or beside the first one; what was typed is kept. */
function refuseInput(problem) {
  const name = problem.field.split(".").pop();
  const field = inputs.querySelector(`[name="${CSS.escape(name || "-")}"]`) ?? firstInput();
  mark(field, problem.detail);
  field.focus();
  field.select();
}

/** Nothing is looked up; what still comes was for another biller, or for the visit before. */
function idle() {
  turn();
  offers = [];
  replace(results, h("div", { class: "empty" }, icon("basket"), h("p", {}, t("bills.start"))));
}

function drawOffers() {
  if (!offers.length) {
    const account = firstInput().value;
    replace(results, h("div", { class: "empty" }, icon("done"), h("b", {}, t("bills.none", { account }))));
    return;
  }
  replace(results, offers.map((offer, at) => row(offer, at)));
}

export const keyOf = (offer) => [offer.connection, offer.bill.biller, offer.bill.id || offer.bill.account].join("/");

function row(offer, at) {
  const { bill, rule } = offer;
  const inside = visit.holds(keyOf(offer));
  const id = `part-${at}`;
  const facts = [bill.account, bill.customer, bill.period, bill.due && t("bills.due", { date: bill.due })];
  const field = rule === "exact" || inside ? null : h("input", {
    id, class: "money part", inputmode: "decimal", value: typed(bill.amount), "aria-label": t("bills.amount"), "aria-describedby": `${id}-error`,
    onkeydown: (event) => { if (event.key === "Enter") { event.preventDefault(); take(offer, field); } },
  });
  return h("article", { class: "bill" },
    h("div", {},
      h("p", { class: "what" }, inWords(offer.biller_name)),
      h("p", { class: "more" }, facts.filter(Boolean).join(" · ")),
      h("p", { class: "more" }, t(`bills.rule_${rule}`, { amount: format(bill.amount) }))),
    field ?? h("p", { class: "sum" }, format(bill.amount)),
    h("button", { type: "button", class: "button", disabled: inside, onclick: () => take(offer, field) }, t(inside ? "bills.added" : "bills.add")),
    h("p", { class: "error", id: `${id}-error`, role: "alert" }));
}

function take(offer, field) {
  const amount = field ? parse(field.value) : offer.bill.amount;
  const wrong = amount === null ? t("visit.malformed") : breaks(offer, amount);
  if (wrong) { mark(field, wrong); field.focus(); return; }
  add(offer, amount);
  goOn("button:not(:disabled)");
}

/** To what was found, or to the next account where nothing of it is left. */
function goOn(selector) {
  const next = results.querySelector(selector);
  if (next) next.focus(); else focus();
}

/** The biller's amount rule, said before the server has to; the server checks again. */
function breaks(offer, amount) {
  const due = offer.bill.amount;
  const fits = { exact: amount === due, part: amount > 0 && amount <= due, over: amount >= due, any: true }[offer.rule];
  if (!fits) return t(`bills.rule_${offer.rule}`, { amount: format(due) });
  if (amount < offer.minimum || amount > offer.maximum) {
    return t("bills.between", { low: format(offer.minimum), high: format(offer.maximum) });
  }
  return "";
}

function add(offer, amount) {
  const { bill } = offer;
  const line = {
    key: `${keyOf(offer)}${bill.id ? "" : `/${Date.now()}`}`, offer: offer.offer, amount, due: bill.amount, category: offer.category,
    biller_name: offer.biller_name, account: bill.account, period: bill.period, customer: bill.customer,
  };
  visit.change({ lines: [...visit.now().lines, line] });
}
