// Handing a visit to the server and watching it settle: its money as one order, everything else beside it.
import { Problem, get, newKey, post, turns } from "../../look/static/api.js";
import { byId, h, replace, say } from "../../look/static/dom.js";
import { t } from "../../look/static/page.js";
import * as acts from "./acts.js";
import * as paper from "./paper.js";
import * as progress from "./progress.js";
import * as refund from "./refund.js";
import { settled, verdict } from "./steps.js";
import * as visit from "./visit.js";

const QUICK = 400;
const CALM = 2000;
const QUICK_FOR = 45000;
const turn = turns();
let hooks = {};
let drawn = "";
let current = null;
let ours = false;
let kept = [];

/** `hooks`: show(view), desk(), again(order), mend(), refused(problem), turned() at a new verdict, and ended(order). */
export function start(given) {
  hooks = given;
  acts.start(() => { if (ours) draw(); });
  refund.start((order) => watch(order.id, order));
}

/** Carry out what was put together; `paying` is null where nothing costs money. */
export async function carryOut(paying) {
  if (!visit.now().lines.length) { acts.carryOut(); others(); return undefined; }
  const { order, resident, lines } = visit.now();
  const { tenders, surplus } = paying;
  const wanted = lines.map(({ offer, amount }) => ({ offer, amount }));
  visit.note({
    pending: order
      ? { key: newKey(), path: `/orders/${order}/attempts`, body: { tenders, surplus } }
      : { key: newKey(), path: "/orders", body: { resident: resident?.id ?? "", lines: wanted, tenders, surplus } },
  });
  return resume();
}

/** Send what is pending, for the first time or again under the same key; the rest goes as soon as it was taken. */
export async function resume() {
  const { pending } = visit.now();
  sending();
  try {
    const order = await post(pending.path, pending.body, { key: pending.key });
    visit.note({ pending: null, order: order.id });
    drawn = "";
    acts.carryOut();
    watch(order.id, order);
  } catch (problem) {
    if (!(problem instanceof Problem)) throw problem;
    visit.note({ pending: null });
    hooks.refused(problem);
  }
}

/** Show a visit in which nothing costs money, and go on with it. */
export function others() {
  leave();
  ours = true;
  hooks.show("order");
  paper.blank("receipt.free");
  byId("order-code").replaceChildren();
  say(byId("order-problem"));
  acts.goOn();
  draw();
}

/** Show an order and follow it until nothing more will happen. */
export async function watch(id, known = null) {
  const latest = turn();
  ours = id === visit.now().order || (ours && current?.id === id);
  hooks.show("order");
  const began = Date.now();
  let order = known ?? await get(`/orders/${id}`);
  if (ours) acts.goOn();
  while (latest()) {
    current = order;
    draw();
    if (settled(order)) return;
    await new Promise((done) => { setTimeout(done, Date.now() - began < QUICK_FOR ? QUICK : CALM); });
    if (latest()) order = await get(`/orders/${id}`);
  }
}

export function leave() {
  turn();
  drawn = "";
  current = null;
  ours = false;
  kept = [];
}

export const shown = () => current;

function sending() {
  hooks.show("order");
  current = null;
  drawn = "";
  ours = true;
  progress.head(["sending", "busy", "dots"], "");
  paper.blank();
  replace(byId("steps"), visit.now().lines.map(progress.lineRow));
  byId("order-actions").replaceChildren();
  byId("order-code").replaceChildren();
  say(byId("order-problem"));
}

/** What was carried out beside the money; it stays on the screen when the visit is no longer ours to lose. */
function besides() {
  if (!ours) return [];
  const live = acts.sent();
  if (live.length >= kept.length) kept = live;
  return kept;
}

/** Draw only what changed, so that a screen reader is not told the same thing every 400 ms. */
function draw() {
  const order = current;
  if (!order && visit.now().pending) return;
  const beside = besides();
  if (order) paper.show(order, unsure(order));
  const seen = JSON.stringify([order, beside]);
  if (seen === drawn) return;
  drawn = seen;
  const said = progress.overall(order, beside);
  if (said[0] !== byId("verdict").dataset.verdict) hooks.turned();
  progress.head(said, order?.id ?? "");
  if (said[0] === "running" && order?.attempts.at(-1)?.tenders.some((one) => one.kind === "card" && one.state === "asking")) {
    byId("order-says").textContent = t("order.card_says");
  }
  replace(byId("steps"), progress.rows(order, beside, { hand: handOver, label: paper.labelButtons }));
  replace(byId("order-code"), progress.codeCard(order, order && giveUpButton(order)));
  replace(byId("order-actions"), actions(order, beside, said[0]));
  if (progress.isOver(order, beside)) hooks.ended(order);
}

/** Whether the resident should be given the note that something is still being confirmed. */
const unsure = (order) => ["confirming", "review", "to_hand", "returning"].includes(verdict(order)[0]) && order.attempts.at(-1).kind === "payment";

const button = (words, act, look = "") => h("button", { type: "button", class: `button ${look}`, onclick: act }, words);

const giveUpButton = (order) => button(t("order.give_up"), () => giveUp(order));

function actions(order, beside, said) {
  const may = (action) => progress.mayDo(order, action);
  return [
    may("give_up") && !byId("order-code").firstChild && giveUpButton(order),
    may("refund") && button(t("order.refund"), () => refund.ask(order, false, beside.length > 0)),
    may("void") && button(t("order.void"), () => refund.ask(order, true, beside.length > 0)),
    may("cancel") && button(t("order.cancel"), () => cancel(order)),
    beside.some((act) => act.problem) && button(t("act.put_back"), () => hooks.mend()),
    may("pay") && button(t("order.other_way"), () => hooks.again(order), "button-main"),
    !may("pay") && said !== "running" && button([t("order.new"), " ", h("kbd", {}, "F9")], () => hooks.desk(), "button-main"),
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
