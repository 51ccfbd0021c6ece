// Booking: what for, where, which day, what time, and a last look before it is made.
import { get, post } from "../../look/static/api.js";
import { byId, h } from "../../look/static/dom.js";
import page, { t, written } from "../../look/static/page.js";
import { big, guarded, result, step } from "./steps.js";

const DAYS = 14;
const wanted = { item: "", hall: "", title: "", place: "" };

function show(id) {
  for (const one of ["items", "halls"]) byId(one).hidden = one !== id;
  if (id) { byId("work").replaceChildren(); byId(id).querySelector("h2").focus(); }
}

function choose(event) {
  const button = event.target.closest("[data-item], [data-hall]");
  if (!button) return;
  if (button.dataset.item) {
    Object.assign(wanted, { item: button.dataset.item, title: button.dataset.title });
    const halls = document.querySelectorAll("[data-hall]");
    if (halls.length > 1) show("halls");
    else hall(halls[0]);
  } else hall(button);
}

function hall(button) {
  Object.assign(wanted, { hall: button.dataset.hall, place: button.dataset.title });
  show("");
  days();
}

async function days() {
  const last = new Date(`${page.today}T00:00:00Z`);
  last.setUTCDate(last.getUTCDate() + DAYS);
  const span = new URLSearchParams({ item: wanted.item, hall: wanted.hall, from: page.today, to: last.toISOString().slice(0, 10) });
  await guarded(async () => {
    const { slots } = await get(`/my/bookings/slots?${span}`);
    const free = slots.filter((one) => one.free);
    const back = () => show("items");
    if (!free.length) { step(t("script.book_full"), [result("wait", t("script.book_full"))], back); return; }
    const of = Map.groupBy ? Map.groupBy(free, (one) => one.on) : grouped(free);
    const choices = [...of].map(([on, all]) => big("calendar", day(on), t("script.book_free", { free: all.reduce((sum, one) => sum + one.free, 0) }), () => times(on, all)));
    step(t("script.book_day"), h("div", { class: "bigs" }, choices), back);
  }, days);
}

function grouped(slots) {
  const of = new Map();
  slots.forEach((one) => of.set(one.on, [...(of.get(one.on) ?? []), one]));
  return of;
}

const day = (on) => written(`${on}T00:00:00Z`, { month: "long", day: "numeric", weekday: "long", timeZone: "UTC" });

function times(on, slots) {
  const choices = slots.map((one) => big("calendar", `${one.begins}–${one.ends}`, t("script.book_free", { free: one.free }), () => check(on, one, () => times(on, slots))));
  step(`${t("script.book_time")} ${day(on)}`, h("div", { class: "bigs" }, choices), days);
}

function check(on, slot, back) {
  const said = h("div", { class: "panel" }, h("p", { class: "what" }, wanted.title), h("p", { class: "sum-large" }, `${day(on)} ${slot.begins}`), h("p", {}, wanted.place));
  const go = h("div", { class: "step-actions inner" }, h("button", { type: "button", class: "button button-main", onclick: () => book(on, slot) }, t("script.book_do")));
  step(t("script.book_check"), [said, go], back);
}

async function book(on, slot) {
  await guarded(async () => {
    await post("/my/bookings", { item: wanted.item, hall: wanted.hall, on, begins: slot.begins });
    step(t("script.book_done"), [result("good", `${day(on)} ${slot.begins}–${slot.ends}`, wanted.title, wanted.place, t("script.book_done_says"))]);
  }, days);
}

document.addEventListener("click", choose);
const given = new URLSearchParams(window.location.search).get("item");
if (given) document.querySelector(`[data-item="${CSS.escape(given)}"]`)?.click();
