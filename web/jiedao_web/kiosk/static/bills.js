// Paying a bill: who is paid, which account, which bills, how, and what became of it.
import { Problem, get, post } from "../../look/static/api.js";
import { h, icon, mark } from "../../look/static/dom.js";
import { format, parse } from "../../look/static/money.js";
import page, { inWords, t } from "../../look/static/page.js";
import { offer as offerRating } from "./rating.js";
import { big, guarded, result, step, yuan } from "./steps.js";
import { ensureVisit, follow } from "./visit.js";

const PATIENCE = 120;
const DOUBTS = ["doubt", "review"];
let ways = null;

async function start() {
  await guarded(async () => {
    await ensureVisit();
    const [{ billers }, tenders] = await Promise.all([get("/my/billers"), get("/my/tenders")]);
    ways = tenders;
    if (!billers.length) { step(t("script.none"), []); return; }
    const choices = billers.map((one) => big(one.category, inWords(one.name), "", () => account(one)));
    step(document.querySelector("#work").getAttribute("aria-label"), h("div", { class: "bigs" }, choices));
  }, start);
}

// whose bill

function account(biller) {
  const inputs = biller.inputs.map((rule) => field(rule.name, inWords(rule.label), rule.example && t("script.example", { example: rule.example }), pad(rule)));
  if (biller.fetch === "none") inputs.push(field("amount", t("script.amount"), "", "amount"));
  const words = biller.fetch === "none" ? t("script.next") : t("script.look_up");
  const form = h("form", { class: "panel", novalidate: true }, inputs, h("button", { type: "submit", class: "button button-main" }, words));
  form.addEventListener("submit", (event) => { event.preventDefault(); lookUp(biller, form); });
  step(inWords(biller.name), form, start);
  form.querySelector("input").focus();
}

const pad = (rule) => (/[A-Za-z]/.test(rule.example) ? "letters" : "digits");

function field(name, label, hint, kind) {
  const id = `in-${name}`;
  return h("div", { class: "field", "data-field": name },
    h("label", { for: id }, label),
    h("input", { id, name, autocomplete: "off", spellcheck: "false", inputmode: kind === "letters" ? "text" : "decimal", "data-pad": kind, "aria-describedby": `${id}-hint ${id}-error` }),
    h("p", { class: "hint", id: `${id}-hint` }, hint),
    h("p", { class: "error", id: `${id}-error`, role: "alert" }));
}

function lookUp(biller, form) {
  const said = Object.fromEntries(new FormData(form));
  const wrong = biller.inputs.find((rule) => !new RegExp(`^(?:${rule.pattern})$`, "u").test(said[rule.name].trim()));
  form.querySelectorAll("input").forEach((input) => mark(input));
  if (wrong) { complain(form, wrong.name, t("script.pattern")); return; }
  const { amount, ...inputs } = said;
  const body = { connection: biller.connection, biller: biller.code, inputs };
  if (biller.fetch !== "none") { guarded(async () => offered(biller, (await post("/my/bills/fetch", body)).offers), () => account(biller)); return; }
  const fen = parse(amount);
  if (!fen) { complain(form, "amount", t("script.amount_wrong")); return; }
  guarded(async () => offered(biller, [await post("/my/bills/direct", { ...body, amount: fen })]), () => account(biller));
}

function complain(form, name, words) {
  const input = form.elements.namedItem(name);
  mark(input, words);
  input.focus();
}

// which bills

function offered(biller, offers) {
  if (!offers.length) {
    step(t("script.nothing_due"), [result("good", t("script.nothing_due_says"))], () => account(biller));
    return;
  }
  const total = h("p", { class: "sum-large", role: "status" });
  const list = h("ul", { class: "list choose" }, offers.map((one, at) => h("li", {}, h("label", {},
    h("input", { type: "checkbox", name: "bill", value: String(at), checked: true, onchange: () => sum() }),
    h("span", { class: "what" }, `${one.bill.period || inWords(one.biller_name)} · ${one.bill.customer}`),
    h("span", { class: "sum" }, yuan(one.bill.amount))))));
  const chosen = () => [...list.querySelectorAll("input:checked")].map((input) => offers[Number(input.value)]);
  const next = h("button", { type: "button", class: "button button-main", onclick: () => pay(biller, chosen(), () => offered(biller, offers)) }, t("script.next"));
  const sum = () => {
    const fen = chosen().reduce((all, one) => all + one.bill.amount, 0);
    total.textContent = `${t("script.total")} ${yuan(fen)}`;
    next.disabled = !fen;
  };
  sum();
  step(t("script.choose"), [h("div", { class: "panel" }, list), h("div", { class: "panel total" }, total, next)], () => account(biller));
}

// how

function pay(biller, offers, back) {
  const total = offers.reduce((all, one) => all + one.bill.amount, 0);
  const choices = tenders(offers, total).map(({ picture, words, says, tenders: given }) => big(picture, words, says, () => order(offers, given, back)));
  const none = choices.length ? null : result("wait", t("script.no_way"));
  step(`${t("script.how")} ${yuan(total)}`, none ?? h("div", { class: "bigs" }, choices), back);
}

