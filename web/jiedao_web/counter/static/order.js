// Handing a visit to the server and watching it settle.
import { Problem, get, newKey, post } from "./api.js";
import { byId, clearMarks, h, icon, openDialog, replace, say } from "./dom.js";
import { format, parse, typed } from "./money.js";
import page, { inWords, t } from "./page.js";
import * as paper from "./paper.js";
import { code, moving, settled, shape, steps, verdict } from "./steps.js";
import * as visit from "./visit.js";

const QUICK = 400;
const CALM = 2000;
const QUICK_FOR = 45000;
let hooks = {};
let watched = "";
let drawn = "";
let current = null;

/** `hooks`: show(view), desk(), again(order), refused(problem), turned() at a new verdict, and ended(order). */
export function start(given) {
  hooks = given;
  byId("refund-form").addEventListener("submit", (event) => { event.preventDefault(); giveBack(); });
}

/** Hand in what was put together. The key is kept with the body until the server has answered. */
export async function submit({ tenders, surplus }) {
  const { order, resident, lines } = visit.now();
  const wanted = lines.map(({ offer, amount }) => ({ offer, amount }));
  visit.note({
    pending: order
      ? { key: newKey(), path: `/orders/${order}/attempts`, body: { tenders, surplus } }
      : { key: newKey(), path: "/orders", body: { resident: resident?.id ?? "", lines: wanted, tenders, surplus } },
  });
  return resume();
}

/** Send what is pending, for the first time or again under the same key. */
export async function resume() {
  const { pending } = visit.now();
  sending();
  try {
    const order = await post(pending.path, pending.body, { key: pending.key });
    visit.note({ pending: null, order: order.id });
    drawn = "";
    watch(order.id, order);
  } catch (problem) {
    if (!(problem instanceof Problem)) throw problem;
    visit.note({ pending: null });
    hooks.refused(problem);
  }
}

/** Show an order and follow it until nothing more will happen. */
export async function watch(id, known = null) {
  watched = id;
  hooks.show("order");
  const began = Date.now();
  let order = known ?? await get(`/orders/${id}`);
  while (watched === id) {
    draw(order);
    if (settled(order)) { hooks.ended(order); return; }
    await new Promise((done) => { setTimeout(done, Date.now() - began < QUICK_FOR ? QUICK : CALM); });
    if (watched === id) order = await get(`/orders/${id}`);
  }
}

export function leave() {
  watched = "";
  drawn = "";
  current = null;
}

export const shown = () => current;

function sending() {
  hooks.show("order");
  current = null;
  drawn = "";
  head("sending", "busy", "dots", "");
  paper.blank();
  replace(byId("steps"), visit.now().lines.map((line) =>
    row({ what: "step.line", line, state: "planned", amount: line.amount, say: [["step.account", { account: line.account }]] })));
  byId("order-actions").replaceChildren();
  byId("order-code").replaceChildren();
  say(byId("order-problem"));
}

/** Draw only what changed, so that a screen reader is not told the same thing every 400 ms. */
function draw(order) {
  current = order;
  paper.show(order, unsure(order));
  const seen = JSON.stringify(order);
  if (seen === drawn) return;
  drawn = seen;
  const [name, tone, picture] = verdict(order);
  if (name !== byId("verdict").dataset.verdict) hooks.turned();
  head(name, tone, picture, order.id);
  if (name === "running" && order.attempts.at(-1)?.tenders.some((one) => one.kind === "card" && one.state === "asking")) {
    byId("order-says").textContent = t("order.card_says");
  }
  replace(byId("steps"), [...steps(order).map(row), lastStep(order)]);
  replace(byId("order-code"), codeCard(order));
  replace(byId("order-actions"), actions(order));
}

