// Certifying: what the bureau says is due, the resident's consent, and its judgement in plain words.
import { post } from "../../look/static/api.js";
import { h } from "../../look/static/dom.js";
import page, { inWords, t } from "../../look/static/page.js";
import { offer as offerRating } from "./rating.js";
import { guarded, result, step } from "./steps.js";
import { follow } from "./visit.js";

const PATIENCE = 40;
const KINDS = {
  certified: "good", restored: "good", not_due: "good",
  pending: "wait", unknown: "wait", under_way: "wait", waiting: "wait",
};
const OPEN = ["unknown", "under_way", "waiting"];

async function start() {
  await guarded(async () => choose(await post("/my/benefits/look-up")), start);
}

function choose({ name, benefits, unreached }) {
  const late = unreached.length ? h("p", { class: "note note-wait" }, t("cert.unreached")) : null;
  if (!benefits.length) { step(t("cert.none"), [late, result("wait", t("cert.none_says"))]); return; }
  const here = benefits.filter((one) => one.routes.length && !one.needs_photo && one.state !== "ended");
  const list = h("ul", { class: "list choose" }, benefits.map((one) => row(one, here.includes(one))));
  const says = h("p", { class: "error", id: "consent-error", role: "alert" });
  const consent = h("input", { type: "checkbox", id: "consent", "aria-describedby": "consent-error", onchange: () => { says.textContent = ""; } });
  const form = h("form", { class: "panel", novalidate: true }, list,
    here.length > 0 && h("div", { class: "consent" }, h("label", {}, consent, h("span", {}, t("cert.consent", { name }))), says),
    here.length > 0 && h("button", { type: "submit", class: "button button-main" }, t("cert.do")));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    says.textContent = consent.checked ? "" : t("cert.consent_missing");
    const wanted = [...form.querySelectorAll("input[name=benefit]:checked")].map((input) => input.value);
    if (!consent.checked) consent.focus();
    else if (wanted.length) certify(wanted, benefits);
  });
  step(t("cert.which"), [late, form]);
}

function row(one, here) {
  const day = one.valid_to ?? one.due_on;
  const words = day && t(["due", "overdue", "suspended"].includes(one.state) ? "cert.due" : "cert.until", { day });
  const says = here ? words : t("cert.window");
  const box = h("input", { type: "checkbox", name: "benefit", value: one.id, checked: here, disabled: !here });
  return h("li", {}, h("label", {}, box, h("span", { class: "what" }, inWords(one.title)), says && h("span", { class: "more" }, says)));
}

async function certify(wanted, benefits) {
  await guarded(async () => {
    step(t("cert.sending"), [result("busy", t("cert.sending"))]);
    const made = await post("/my/certifications", { entitlements: wanted }, { headers: { Prefer: "wait=5" } });
    const path = `/my/certifications/${made.id}`;
    ended(await follow(path, made, over, () => {}, PATIENCE), benefits);
  }, start);
}

const over = (found) => !found.items.some((one) => OPEN.includes(one.outcome) && !one.review);

function ended(found, benefits) {
  const titles = Object.fromEntries(benefits.map((one) => [one.id, inWords(one.title)]));
  const shown = found.items.map((one) => item(one, titles[one.entitlement]));
  const number = found.confirming && h("p", { class: "order-number" }, t("order.number", { number: found.id }));
  const says = found.items.some((one) => OPEN.includes(one.outcome)) && h("p", { class: "note note-wait" }, t("cert.confirming_says"));
  step(t("cert.result"), [...shown, says, number]);
  if (!found.confirming) offerRating(found.id);
}

function item(one, title) {
  const until = one.valid_to && t("cert.until", { day: one.valid_to });
  const kind = KINDS[one.outcome] ?? "bad";
  return result(kind, t(`cert.${one.outcome}`, { region: one.region }), title, until, one.reason && inWords(one.reason), ...one.needs);
}

start();