/** Card and code for all of it; points for all they may pay, and the card for the rest. */
function tenders(offers, total) {
  const of = (kind, amount) => ways.tenders.filter((one) => one.kind === kind).map((one) => ({ kind, connection: one.connection, amount }));
  const found = [
    ...of("card", total).map((one) => ({ picture: "key", words: t("script.card"), says: t("script.card_says"), tenders: [one] })),
    ...of("qr", total).map((one) => ({ picture: "phone", words: t("script.qr"), says: t("script.qr_says"), tenders: [one] })),
  ];
  const points = spendable(offers);
  if (points >= total) {
    found.push({ picture: "star", words: t("script.by_points"), says: t("script.points_all", { points: format(total) }), tenders: [{ kind: "points", amount: total }] });
  } else if (points > 0) {
    const [card] = of("card", total - points);
    const says = t("script.points_first", { points: format(points), rest: format(total - points) });
    if (card) found.push({ picture: "star", words: t("script.points_and_card"), says, tenders: [{ kind: "points", amount: points }, card] });
  }
  return found;
}

/** What points may pay of these bills: one point is one yuan, for the categories that take them. */
function spendable(offers) {
  if (!page.points) return 0;
  const taking = offers.filter((one) => page.points.categories.includes(one.category));
  return Math.min(page.points.active, taking.reduce((all, one) => all + one.bill.amount, 0));
}

// what became of it

async function order(offers, given, back) {
  const lines = offers.map((one) => ({ offer: one.offer, amount: one.bill.amount }));
  await guarded(async () => {
    step(t("order.asking"), [result("busy", t(given.some((one) => one.kind === "card") ? "order.asking_card" : "order.asking"))]);
    const placed = await post("/my/orders", { lines, tenders: given }, { headers: { Prefer: "wait=1" } });
    const path = `/my/orders/${placed.id}`;
    ended(await follow(path, placed, (one) => !one.confirming || doubtful(one), draw, PATIENCE), offers, back);
  }, back);
}

/** Whether it is uncertain what became of it, and not only a question of scanning the code that is shown. */
const doubtful = (found) => found.review || [...found.tenders, ...found.lines].some((one) => DOUBTS.includes(one.state) && !one.show);

let drawn = "";

/** While it is under way: the code to scan, or the word to wait. */
function draw(found) {
  const waiting = found.tenders.find((one) => one.show && one.state !== "taken");
  const state = `${found.id} ${waiting?.no ?? ""} ${found.next.map((one) => one.action)}`;
  if (drawn === state) return;
  drawn = state;
  if (!waiting) return;
  const code = h("img", { class: "code", alt: t("order.asking_qr"), src: `/api/v1/my/orders/${found.id}/tenders/${waiting.no}/qr.svg` });
  const stop = found.next.some((one) => one.action === "give_up")
    && h("button", { type: "button", class: "button", onclick: () => guarded(() => post(`/my/orders/${found.id}/giving-up`), start) }, t("order.give_up"));
  step(t("order.asking_qr"), [h("section", { class: "result" }, code, h("p", { class: "sum-large" }, yuan(waiting.amount))), stop && h("div", { class: "step-actions inner" }, stop)]);
}

function ended(found, offers, back) {
  if (found.confirming || found.review) { unknown(found, offers, back); return; }
  if (found.state === "paid" || found.state === "part_paid") { paid(found); return; }
  const again = found.state === "open" ? () => pay(null, offers, back) : start;
  const why = found.tenders.map((one) => one.reason && inWords(one.reason)).filter(Boolean);
  step(t("order.refused"), [result("bad", t("order.refused_says"), ...why), h("div", { class: "step-actions inner" }, h("button", { type: "button", class: "button button-main", onclick: () => cancelled(found, again) }, t("script.again")))]);
}

/** The bills of an order that is still open are held by it; they are set free before it is tried again. */
async function cancelled(found, again) {
  if (found.state === "open") await guarded(() => post(`/my/orders/${found.id}/cancel`), again);
  again();
}

function paid(found) {
  const all = found.state === "paid";
  const says = t(all ? "order.paid_says" : "order.part_paid_says", { amount: format(found.total) });
  const lines = h("ul", { class: "list" }, found.lines.map((one) => h("li", {},
    h("span", { class: "what" }, `${inWords(one.biller_name)} ${one.account}`), h("span", { class: "sum" }, yuan(one.amount)),
    one.state !== "paid" && h("span", { class: "more" }, inWords(one.reason)))));
  const number = found.receipts.at(-1);
  step(t(all ? "order.paid" : "order.part_paid"), [
    result(all ? "good" : "wait", says, number && t("script.receipt", { number })),
    h("div", { class: "panel" }, lines), printing({ receipt: number }, true)]);
  if (all) offerRating(found.id);
}

/** Nothing is guessed: a number to ask with, and paper that says that it is being confirmed. What comes out is shown to
 * whoever still stands there. */
async function unknown(found, offers, back) {
  step(t("order.confirming"), [
    result("wait", t("order.confirming_says"), h("p", { class: "order-number" }, t("order.number", { number: found.id }))),
    printing({ order: found.id }, false)]);
  const later = await follow(`/my/orders/${found.id}`, found, (one) => !one.confirming, () => {}, PATIENCE / 2);
  if (!later.confirming && !later.review) ended(later, offers, back);
}

/** Print, by itself once where a receipt is due. Without a printing service the browser prints this page. */
function printing(what, now) {
  const says = h("p", { class: "printed", role: "status" });
  const print = async () => {
    try {
      await post("/my/prints", what);
      says.textContent = t("script.printed");
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      if (error.code === "service.missing") window.print();
      else says.textContent = error.detail;
    }
  };
  if (now) print();
  return h("div", { class: "step-actions inner" }, says, h("button", { type: "button", class: "button", onclick: print }, icon("print"), t("script.print")));
}

start();