/** What the resident's phone has to scan, large, with its amount and the way out. */
function codeCard(order) {
  const shown = code(order);
  if (!shown) return [];
  return [
    h("img", { class: "code", alt: t("say.scan"), src: `/api/v1/orders/${order.id}/tenders/${shown.no}/qr.svg` }),
    h("p", { class: "code-sum" }, format(shown.amount)),
    h("p", { class: "more" }, t("say.scan")),
    mayGiveUp(order) && giveUpButton(order),
  ];
}

const mayGiveUp = (order) => order.next.some((step) => step.action === "give_up");

const giveUpButton = (order) => h("button", { type: "button", class: "button", onclick: () => giveUp(order) }, t("order.give_up"));

/** Whether the resident should be given the note that something is still being confirmed. */
const unsure = (order) => ["confirming", "review", "to_hand", "returning"].includes(verdict(order)[0]) && order.attempts.at(-1).kind === "payment";

function head(name, tone, picture, number) {
  const box = byId("verdict");
  box.className = `verdict ${tone}`;
  box.dataset.verdict = name;
  const pin = byId("verdict-mark");
  pin.className = `mark ${tone}`;
  replace(pin, icon(picture));
  setText(byId("order-title"), t(`order.${name}`));
  setText(byId("order-says"), t(`order.${name}_says`));
  setText(byId("order-number"), number.replace(/(.{5})(?=.)/g, "$1 "));
}

function setText(element, words) {
  if (element.textContent !== words) element.textContent = words;
}

function row(step) {
  const [tone, picture] = shape(step.state);
  const name = step.kind ? t(`tender.${step.kind}`) : inWords(step.line.biller_name);
  const says = step.say.map(([key, values, plain]) => plain ?? t(key, inMoney(values)));
  return h("li", { class: "step", "data-state": step.state },
    h("span", { class: `mark ${tone}` }, icon(picture)),
    h("div", {},
      h("p", { class: "what" }, t(step.what, { kind: name, biller: name })),
      says.length ? h("p", { class: "more" }, says.join(" · ")) : null,
      step.reason ? h("p", { class: "more strong" }, inWords(step.reason)) : null),
    h("p", { class: "sum" }, format(step.amount)),
    h("span", { class: `tag ${tone}` }, t(`state.${step.state}`)),
    step.hand && page.staff.role !== "operator" ? h("div", { class: "buttons" }, handButtons(step.hand)) : null);
}

const inMoney = (values) => Object.fromEntries(
  Object.entries(values).map(([name, value]) => [name, typeof value === "number" ? format(value) : value]));

function handButtons(hand) {
  const ways = current?.resident ? ["cash", "credit"] : ["cash"];
  return ways.map((how) => h("button", { type: "button", class: "button button-small", onclick: () => handOver(hand, how) }, t(`order.hand_${how}`)));
}

function lastStep(order) {
  const number = order.receipts.at(-1);
  const open = steps(order).some(moving) || order.confirming;
  const refund = order.attempts.at(-1)?.kind === "refund" && order.receipts.length > 1;
  const [tone, picture] = number ? ["good", "done"] : ["", open ? "wait" : "cross"];
  const more = number || t(open ? "say.receipt_waits" : "say.no_receipt");
  return h("li", { class: "step", "data-state": number ? "done" : "planned" },
    h("span", { class: `mark ${tone}` }, icon(picture)),
    h("div", {},
      h("p", { class: "what" }, t(refund ? "step.refund_slip" : "step.receipt")),
      h("p", { class: number ? "more strong" : "more" }, more)));
}

function actions(order) {
  const may = new Set(order.next.map((step) => step.action));
  const button = (words, act, look = "") => h("button", { type: "button", class: `button ${look}`, onclick: act }, words);
  return [
    may.has("give_up") && !code(order) && giveUpButton(order),
    may.has("refund") && button(t("order.refund"), () => askRefund(order, false)),
    may.has("void") && button(t("order.void"), () => askRefund(order, true)),
    may.has("cancel") && button(t("order.cancel"), () => cancel(order)),
    may.has("pay") && button(t("order.other_way"), () => hooks.again(order), "button-main"),
    !may.has("pay") && verdict(order)[0] !== "running" && button([t("order.new"), " ", h("kbd", {}, "F9")], () => hooks.desk(), "button-main"),
  ];
}

