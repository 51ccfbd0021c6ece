// An order as a person reads it: a verdict and a list of steps. Pure: no screen and no server here.

const WORKING = new Set(["planned", "asking", "capturing", "giving_up"]);
const OPEN = new Set(["doubt", "review"]);
const ITEM_NUMBER = "item_number";
const SHAPES = {
  planned: ["", "wait"], asking: ["busy", "dots"], doubt: ["wait", "ask"], review: ["wait", "ask"], taken: ["good", "done"], capturing: ["busy", "dots"], giving_up: ["busy", "back"],
  done: ["good", "done"], paid: ["good", "done"], agreed: ["good", "done"], owed: ["good", "done"], refused: ["bad", "cross"], not_done: ["bad", "cross"],
  reversed: ["bad", "back"], returned: ["", "back"], released: ["", "cross"], to_hand_over: ["wait", "hand"],
};

/** The tone (good, bad, busy, wait or none) and the picture of a state. */
export const shape = (state) => SHAPES[state] ?? ["", "wait"];

export const payments = (order) => order.attempts.filter((attempt) => attempt.kind !== "refund");

/** The attempt that the order is at. */
export const latest = (order) => order.attempts.at(-1);

/** Whether nothing more will happen by itself. */
export const settled = (order) => !order.confirming;

/** Which of our verdicts stands above the steps, and its tone. */
export function verdict(order) {
  const attempt = latest(order);
  if (!attempt) return order.state === "cancelled" ? ["cancelled", "wait", "cross"] : ["open", "busy", "wait"];
  if (order.to_hand_over.length) return ["to_hand", "wait", "hand"];
  if (order.review) return ["review", "wait", "ask"];
  if (inDoubt(order, attempt)) return ["confirming", "wait", "ask"];
  if (!attempt.finished) return attempt.state.startsWith("returning") ? ["returning", "busy", "back"] : ["running", "busy", "dots"];
  if (order.state === "cancelled") return ["cancelled", "bad", "cross"];
  return ended(attempt);
}

/** Whether somebody outside has not given a certain answer; "on its way" is not doubt yet. */
function inDoubt(order, attempt) {
  if (attempt.finished) return false;
  const tenders = attempt.tenders.filter((tender) => !residentsTurn(attempt, tender));
  const parts = [...order.lines, ...tenders, ...attempt.refunds, ...attempt.givebacks];
  return parts.some((part) => part.state === "doubt") && !parts.some((part) => part.state === "asking");
}

/** Whether the acquirer waits for the resident, who has to scan a code or hold out a card. */
const residentsTurn = (attempt, tender) => tender.state === "doubt"
  && attempt.events.findLast((one) => one.event === "tender_in_doubt" && one.detail.tender === tender.no)?.detail.pending;

function ended(attempt) {
  if (attempt.state === "refused" && eventOf(attempt, "tender_reversed")) return ["reversed", "bad", "back"];
  const icons = { paid: "done", refunded: "done", part_paid: "back" };
  const tones = { paid: "good", refunded: "good", part_paid: "wait" };
  return [attempt.state, tones[attempt.state] ?? "bad", icons[attempt.state] ?? "cross"];
}

const eventOf = (attempt, event, tender) =>
  attempt.events.find((one) => one.event === event && (tender === undefined || one.detail.tender === tender));

/** The code that the resident has to scan now: `{no, amount}`, or nothing. */
export const code = (order) => latest(order)?.tenders.find((tender) => tender.show);

/** Every step of an order: `{what, values, state, amount, kind, line, say: [[key, values]], reason}`. */
export function steps(order) {
  const paying = payments(order);
  return order.attempts.flatMap((attempt) => (attempt.kind === "refund"
    ? [...attempt.refunds.map((part) => cancelStep(order, attempt, part)), ...attempt.givebacks.map((back) => returnStep(order, attempt, back))]
    : [
      ...attempt.tenders.map((tender) => tenderStep(attempt, tender)),
      ...keptStep(order, attempt),
      ...(attempt === paying.at(-1) ? order.lines.map((line) => lineStep(attempt, line)) : []),
      ...attempt.givebacks.map((back) => returnStep(order, attempt, back)),
    ]));
}

