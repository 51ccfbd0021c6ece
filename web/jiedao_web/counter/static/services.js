// What the hall does itself: service items with their guides, and opening a case with this visit.
import { get } from "../../look/static/api.js";
import { byId, clearMarks, h, icon, replace } from "../../look/static/dom.js";
import { inWords, t } from "../../look/static/page.js";
import * as visit from "./visit.js";

const GUIDE = ["who", "bring", "takes", "fee", "where", "basis"];
const form = byId("service-form");
const list = byId("service-list");
let items = null;
let chosen = null;

export function start() {
  byId("service-q").addEventListener("input", draw);
  byId("service-q").addEventListener("keydown", (event) => {
    if (event.key === "Enter") { event.preventDefault(); list.querySelector("button")?.click(); }
  });
  form.addEventListener("submit", (event) => { event.preventDefault(); add(); });
  byId("service-back").addEventListener("click", () => { show(null); focus(); });
}

export function focus() {
  (chosen ? byId("service-note") : byId("service-q")).focus();
}

export function reset() {
  byId("service-q").value = "";
  form.reset();
  show(null);
}

export async function opened() {
  items ??= (await get("/service-items?show=active")).items.filter((item) => item.channels.includes("window"));
  draw();
}

/** Items whose title, category or code has the words; all of them without words. */
function draw() {
  if (!items) return;
  const words = byId("service-q").value.normalize("NFKC").trim().toLowerCase();
  const fits = items.filter((item) => [item.code, item.category, item.title.zh, item.title.en].some((text) => text.toLowerCase().includes(words)));
  replace(list, fits.length ? fits.map(choice) : h("div", { class: "empty" }, icon("case"), h("p", {}, t(items.length ? "service.no_match" : "service.none"))));
}

function choice(item) {
  return h("button", { type: "button", class: "service", onclick: () => { show(item); focus(); } },
    icon("case"), h("b", {}, inWords(item.title)), h("span", { class: "more" }, takes(item)));
}

const takes = (item) => (item.workdays ? t("service.workdays", { n: item.workdays }) : t("service.at_once"));

/** One item with its guide, or the list again. */
function show(item) {
  chosen = item;
  clearMarks(form);
  form.hidden = !item;
  byId("service-choose").hidden = Boolean(item);
  if (!item) { draw(); return; }
  byId("service-title").textContent = inWords(item.title);
  const said = GUIDE.filter((part) => inWords(item.guide[part])).flatMap((part) => facts(part, item));
  replace(byId("service-guide"), said, h("dt", {}, t("guide.time")), h("dd", {}, takes(item)));
}

function facts(part, item) {
  const lines = inWords(item.guide[part]).split("\n").filter(Boolean);
  return [h("dt", {}, t(`guide.${part}`)), h("dd", {}, lines.length > 1 ? h("ul", {}, lines.map((line) => h("li", {}, line))) : lines[0])];
}

function add() {
  const { resident, acting, acts } = visit.now();
  const more = [resident?.name ?? t("service.nobody"), acting && t("acting.now", { name: acting.agent_name })];
  visit.change({
    acts: [...acts, {
      kind: "case", key: `case/${chosen.code}/${Date.now()}`, title: chosen.title, more: more.filter(Boolean).join(" · "), request: "", problem: null, answer: null,
      body: { item: chosen.code, resident: resident?.id ?? "", delegation: acting?.id ?? "", note: byId("service-note").value.trim() },
    }],
  });
  reset();
  byId("pay").focus();
}
