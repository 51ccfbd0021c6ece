// The slip beside the steps: its picture, printing, and the numbered reprint.
import { Problem, get, post } from "./api.js";
import { byId, h, replace } from "./dom.js";
import { t } from "./page.js";

const sheet = byId("paper");
let shown = "";

/** Show the newest receipt of an order, the note that it is being confirmed, or nothing yet. */
export async function show(order, unsure) {
  const number = order.receipts.at(-1) ?? "";
  const wanted = number || (unsure ? `slip ${order.id} ${order.lines.map((line) => line.state)}` : "");
  if (wanted === shown) return;
  shown = wanted;
  byId("paper-title").textContent = t(!number && wanted ? "receipt.slip" : "receipt.title");
  replace(byId("paper-actions"), number ? receiptButtons(order.receipts) : wanted ? slipButtons() : null);
  if (!wanted) return blank();
  await draw(number ? `/receipts/${encodeURIComponent(number)}.html` : `/orders/${order.id}/slip.html`);
}

export function blank() {
  shown = "";
  byId("paper-actions").replaceChildren();
  replace(sheet, h("div", { class: "empty" }, h("p", {}, t("receipt.none"))));
}

function receiptButtons(numbers) {
  const number = numbers.at(-1);
  return [
    h("a", { class: "button button-small", href: `/api/v1/receipts/${encodeURIComponent(number)}.pdf`, target: "_blank", rel: "noopener" }, t("receipt.pdf")),
    h("button", { type: "button", class: "button button-small button-main", id: "print", onclick: () => print(number) }, t("receipt.print")),
  ];
}

const slipButtons = () => h("button", { type: "button", class: "button button-small", onclick: () => window.print() }, t("receipt.print"));

/** Count the print first: the first one is the original, every later one says that it is a reprint. */
async function print(number) {
  const button = byId("print");
  button.disabled = true;
  try {
    await post(`/receipts/${encodeURIComponent(number)}/prints`);
    await draw(`/receipts/${encodeURIComponent(number)}.html`);
  } catch (problem) {
    if (!(problem instanceof Problem)) throw problem;
    replace(sheet, h("p", { class: "note note-bad" }, problem.detail));
    return;
  } finally {
    button.disabled = false;
  }
  button.textContent = t("receipt.reprint");
  window.print();
}

async function draw(path) {
  try {
    place(await get(path));
  } catch (problem) {
    if (!(problem instanceof Problem)) throw problem;
    replace(sheet, h("p", { class: "note note-bad" }, problem.detail));
  }
}

/** Only the slip out of the server's page, without the style that it carries for itself; a parsed document runs nothing. */
function place(html) {
  const article = html.slice(html.indexOf("<article"), html.lastIndexOf("</article>") + "</article>".length);
  const slip = new DOMParser().parseFromString(article, "text/html").querySelector(".slip");
  replace(sheet, slip ? document.adoptNode(slip) : null);
}