async function act(work) {
  say(byId("order-problem"));
  try {
    const order = await work();
    watch(order.id, order);
    return true;
  } catch (problem) {
    if (!(problem instanceof Problem)) throw problem;
    say(byId("order-problem"), problem.detail);
    return false;
  }
}

const cancel = (order) => act(() => post(`/orders/${order.id}/cancel`));

const giveUp = (order) => act(() => post(`/orders/${order.id}/giving-up`));

const handOver = (hand, how) =>
  act(() => post(`/attempts/${hand.attempt}/hand-overs`, { source: hand.source, tender: hand.tender, how }));

// giving back

function askRefund(order, whole) {
  const form = byId("refund-form");
  clearMarks(form);
  form.dataset.order = order.id;
  form.dataset.whole = whole ? "yes" : "";
  byId("refund-title").textContent = t(whole ? "refund.void_title" : "refund.title");
  replace(byId("refund-lines"), whole ? null : refundable(order).map(refundField));
  byId("refund-reason").value = "";
  const left = refundable(order).reduce((sum, line) => sum + left_of(line), 0);
  const label = () => { byId("refund-go").textContent = t(whole ? "refund.go_void" : "refund.go", { amount: format(whole ? left : asked()) }); };
  byId("refund-lines").oninput = label;
  label();
  openDialog(byId("refund-dialog"));
  (form.querySelector("#refund-lines input") ?? byId("refund-reason")).focus();
}

const left_of = (line) => line.amount - line.refunded;
const refundable = (order) => order.lines.filter((line) => line.state === "paid" && left_of(line) > 0);

function refundField(line) {
  const id = `refund-${line.no}`;
  return h("div", { class: "field" },
    h("label", { for: id }, t("refund.amount", { what: inWords(line.biller_name) })),
    h("input", { id, name: `lines.${line.no}`, class: "money", inputmode: "decimal", autocomplete: "off", value: typed(left_of(line)), "data-line": String(line.no), "aria-describedby": `${id}-hint ${id}-error` }),
    h("p", { class: "hint", id: `${id}-hint` }, t("refund.left", { amount: format(left_of(line)) })),
    h("p", { class: "error", id: `${id}-error`, role: "alert" }));
}

const parts = () => [...byId("refund-lines").querySelectorAll("input")].map((input) => ({ input, amount: input.value.trim() ? parse(input.value) : 0 }));
const asked = () => parts().reduce((sum, part) => sum + (part.amount ?? 0), 0);

async function giveBack() {
  const form = byId("refund-form");
  clearMarks(form);
  const { order, whole } = form.dataset;
  const reason = byId("refund-reason").value.trim();
  const note = form.querySelector("[data-says]");
  const bad = parts().find((part) => part.amount === null);
  if (bad) { byId(`${bad.input.id}-error`).textContent = t("visit.malformed"); bad.input.focus(); return; }
  if (!whole && !asked()) { say(note, t("refund.nothing")); return; }
  const lines = parts().filter((part) => part.amount).map((part) => ({ line: Number(part.input.dataset.line), amount: part.amount }));
  try {
    const made = await post(`/orders/${order}/${whole ? "void" : "refunds"}`, whole ? { reason } : { lines, reason });
    byId("refund-dialog").close();
    watch(made.id, made);
  } catch (problem) {
    if (!(problem instanceof Problem)) throw problem;
    refusedRefund(form, problem);
  }
}

function refusedRefund(form, problem) {
  const input = form.querySelector(`[name="${CSS.escape(problem.field || "-")}"]`);
  if (!input) { say(form.querySelector("[data-says]"), problem.detail); return; }
  byId(`${input.id}-error`).textContent = problem.detail;
  input.setAttribute("aria-invalid", "true");
  input.focus();
}
