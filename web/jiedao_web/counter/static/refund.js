// Giving back: a line, a part of one, or the whole visit, with the reason that is kept.
import { Problem, post } from "../../look/static/api.js";
import { byId, clearMarks, h, openDialog, replace, say } from "../../look/static/dom.js";
import { format, parse, typed } from "../../look/static/money.js";
import { inWords, t } from "../../look/static/page.js";
import { isPostage } from "./steps.js";

let watch = () => {};
let everything = [];

/** `after(order)` shows what became of it. */
export function start(after) {
  watch = after;
  byId("refund-form").addEventListener("submit", (event) => { event.preventDefault(); giveBack(); });
}

/** Ask what goes back and why; `whole` for all that is left. `more`: something without money was carried out with it. */
export function ask(order, whole, more) {
  const form = byId("refund-form");
  clearMarks(form);
  form.dataset.order = order.id;
  form.dataset.whole = whole ? "yes" : "";
  everything = refundable(order).map((line) => ({ line: line.no, amount: left_of(line) }));
  byId("refund-title").textContent = t(whole ? "refund.void_title" : "refund.title");
  byId("refund-keeps").hidden = !more;
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
  const what = `${inWords(line.biller_name)} ${line.account}`;
  const hint = isPostage(line) ? "refund.whole_only" : "refund.left";
  return h("div", { class: "field" },
    h("label", { for: id }, t("refund.amount", { what })),
    h("input", { id, name: `lines.${line.no}`, class: "money", inputmode: "decimal", autocomplete: "off", value: typed(left_of(line)), "data-line": String(line.no), "aria-describedby": `${id}-hint ${id}-error` }),
    h("p", { class: "hint", id: `${id}-hint` }, t(hint, { amount: format(left_of(line)) })),
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
    watch(made);
  } catch (problem) {
    if (!(problem instanceof Problem)) throw problem;
    if (problem.code === "proposal.needed") await propose(form, order, whole ? everything : lines, reason);
    else refusedRefund(form, problem);
  }
}

/** Above the street's limit it takes two: proposed here, and made at this till when another person agrees. */
async function propose(form, order, lines, reason) {
  try {
    await post(`/orders/${order}/refunds/proposals`, { lines, reason });
    byId("refund-dialog").close();
    say(byId("order-problem"), t("refund.proposed"));
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
