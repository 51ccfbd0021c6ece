// Finding the resident: one field for numbers, phones, names and cards, typed or scanned.
import { Problem, get, post } from "./api.js";
import { busy, byId, clearMarks, h, mark, openDialog, refuse, replace } from "./dom.js";
import { format } from "./money.js";
import { t } from "./page.js";
import * as visit from "./visit.js";

const CARD = /^\d{10,24}$/;
const form = byId("resident-find");
const field = byId("resident-q");
const result = byId("resident-result");
const card = byId("resident-card");
let chosen = () => {};

/** Wire the panel; `after` is called when somebody was chosen. */
export function start(after) {
  chosen = after;
  form.addEventListener("submit", (event) => { event.preventDefault(); busy(form, find); });
  field.addEventListener("input", () => mark(field));
  byId("resident-new").addEventListener("click", () => register());
  wire("resident-dialog", "resident-form", (wanted) => post("/residents", wanted));
  wire("card-dialog", "card-form", (wanted) => tie(wanted.card));
  visit.onChange(draw);
}

export function focus() {
  if (visit.now().resident) card.querySelector("button")?.focus();
  else { field.focus(); field.select(); }
}

/** Read points and credit again, which a payment changes. */
export async function refresh() {
  const { resident } = visit.now();
  if (resident) visit.change({ resident: await get(`/residents/${resident.id}`) });
}

async function find() {
  const words = field.value.normalize("NFKC").trim();
  if (!words) { field.focus(); return; }
  mark(field);
  replace(result, h("p", { class: "says" }, t("app.loading")));
  try {
    const { residents } = await post("/residents/search", { q: words });
    await found(words, residents);
  } catch (problem) {
    if (!(problem instanceof Problem)) throw problem;
    replace(result);
    mark(field, problem.detail);
  }
}

async function found(words, residents) {
  if (residents.length === 1) return choose(residents[0].id);
  if (!residents.length) return nobody(words);
  const buttons = residents.map((person) =>
    h("button", { type: "button", class: "button", onclick: () => choose(person.id) },
      h("span", {}, person.name), h("span", { class: "quiet" }, person.number)));
  replace(result, h("p", { class: "says" }, t("resident.several", { n: residents.length })), h("div", { class: "found" }, buttons));
  buttons[0].focus();
  return undefined;
}

/** Nobody by that name or number; a card may still be good at its issuer. */
async function nobody(words) {
  let says = t("resident.none", { words });
  if (CARD.test(words)) {
    try {
      const holder = await get(`/cards/${encodeURIComponent(words)}`);
      if (holder.resident) { await choose(holder.resident.id); return; }
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

async function choose(id) {
  visit.change({ resident: await get(`/residents/${id}`) });
  replace(result);
  field.value = "";
  chosen();
}

function draw({ resident, order }) {
  form.hidden = Boolean(resident);
  card.hidden = !resident;
  if (resident) replace(card, portrait(resident, Boolean(order)));
  else if (!result.firstChild) replace(result, h("p", { class: "says" }, t("resident.anonymous")));
}

function portrait(person, held) {
  return h("div", { class: "person" },
    h("div", { class: "who" },
      h("p", { class: "name" }, person.name),
      h("p", { class: "ids" }, [person.number, cardsOf(person)].filter(Boolean).join(" · "))),
    person.cards.length ? sum("resident.points", person.points.active, pending(person)) :
      h("button", { type: "button", class: "link", onclick: () => openCard() }, t("resident.tie")),
    sum("resident.credit", person.credit),
    held ? null : h("button", { type: "button", class: "button button-small", onclick: another }, t("resident.change")));
}

const cardsOf = (person) => (person.cards.length ? `${t("resident.card")} ${person.cards.join("、")}` : t("resident.no_card"));

const pending = (person) => (person.points.pending ? t("resident.pending", { points: format(person.points.pending) }) : "");

function sum(label, amount, more = "") {
  return h("p", { class: "sum" }, h("span", {}, t(label)), h("b", {}, format(amount)), more && h("em", {}, more));
}

function another() {
  visit.change({ resident: null });
  field.focus();
}

function register() {
  const dialog = byId("resident-dialog");
  clearMarks(byId("resident-form"));
  openDialog(dialog);
  byId("new-name").focus();
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
    return await post(`/residents/${id}/cards`, wanted);
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
    busy(asked, async () => {
      try {
        const { id } = await act(Object.fromEntries(new FormData(asked)));
        dialog.close();
        asked.reset();
        await choose(id);
      } catch (problem) {
        if (!(problem instanceof Problem)) throw problem;
        refuse(asked, problem);
      }
    });
  });
}
