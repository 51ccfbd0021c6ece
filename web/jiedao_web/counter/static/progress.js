// The view of a visit under way: the verdict, the steps of money and of everything else, and what may be done next.
import { byId, h, icon, replace } from "../../look/static/dom.js";
import { format } from "../../look/static/money.js";
import page, { has, inWords, t } from "../../look/static/page.js";
import * as acts from "./acts.js";
import { account, code, isPostage, moving, settled, shape, steps, verdict } from "./steps.js";

/** Which of our verdicts stands above everything, its tone and its picture. */
export function overall(order, others) {
  const money = order ? verdict(order) : null;
  if (!others.length) return money;
  const found = acts.states(others);
  if (money && !["paid", "refused", "reversed", "part_paid", "cancelled"].includes(money[0])) return money;
  if (found.some((state) => state === "planned" || state === "asking")) return ["running", "busy", "dots"];
  if (found.some((state) => state === "doubt" || state === "review")) return ["act_confirming", "wait", "ask"];
  const good = [...found.map((state) => state === "done"), ...(money ? [money[0] === "paid"] : [])];
  if (good.every(Boolean)) return ["all_done", "good", "done"];
  return good.some(Boolean) ? ["mixed", "wait", "alert"] : ["none_done", "bad", "cross"];
}

export function head([name, tone, picture], number) {
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

/** Every step as a row: money first, then the receipt, then the rest. `may.hand(hand, how)` and `may.label(consignment)`. */
export function rows(order, others, may) {
  const money = order ? [...steps(order).map((step) => row(step, order, may)), lastStep(order)] : [];
  return [...money, ...others.flatMap(acts.steps).map(actRow)];
}

/** A line that is being handed in. */
export const lineRow = (line) =>
  row({ what: isPostage(line) ? "step.post" : "step.line", line, state: "planned", amount: line.amount, say: [account(line)] });

function row(step, order, may) {
  const [tone, picture] = shape(step.state);
  const name = step.kind ? t(`tender.${step.kind}`) : inWords(step.line.biller_name);
  const says = step.say.map(([key, values, plain]) => plain ?? t(key, inMoney(values)));
  const posted = step.what === "step.post" && step.state === "paid";
  return h("li", { class: "step", "data-state": step.state },
    h("span", { class: `mark ${tone}` }, icon(picture)),
    h("div", {},
      h("p", { class: "what" }, t(step.what, { kind: name, biller: name })),
      says.length ? h("p", { class: "more" }, says.join(" · ")) : null,
      step.reason ? h("p", { class: "more strong" }, inWords(step.reason)) : null),
    h("p", { class: "sum" }, format(step.amount)),
    h("span", { class: `tag ${tone}` }, t(`state.${step.state}`)),
    posted && may?.label ? h("div", { class: "buttons" }, may.label(step.line)) : null,
    step.hand && page.staff.role !== "operator" ? h("div", { class: "buttons" }, handButtons(step.hand, order, may)) : null);
}

const inMoney = (values) => Object.fromEntries(
  Object.entries(values).map(([name, value]) => [name, typeof value === "number" ? format(value) : value]));

function handButtons(hand, order, may) {
  const ways = order?.resident ? ["cash", "credit"] : ["cash"];
  return ways.map((how) => h("button", { type: "button", class: "button button-small", onclick: () => may.hand(hand, how) }, t(`order.hand_${how}`)));
}

function actRow(step) {
  const [tone, picture] = shape(step.state);
  const says = step.says.map(([key, values]) => t(key, values));
  const needs = (step.needs ?? []).map((one) => (has(`need.${one}`) ? t(`need.${one}`) : one));
  return h("li", { class: "step", "data-state": step.state, "data-kind": step.kind },
    h("span", { class: `mark ${tone}` }, icon(picture)),
    h("div", {},
      h("p", { class: "what" }, t(`act.${step.kind}`, { what: inWords(step.title) })),
      step.more ? h("p", { class: "more" }, step.more) : null,
      says.length ? h("p", { class: "more strong" }, says.join(" · ")) : null,
      needs.length ? h("p", { class: "more strong" }, t("act.needs", { needs: needs.join(" · ") })) : null,
      step.reason ? h("p", { class: "more" }, inWords(step.reason)) : null),
    h("p", { class: "sum" }),
    h("span", { class: `tag ${tone}` }, t(`state.${step.state}`)));
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

/** What the resident's phone has to scan, large, with its amount and the way out. */
export function codeCard(order, giveUp) {
  const shown = order && code(order);
  if (!shown) return [];
  return [
    h("img", { class: "code", alt: t("say.scan"), src: `/api/v1/orders/${order.id}/tenders/${shown.no}/qr.svg` }),
    h("p", { class: "code-sum" }, format(shown.amount)),
    h("p", { class: "more" }, t("say.scan")),
    mayDo(order, "give_up") && giveUp,
  ];
}

export const mayDo = (order, action) => Boolean(order?.next.some((step) => step.action === action));

/** Whether nothing more will come of the money and of the rest by itself. */
export const isOver = (order, others) => (!order || settled(order)) && others.every(acts.isSettled);
