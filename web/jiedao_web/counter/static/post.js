// Post: what is to be sent, what each product costs, and the resident's items with what happened to them.
import { Problem, get, post, turns } from "../../look/static/api.js";
import { busy, byId, clearMarks, h, icon, mark, replace, say, waiting } from "../../look/static/dom.js";
import { format, parse } from "../../look/static/money.js";
import page, { has, inWords, t } from "../../look/static/page.js";
import { day } from "./dates.js";
import { onPrinter } from "./paper.js";
import * as visit from "./visit.js";

const form = byId("post-form");
const views = ["post-form", "post-quotes", "post-items"];
const PARTY = ["name", "phone", "postcode", "province", "city", "district", "line"];
const FLAGS = ["registered", "return_receipt", "addressee_only"];
const NAMES = { "item.weight": "weight", "item.description": "description", "handling.declared_value": "declared_value" };
const STANDS = { created: "good", refused: "bad", cancelled: "", creating: "wait", offered: "", placed: "busy" };
const turn = turns();
let posts = null;
let asked = null;
let card = null;
let served = null;

export function start() {
  form.addEventListener("submit", (event) => { event.preventDefault(); busy(form, quote); });
  byId("post-back").addEventListener("click", () => { turnTo("post-form"); byId("post-weight").focus(); });
  byId("post-show-items").addEventListener("click", () => items());
  byId("post-show-form").addEventListener("click", () => { turnTo("post-form"); focus(); });
  byId("sender").addEventListener("toggle", drawSender);
  for (const side of ["sender", "recipient"]) byId(`${side}-own`).addEventListener("click", () => own(side));
  byId("post-kind").addEventListener("change", drawContents);
  byId("post-connection").addEventListener("change", drawAbilities);
}

export function focus() {
  if (form.hidden) { byId("kind-post").querySelector("[data-view]:not([hidden]) button:not([hidden])")?.focus(); return; }
  const first = ["recipient-name", "recipient-phone", "recipient-line", "post-weight"].map(byId).find((field) => !field.value);
  (first ?? byId("post-weight")).focus();
}

export function reset() {
  turn();
  form.reset();
  clearMarks(form);
  card = null;
  served = null;
  turnTo("post-form");
  drawContents();
}

export async function opened() {
  posts ??= (await get("/post/connections")).posts;
  byId("post-none").hidden = posts.length > 0;
  byId("post-some").hidden = !posts.length;
  replace(byId("post-connection"), posts.map((one) => h("option", { value: one.id }, inWords(one.title))));
  byId("post-connection-field").hidden = posts.length < 2;
  byId("post-show-items").hidden = !visit.now().resident || form.hidden;
  drawAbilities();
  if (served !== (visit.now().resident?.id ?? "")) begin();
  drawContents();
  byId("sender").open = !byId("sender-line").value;
  drawSender();
}

/** The sender in a line, as long as nothing of it is being typed. */
function drawSender() {
  const { name, province, city, district, line } = party("sender");
  byId("sender-says").textContent = byId("sender").open ? "" : [name, [province, city, district, line].filter(Boolean).join(" ")].join(" · ");
}

/** A form for another resident, with their name as the sender's. */
function begin() {
  turn();
  served = visit.now().resident?.id ?? "";
  form.reset();
  clearMarks(form);
  turnTo("post-form");
  own("sender");
}

/** What an identity card said of the resident; offered as their address, and kept in this page alone. */
export function offer(person) {
  card = person;
}

/** Fill a side with the resident: the name, and the address that was used before in this visit or stands on their card. */
function own(side) {
  const { resident, sender } = visit.now();
  const name = resident?.name ?? card?.name ?? "";
  const known = sender ?? { name, line: card?.name === name ? card.line : "" };
  for (const part of PARTY) byId(`${side}-${part}`).value = known[part] ?? "";
  if (document.activeElement === byId(`${side}-own`)) (known.line ? byId("recipient-name") : byId(`${side}-line`)).focus();
}

function turnTo(name) {
  views.forEach((one) => { byId(one).hidden = one !== name; });
  byId("post-show-form").hidden = name === "post-form";
  byId("post-show-items").hidden = name !== "post-form" || !visit.now().resident;
}

/** What is inside is said to the post; a document needs no other word. */
function drawContents() {
  const field = byId("post-description");
  const plain = t("post.document");
  if (byId("post-kind").value === "document") field.value ||= plain;
  else if (field.value === plain) field.value = "";
}

