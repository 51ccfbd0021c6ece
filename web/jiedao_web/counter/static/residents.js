// Finding the resident: one field for numbers, phones, names and cards, typed or scanned.
import { Problem, get, once, post as post_, turns } from "../../look/static/api.js";
import { busy, byId, clearMarks, h, icon, mark, openDialog, refuse, replace } from "../../look/static/dom.js";
import { format } from "../../look/static/money.js";
import page, { t } from "../../look/static/page.js";
import * as acting from "./acting.js";
import * as bills from "./bills.js";
import * as post from "./post.js";
import { isPostal } from "./scan.js";
import * as visit from "./visit.js";
import * as work from "./work.js";

const CARD = /^\d{10,24}$/;
const IDENTITY = /\d{17}[\dX]/i;
const WEDGE = 30;
const form = byId("resident-find");
const field = byId("resident-q");
const result = byId("resident-result");
const card = byId("resident-card");
const turn = turns();

export function start() {
  form.addEventListener("submit", (event) => { event.preventDefault(); busy(form, find); });
  field.addEventListener("input", () => mark(field));
  byId("resident-new").addEventListener("click", () => register());
  byId("read-card").hidden = !page.devices.reader;
  byId("read-card").addEventListener("click", () => busy(form, () => readCard({ reader: "bridge" })));
  wire("resident-dialog", "resident-form", (wanted) => post_("/residents", wanted));
  wire("card-dialog", "card-form", (wanted) => tie(wanted.card));
  wire("correct-dialog", "correct-form", correct);
  visit.onChange(draw);
}

export function focus() {
  if (visit.now().resident) card.querySelector(".person-buttons button")?.focus();
  else { field.focus(); field.select(); }
}

/** Look for somebody, or something, that was scanned outside this field. */
export function lookFor(words) {
  if (visit.now().resident) { field.value = ""; form.hidden = false; }
  field.value = words;
  return busy(form, find);
}

/** Nobody is looked for any more: what was found too late is for nobody here. */
export const reset = () => turn();

/** The identity card: on the reader, or typed by one that types. Its fields stay in this page. */
async function readCard(asked) {
  const latest = turn();
  mark(field);
  replace(result, h("p", { class: "says" }, t("resident.reading")));
  try {
    const read = await post_("/identity/read", { typed: "", ...asked });
    if (!latest()) return;
    post.offer({ name: read.name, line: read.address });
    const { residents } = await post_("/residents/search", { q: read.number });
    if (!latest()) return;
    if (residents.length) { await found(read.name, residents, latest); return; }
    replace(result, h("p", { class: "says" }, t("resident.unregistered", { name: read.name })));
    register({ name: read.name, number: read.number });
  } catch (problem) {
    if (!(problem instanceof Problem)) throw problem;
    if (!latest()) return;
    replace(result);
    mark(field, problem.detail);
    field.focus();
  }
}

async function find() {
  const words = field.value.normalize("NFKC").trim();
  if (!words) { field.focus(); return; }
  if (words.length > WEDGE && IDENTITY.test(words)) { field.value = ""; await readCard({ reader: "wedge", typed: words }); return; }
  const latest = turn();
  mark(field);
  replace(result, h("p", { class: "says" }, t("app.loading")));
  try {
    const { residents } = await post_("/residents/search", { q: words });
    if (latest()) await found(words, residents, latest);
  } catch (problem) {
    if (!(problem instanceof Problem)) throw problem;
    if (!latest()) return;
    replace(result);
    mark(field, problem.detail);
  }
}

async function found(words, residents, latest) {
  if (residents.length === 1) return choose(residents[0].id, latest);
  if (!residents.length) return nobody(words, latest);
  const buttons = residents.map((person) =>
    h("button", { type: "button", class: "button", onclick: () => choose(person.id) },
      h("span", {}, person.name), h("span", { class: "quiet" }, person.number)));
  replace(result, h("p", { class: "says" }, t("resident.several", { n: residents.length })), h("div", { class: "found" }, buttons));
  buttons[0].focus();
  return undefined;
}

/** Nobody by that name or number: it may be an item of the post, a bill, or a card that is good at its issuer. */
async function nobody(words, latest) {
  const other = await isElse(words);
  if (!latest()) return;
  if (other) { field.value = ""; replace(result); draw(visit.now()); return; }
  let says = t("resident.none", { words });
  if (CARD.test(words)) {
    try {
      const holder = await get(`/cards/${encodeURIComponent(words)}`);
      if (!latest()) return;
      if (holder.resident) { await choose(holder.resident.id, latest); return; }
      says = t("resident.untied", { card: words, name: holder.issuer?.name ?? "" });
      byId("tie-card").value = words;
    } catch (problem) {
      if (!(problem instanceof Problem)) throw problem;
      if (problem.status !== 404) says = problem.detail;
    }
  }
  replace(result, h("p", { class: "says" }, says));
  field.select();
}