function tenderStep(attempt, tender) {
  const [state, says, reason] = tenderState(attempt, tender);
  const paidBy = tender.slip?.masked_card ? [["", {}, tender.slip.masked_card]] : [];
  const change = tender.kind === "cash" && tender.received > tender.amount && state === "taken"
    ? [["say.change", { received: tender.received, change: tender.received - tender.amount }]] : [];
  return { what: "step.tender", kind: tender.kind, state, amount: tender.amount, say: [...says, ...change, ...paidBy], reason };
}

function tenderState(attempt, tender) {
  if (residentsTurn(attempt, tender)) return ["asking", [[tender.show ? "say.scan" : "say.residents_turn", {}]]];
  if (tender.state === "giving_up") return ["giving_up", [["say.giving_up", {}]]];
  if (tender.state === "doubt") return ["doubt", [["say.doubt_tender", {}]]];
  if (tender.state === "review") return ["review", [["say.review", {}]]];
  const over = attempt.state === "refused" || attempt.state === "returning";
  if (tender.kind === "points" && over && ["taken", "refused"].includes(tender.state)) return ["returned", [["say.points_back", {}]]];
  if (tender.state !== "refused") return [tender.state, []];
  if (eventOf(attempt, "tender_reversed", tender.no)) return ["reversed", [["say.reversed", {}]]];
  const refused = eventOf(attempt, "tender_refused", tender.no);
  return refused ? ["refused", [], refused.detail.reason] : ["released", [["say.not_asked", {}]]];
}

/** What was paid beyond the bills, once they are paid. */
function keptStep(order, attempt) {
  const sum = (parts) => parts.reduce((total, part) => total + part.amount, 0);
  const over = sum(attempt.tenders) - sum(order.lines);
  const paid = attempt.state === "paid" || attempt.state === "part_paid";
  return over > 0 && paid ? [{ what: "step.kept", kind: "credit", state: "done", amount: over, say: [["say.kept", { amount: over }]] }] : [];
}

/** Whether a line of an order, or of the basket, is postage. */
export const isPostage = (line) => line.act === "postal_create" || line.category === "postage";

/** To whom a line is: the account at its biller, or the recipient. */
export const account = (line) => [isPostage(line) ? "step.to" : "step.account", { account: line.account }];

function lineStep(attempt, line) {
  const says = [account(line)];
  const post = isPostage(line);
  let { state } = line;
  if (state === "planned" && attempt.finished) { state = "released"; says.push([post ? "say.not_posted" : "say.not_told", {}]); }
  if (state === "doubt") says.push([post ? "say.doubt_post" : "say.doubt_line", {}]);
  if (state === "review") says.push(["say.review", {}]);
  const item = line.printed?.[ITEM_NUMBER];
  if (state === "paid" && line.reference && line.reference !== item) says.push(["say.biller_number", { reference: line.reference }]);
  if (item) says.push(["say.item_number", { number: item }]);
  const others = Object.entries(line.printed ?? {}).filter(([label]) => label !== ITEM_NUMBER);
  const printed = others.map(([label, value]) => ["", {}, `${label} ${value}`]);
  const reason = state === "refused" ? line.reason : null;
  return { what: post ? "step.post" : "step.line", line, state, amount: line.amount, category: line.category, say: [...says, ...printed], reason };
}

function cancelStep(order, attempt, part) {
  const line = order.lines.find(({ no }) => no === part.line);
  const refused = attempt.events.find((one) => one.event === "cancel_refused" && one.detail.line === part.line);
  const says = part.state === "doubt" ? [[isPostage(line) ? "say.doubt_post" : "say.doubt_line", {}]] : [];
  return { what: "step.cancel", line, state: part.state, amount: part.amount, say: says, reason: refused?.detail.reason };
}

function returnStep(order, attempt, back) {
  const source = order.attempts.find(({ id }) => id === back.source) ?? attempt;
  const kind = source.tenders.find(({ no }) => no === back.tender)?.kind ?? "card";
  const waits = back.state === "refused" || back.state === "to_hand_over";
  const says = [];
  if (back.state === "done") says.push([`say.${back.how || kind}`, { amount: back.amount }]);
  if (OPEN.has(back.state)) says.push([back.state === "doubt" ? "say.doubt_return" : "say.review", {}]);
  return {
    what: "step.return", kind, state: waits ? "to_hand_over" : back.state, amount: -back.amount, say: says,
    hand: waits ? { attempt: attempt.id, source: back.source, tender: back.tender } : null,
  };
}

/** Whether a step is still on its way. */
export const moving = (step) => WORKING.has(step.state) || OPEN.has(step.state);