function drawAbilities() {
  const one = posts.find(({ id }) => id === byId("post-connection").value);
  byId("post-tracks").textContent = one && !one.tracks ? t("post.untracked") : "";
}

// a new item

const party = (side) => Object.fromEntries([...PARTY.map((part) => [part, byId(`${side}-${part}`).value.normalize("NFC").trim()]), ["country", "CN"]]);

/** What is typed, as the post is asked about it; `null` when something cannot be read, which is then marked. */
function wanted() {
  const weight = /^\d{1,7}$/.test(byId("post-weight").value.trim()) ? Number(byId("post-weight").value) : 0;
  const value = byId("post-declared").value.trim() ? parse(byId("post-declared").value) : 0;
  const gaps = [
    [byId("recipient-name"), !byId("recipient-name").value.trim() && t("post.missing_name")],
    [byId("recipient-line"), !byId("recipient-line").value.trim() && t("post.missing_line")],
    [byId("sender-name"), !byId("sender-name").value.trim() && t("post.missing_name")],
    [byId("sender-line"), !byId("sender-line").value.trim() && t("post.missing_line")],
    [byId("post-description"), !byId("post-description").value.trim() && t("post.missing_description")],
    [byId("post-weight"), !weight && t("post.missing_weight")],
    [byId("post-declared"), value === null && t("visit.malformed")],
  ].filter(([, words]) => words);
  gaps.forEach(([field, words]) => mark(field, words));
  if (gaps.some(([field]) => field.id.startsWith("sender"))) byId("sender").open = true;
  if (gaps.length) { gaps[0][0].focus(); return null; }
  return {
    connection: byId("post-connection").value, sender: party("sender"), recipient: party("recipient"),
    item: { contents: byId("post-kind").value, weight, description: byId("post-description").value.trim() },
    handling: { ...Object.fromEntries(FLAGS.map((name) => [name, byId(`post-${name}`).checked])), declared_value: value },
  };
}

async function quote() {
  clearMarks(form);
  asked = wanted();
  if (!asked) return;
  const [latest, stayed] = [turn(), waiting()];
  try {
    const [{ quotes }, reach] = await Promise.all([post("/post/quotes", asked), reaches(asked)]);
    if (!latest()) return;
    if (!quotes.length) { say(form.querySelector("[data-says]"), t("post.no_product")); return; }
    visit.note({ sender: asked.sender });
    drawQuotes(quotes, reach);
    if (stayed()) byId("post-list").querySelector("button").focus();
  } catch (problem) {
    if (!(problem instanceof Problem)) throw problem;
    if (latest()) refused(problem);
  }
}

/** Whether the post comes to the recipient, where it says so; a question that fails keeps nobody from asking the price. */
async function reaches({ connection, recipient }) {
  if (!posts.find(({ id }) => id === connection).abilities.includes("serviceable")) return "";
  try {
    const { able, note } = await post("/post/serviceable", { connection, party: recipient });
    return able.includes("delivery") ? "" : t("post.out_of_reach", { note });
  } catch (problem) {
    if (!(problem instanceof Problem)) throw problem;
    return problem.detail;
  }
}

function refused(problem) {
  const [side, part] = problem.field.split(".");
  const field = byId(`${side}-${part}`) ?? form.querySelector(`[name="${CSS.escape(NAMES[problem.field] ?? "-")}"]`);
  if (field?.closest("details")) byId("sender").open = true;
  if (field) { mark(field, problem.detail); field.focus(); } else say(form.querySelector("[data-says]"), problem.detail);
}

function drawQuotes(quotes, reach) {
  const { recipient, item } = asked;
  byId("post-summary").textContent = [recipient.name, [recipient.province, recipient.city, recipient.district].filter(Boolean).join(" "), t("post.grams", { n: item.weight })].filter(Boolean).join(" · ");
  say(byId("post-reach"), reach);
  say(byId("post-refused"));
  replace(byId("post-list"), quotes.map((one) => h("article", { class: "bill" },
    h("div", {}, h("p", { class: "what" }, inWords(one.title)), h("p", { class: "more" }, one.days ? t("post.days", { n: one.days }) : t("post.days_unsaid"))),
    h("p", { class: "sum" }, format(one.amount)),
    h("button", { type: "button", class: "button", onclick: (event) => take(one, event.currentTarget) }, t("bills.add")))));
  turnTo("post-quotes");
}