/** Whether it is the number of a posted item, or an account that one biller alone takes; then it is shown. */
async function isElse(words) {
  if (isPostal(words) && await post.show(words)) { work.open("post"); return true; }
  if (!bills.takes(words)) return false;
  work.open("bills");
  return true;
}

async function choose(id, latest = turn()) {
  const resident = await get(`/residents/${id}`);
  if (!latest()) return;
  visit.serve(resident);
  replace(result);
  field.value = "";
  work.turned();
  work.focus();
}

function draw({ resident, order, acting: acting_ }) {
  form.hidden = Boolean(resident);
  card.hidden = !resident;
  if (resident) replace(card, portrait(resident, Boolean(order)), acting_ && mandate(acting_));
  else if (!result.firstChild) replace(result, h("p", { class: "says" }, t("resident.anonymous")));
}

function portrait(person, held) {
  return h("div", { class: "person" },
    h("div", { class: "who" },
      h("p", {}, h("span", { class: "name" }, person.name), " ", h("button", { type: "button", class: "link", id: "correct", onclick: openCorrect }, t("resident.correct"))),
      h("p", { class: "ids" }, [person.number, cardsOf(person)].filter(Boolean).join(" · "))),
    person.cards.length ? sum("resident.points", person.points.active, pending(person)) :
      h("button", { type: "button", class: "link", onclick: openCard }, t("resident.tie")),
    sum("resident.credit", person.credit),
    held ? null : h("div", { class: "person-buttons" },
      h("button", { type: "button", class: "button button-small", onclick: another }, t("resident.change")),
      h("button", { type: "button", class: "button button-small", id: "act-for", onclick: acting.open }, t("acting.choose"), " ", h("kbd", {}, "F6"))));
}

/** Who acts for the resident, and on what proof; it stands there as long as it holds. */
function mandate({ agent_name: name, relation, proof }) {
  return h("p", { class: "acting", id: "acting" }, icon("people"),
    h("span", {}, h("b", {}, t("acting.now", { name })), " ", h("span", { class: "quiet" }, [relation, t("acting.proof_is", { proof })].join(" · "))),
    h("button", { type: "button", class: "link", onclick: () => visit.change({ acting: null }) }, t("acting.end")));
}

const cardsOf = (person) => (person.cards.length ? `${t("resident.card")} ${person.cards.join("、")}` : t("resident.no_card"));

const pending = (person) => (person.points.pending ? t("resident.pending", { points: format(person.points.pending) }) : "");

function sum(label, amount, more = "") {
  return h("p", { class: "sum" }, h("span", {}, t(label)), h("b", {}, format(amount)), more && h("em", {}, more));
}

function another() {
  visit.serve(null);
  work.turned();
  field.focus();
}

function register(known = {}) {
  const dialog = byId("resident-dialog");
  clearMarks(byId("resident-form"));
  byId("resident-form").reset();
  for (const [name, value] of Object.entries(known)) byId(`new-${name}`).value = value;
  openDialog(dialog);
  byId(known.name ? "new-phone" : "new-name").focus();
}

function openCorrect() {
  clearMarks(byId("correct-form"));
  byId("correct-form").reset();
  byId("correct-name").value = visit.now().resident.name;
  openDialog(byId("correct-dialog"));
  byId("correct-name").focus();
}

/** What was registered wrongly; a phone that is left empty stays. */
function correct({ phone, ...wanted }) {
  const { id } = visit.now().resident;
  return once("PATCH", `/residents/${id}`, phone.trim() ? { ...wanted, phone } : wanted);
}

function openCard() {
  clearMarks(byId("card-form"));
  openDialog(byId("card-dialog"));
  byId("tie-card").focus();
}

/** The issuer is asked whose card it is; where the names differ, a person compares them and sends it again. */
async function tie(number) {
  const { id } = visit.now().resident;
  const again = byId("card-form");
  const wanted = { card: number.normalize("NFKC").trim(), confirmed: again.dataset.compared === number };
  try {
    return await post_(`/residents/${id}/cards`, wanted);
  } catch (problem) {
    if (problem.code === "card.name") {
      again.dataset.compared = number;
      problem.detail = `${problem.detail} ${t("resident.compare")}`;
    }
    throw problem;
  }
}

/** A dialog that makes or changes a resident and then shows them. */
function wire(dialogId, formId, act) {
  const [dialog, asked] = [byId(dialogId), byId(formId)];
  asked.addEventListener("submit", (event) => {
    event.preventDefault();
    clearMarks(asked);
    const latest = turn();
    busy(asked, async () => {
      try {
        const { id } = await act(Object.fromEntries(new FormData(asked)));
        dialog.close();
        asked.reset();
        await choose(id, latest);
      } catch (problem) {
        if (!(problem instanceof Problem)) throw problem;
        refuse(asked, problem);
      }
    });
  });
}
