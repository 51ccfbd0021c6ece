// The slip beside the steps: its picture, printing, and the numbered reprint.
import { Problem, get, post, turns } from "../../look/static/api.js";
import { byId, h, replace, say } from "../../look/static/dom.js";
import page, { t } from "../../look/static/page.js";

const sheet = byId("paper");
const turn = turns();
let shown = "";

/** Show the newest receipt of an order, the note that it is being confirmed, or nothing yet. */
export async function show(order, unsure) {
  const number = order.receipts.at(-1) ?? "";
  const wanted = number || (unsure ? `slip ${order.id} ${order.lines.map((line) => line.state)}` : "");
  if (wanted === shown) return;
  shown = wanted;
  say(byId("paper-says"));
  byId("paper-title").textContent = t(!number && wanted ? "receipt.slip" : "receipt.title");
  replace(byId("paper-actions"), number ? receiptButtons(order.receipts) : wanted ? slipButtons(order.id) : null);
  if (!wanted) return blank();
  await draw(number ? `/receipts/${encodeURIComponent(number)}.html` : `/orders/${order.id}/slip.html`);
}

export function blank(words = "receipt.none") {
  turn();
  shown = "";
  byId("paper-title").textContent = t("receipt.title");
  byId("paper-actions").replaceChildren();
  say(byId("paper-says"));
  replace(sheet, h("div", { class: "empty" }, h("p", {}, t(words))));
}

const pdf = (path) => h("a", { class: "button button-small", href: `/api/v1${path}`, target: "_blank", rel: "noopener" }, t("receipt.pdf"));

function receiptButtons(numbers) {
  const number = numbers.at(-1);
  return [
    pdf(`/receipts/${encodeURIComponent(number)}.pdf`),
    hasPrinter() && button(t("receipt.browser"), (event) => printHere(number, event.currentTarget), ""),
    button(t("receipt.print"), (event) => printReceipt(number, event.currentTarget), "button-main", "print"),
  ];
}

function slipButtons(order) {
  return button(t("receipt.print"), (event) => (hasPrinter() ? onPrinter("slip", order, event.currentTarget) : window.print()));
}

/** What is stuck on a posted item: its file, and the printer where there is one. */
export const labelButtons = (line) => [
  h("a", { class: "button button-small", href: `/api/v1/post/consignments/${line.bill}/label.pdf`, target: "_blank", rel: "noopener" }, t("post.label")),
  hasPrinter() && button(t("post.label_print"), (event) => onPrinter("label", line.bill, event.currentTarget)),
];

const button = (words, act, look = "", id = null) =>
  h("button", { type: "button", class: `button button-small ${look}`, id, onclick: act }, words);

const hasPrinter = () => Boolean(page.devices?.printer);

async function printReceipt(number, at) {
  if (!hasPrinter()) { await printHere(number, at); return; }
  if (!await onPrinter("receipt", number, at)) return;
  byId("print").textContent = t("receipt.reprint");
  await draw(`/receipts/${encodeURIComponent(number)}.html`);
}

/** Have the till's printer print something, and say what came of it; true when the printer took it. */
export async function onPrinter(what, reference, at, note = byId("paper-says")) {
  at.disabled = true;
  say(note);
  try {
    const { copy } = await post("/prints", { what, reference, language: page.language });
    tell(note, t(copy ? "receipt.copied" : "receipt.printed", { copy }), "note-good");
    return true;
  } catch (problem) {
    if (!(problem instanceof Problem)) throw problem;
    tell(note, problem.detail, problem.code === "printing.unknown" ? "note-wait" : "note-bad");
    return false;
  } finally {
    at.disabled = false;
  }
}

function tell(note, words, tone) {
  note.className = `note ${tone}`;
  say(note, words);
}

/** Print from this browser. Counted first: the first one is the original, every later one says that it is a reprint. */
async function printHere(number, at) {
  at.disabled = true;
  try {
    await post(`/receipts/${encodeURIComponent(number)}/prints`);
    await draw(`/receipts/${encodeURIComponent(number)}.html`);
  } catch (problem) {
    if (!(problem instanceof Problem)) throw problem;
    tell(byId("paper-says"), problem.detail, "note-bad");
    return;
  } finally {
    at.disabled = false;
  }
  byId("print").textContent = t("receipt.reprint");
  window.print();
}

async function draw(path) {
  const latest = turn();
  try {
    const html = await get(path);
    if (latest()) place(html);
  } catch (problem) {
    if (!(problem instanceof Problem)) throw problem;
    if (latest()) replace(sheet, h("p", { class: "note note-bad" }, problem.detail));
  }
}

/** Only the slip out of the server's page, without the style that it carries for itself; a parsed document runs nothing. */
function place(html) {
  const article = html.slice(html.indexOf("<article"), html.lastIndexOf("</article>") + "</article>".length);
  const slip = new DOMParser().parseFromString(article, "text/html").querySelector(".slip");
  replace(sheet, slip ? document.adoptNode(slip) : null);
}