/** Postage becomes a line like a bill; the item is stored with the offer, so that no address travels with it. */
async function take(quoted, at) {
  at.disabled = true;
  const latest = turn();
  try {
    const offered = await post("/post/offers", { ...asked, product: quoted.product, purpose: byId("post-purpose").value, resident: visit.now().resident?.id ?? "" });
    if (!latest()) return;
    const { bill } = offered;
    visit.change({
      lines: [...visit.now().lines, {
        key: offered.consignment, offer: offered.offer, amount: bill.amount, due: bill.amount, category: offered.category, biller_name: offered.biller_name,
        account: bill.account, period: "", customer: "", product: inWords(quoted.title),
      }],
    });
    clearRecipient();
    turnTo("post-form");
    byId("pay").focus();
  } catch (problem) {
    if (!(problem instanceof Problem)) throw problem;
    say(byId("post-refused"), problem.detail);
  } finally {
    at.disabled = false;
  }
}

/** The next item goes to somebody else; the sender stays. */
function clearRecipient() {
  const { sender } = visit.now();
  form.reset();
  if (sender) for (const part of PARTY) byId(`sender-${part}`).value = sender[part] ?? "";
  byId("sender").open = !sender;
  drawContents();
}

// the resident's items

async function items() {
  const { resident } = visit.now();
  if (!resident) return;
  const latest = turn();
  const { consignments } = await get(`/post/consignments?resident=${resident.id}&limit=20`);
  if (latest()) drawItems(consignments.filter((one) => one.state !== "offered"), t("post.items_none"));
}

/** Show the items that bear a scanned number; whether there are any. */
export async function show(number) {
  const { consignments } = await get(`/post/consignments?number=${encodeURIComponent(number)}`);
  if (!consignments.length) return false;
  await opened();
  drawItems(consignments, "");
  return true;
}

function drawItems(all, none) {
  say(byId("post-printed"));
  replace(byId("post-found"), all.length ? all.map(itemRow) : h("div", { class: "empty" }, icon("parcel"), h("p", {}, none)));
  turnTo("post-items");
  byId("post-found").querySelector("button, a")?.focus();
}

function itemRow(one) {
  const stands = one.state === "created" && has(`standing.${one.standing}`) ? t(`standing.${one.standing}`) : t(`consignment.${one.state}`);
  const story = h("ol", { class: "story", hidden: true });
  const track = h("button", { type: "button", class: "button button-small", "aria-expanded": "false", onclick: () => busyTrack(one, track, story) }, t("post.track"));
  const labelled = one.number && ["creating", "created"].includes(one.state);
  return h("article", { class: "parcel" },
    icon("parcel"),
    h("div", {},
      h("p", { class: "what" }, one.number || inWords(one.title)),
      h("p", { class: "more" }, [one.recipient, inWords(one.title), day(one.created_at)].filter(Boolean).join(" · "))),
    h("span", { class: `tag ${one.follow_up ? "wait" : STANDS[one.state]}` }, stands),
    h("div", { class: "buttons" },
      one.state === "created" || one.state === "cancelled" ? track : null,
      labelled && h("a", { class: "button button-small", href: `/api/v1/post/consignments/${one.id}/label.pdf`, target: "_blank", rel: "noopener" }, t("post.label")),
      labelled && page.devices.printer && h("button", { type: "button", class: "button button-small", onclick: (event) => onPrinter("label", one.id, event.currentTarget, byId("post-printed")) }, t("post.label_print"))),
    story);
}

/** Ask the post what happened; where it does not answer, what is known stays and is said to be old. */
async function busyTrack(one, button, story) {
  button.disabled = true;
  try {
    drawStory(story, await post(`/post/consignments/${one.id}/track`), "");
  } catch (problem) {
    if (!(problem instanceof Problem)) throw problem;
    drawStory(story, await get(`/post/consignments/${one.id}`), problem.detail);
  } finally {
    button.disabled = false;
    button.setAttribute("aria-expanded", "true");
  }
}

function drawStory(story, shown, trouble) {
  const events = shown.events.filter((event) => !event.voided);
  replace(story,
    trouble && h("li", { class: "strong" }, trouble),
    h("li", { class: "strong" }, inWords(shown.fold.says)),
    events.map((event) => h("li", {}, h("span", { class: "quiet" }, day(event.at)), h("span", {}, [event.place, event.says].filter(Boolean).join(" · ")))));
  story.hidden = false;
}
