// What is still open outside: asked by the platform, and closed by an accountant where asking does not help.
import { Problem, get, post, turns } from "../../look/static/api.js";
import { busy, byId, h, icon, openDialog, refuse, clearMarks, replace } from "../../look/static/dom.js";
import { format } from "../../look/static/money.js";
import page, { has, t } from "../../look/static/page.js";

const EVERY = 15000;
const UNDER_WAY = 90000;
const turn = turns();
let follow = () => {};

/** `after(order)` shows a visit. */
export function start(after) {
  follow = after;
  byId("open-items").addEventListener("click", async () => { openDialog(byId("items-dialog")); await refresh(); });
  refresh();
  setInterval(() => { if (!document.hidden && !byId("items-dialog").open) refresh(); }, EVERY);
}

/** Read what is open; the drawer says when that is refused, and the number beside it stays as it was. */
export async function refresh() {
  const latest = turn();
  try {
    const { operations } = await get("/reviews?which=open");
    if (latest()) draw(operations);
  } catch (problem) {
    if (!(problem instanceof Problem)) throw problem;
    if (latest()) replace(byId("items"), h("p", { class: "note note-bad" }, problem.detail));
  }
}

/** An act that is just being done is no open item; one that is still on its way after that is. */
const fresh = (item) => ["planned", "sent"].includes(item.state) && Date.now() - Date.parse(item.planned_at) < UNDER_WAY;

function draw(all) {
  const items = all.filter((item) => !fresh(item));
  const badge = byId("items-count");
  badge.textContent = String(items.length);
  badge.hidden = !items.length;
  replace(byId("items"), items.length ? items.map(row) : nothing());
}

const nothing = () => h("div", { class: "empty" }, icon("done"), h("b", {}, t("items.none")), h("p", {}, t("items.none_says")));

function row(item) {
  const hook = has(`hook.${item.hook}`) ? t(`hook.${item.hook}`) : item.hook;
  const review = item.state === "review";
  return h("article", { class: "open-item" },
    h("div", { class: "head" },
      h("p", { class: "what" }, hook, item.request.amount ? ` ${format(item.request.amount)}` : ""),
      h("span", { class: "tag wait" }, t(`op.${item.state}`))),
    h("p", { class: "more" }, [item.connection, item.id, t("items.tries", { n: item.tries })].join(" · ")),
    h("div", { class: "buttons" },
      h("button", { type: "button", class: "button button-small", onclick: () => ask(item) }, t("items.ask")),
      item.order ? h("button", { type: "button", class: "button button-small", onclick: () => visit(item) }, t("items.open_visit")) : null),
    review && page.staff.role !== "operator" ? closing(item) : null,
    review && page.staff.role === "operator" ? h("p", { class: "more" }, t("items.only")) : null);
}

async function ask(item) {
  try {
    await post(`/operations/${item.id}/ask`);
  } catch (problem) {
    if (!(problem instanceof Problem)) throw problem;
  }
  await refresh();
}

function visit(item) {
  byId("items-dialog").close();
  follow(item.order);
}

function closing(item) {
  const id = (name) => `${name}-${item.id}`;
  const field = (name, wide) => h("div", { class: `field ${wide}` },
    h("label", { for: id(name) }, t(`items.${name}`)),
    h("input", { id: id(name), name, autocomplete: "off", "aria-describedby": `${id(name)}-error` }),
    h("p", { class: "error", id: `${id(name)}-error`, role: "alert" }));
  const choice = (value, checked) => h("label", {}, h("input", { type: "radio", name: "verdict", value, checked }), h("span", {}, t(`items.${value}`)));
  const form = h("form", { class: "grid", novalidate: true },
    h("p", { class: "note note-bad", "data-says": "", role: "alert", hidden: true }),
    h("fieldset", { class: "segments" }, h("legend", { class: "hidden" }, t("items.verdict")), choice("succeeded", false), choice("declined", false)),
    field("reference", "wide"), field("evidence", "wide"),
    h("button", { type: "submit", class: "button wide" }, t("items.close")));
  form.addEventListener("submit", (event) => { event.preventDefault(); busy(form, () => close(item, form)); });
  return h("details", {}, h("summary", {}, t("items.close")), form);
}

async function close(item, form) {
  clearMarks(form);
  const wanted = Object.fromEntries(new FormData(form));
  const said = { verdict: wanted.verdict ?? "", reference: wanted.reference.trim(), evidence: wanted.evidence.trim() };
  try {
    if (await closedOrProposed(item, said)) await refresh();
    else replace(form, h("p", { class: "note note-wait wide", role: "status" }, t("items.proposed")));
  } catch (problem) {
    if (!(problem instanceof Problem)) throw problem;
    refuse(form, problem);
  }
}

/** True when it is closed; above the street's limit it is only proposed, and another person has to agree. */
async function closedOrProposed(item, said) {
  try {
    await post(`/operations/${item.id}/closing`, said);
    return true;
  } catch (problem) {
    if (!(problem instanceof Problem) || problem.code !== "proposal.needed") throw problem;
    await post(`/operations/${item.id}/proposals`, said);
    return false;
  }
}
