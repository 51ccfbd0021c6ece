// Life certificates: what the resident draws and when it is due, and certifying it with this visit.
import { Problem, get, post, turns } from "../../look/static/api.js";
import { busy, byId, clearMarks, h, icon, mark, replace, say, waiting } from "../../look/static/dom.js";
import { has, inWords, t } from "../../look/static/page.js";
import { sayings } from "./acts.js";
import * as visit from "./visit.js";

const LARGEST = 500000;
const TONES = { due: "wait", overdue: "bad", suspended: "bad", not_due: "good", restored: "good", ended: "", unknown: "" };
const form = byId("cert-form");
const list = byId("cert-list");
const turn = turns();
let schemes = null;
let known = null;

export function start() {
  byId("cert-ask").addEventListener("click", () => busy(form, lookUp));
  form.addEventListener("submit", (event) => { event.preventDefault(); busy(form, add); });
  list.addEventListener("change", drawRoutes);
  byId("cert-route").addEventListener("change", drawAgent);
  visit.onChange(drawAgent);
}

export function focus() {
  const first = list.querySelector("input:not(:disabled)");
  (visit.now().resident ? (first ?? byId("cert-ask")) : byId("resident-q")).focus();
}

export function reset() {
  turn();
  known = null;
  form.reset();
  clearMarks(form);
  replace(list);
  byId("cert-more").hidden = true;
  replace(byId("cert-bureaus"));
  replace(byId("cert-before"));
}

/** Show what is known of the resident, without asking anybody. */
export async function opened() {
  const { resident } = visit.now();
  byId("cert-nobody").hidden = Boolean(resident);
  form.hidden = !resident;
  if (!resident || known?.resident === resident.id) return;
  reset();
  const latest = turn();
  await loadSchemes();
  const benefits = await get(`/residents/${resident.id}/benefits`);
  if (latest()) draw(benefits);
  const { certifications } = await get(`/residents/${resident.id}/certifications`);
  if (known?.resident === resident.id) replace(byId("cert-before"), certifications.slice(0, 3).map(before));
}

async function loadSchemes() {
  schemes ??= (await get("/certification/schemes")).schemes;
}

async function lookUp() {
  clearMarks(form);
  const [latest, stayed] = [turn(), waiting()];
  try {
    await loadSchemes();
    const benefits = await post(`/residents/${visit.now().resident.id}/benefits/look-up`);
    if (!latest()) return;
    draw(benefits);
    if (stayed()) focus();
  } catch (problem) {
    if (!(problem instanceof Problem)) throw problem;
    if (latest()) say(form.querySelector("[data-says]"), problem.detail);
  }
}

function draw(benefits) {
  if (benefits.resident !== visit.now().resident?.id) return;
  known = benefits;
  const rows = benefits.entitlements.map(row);
  replace(list, rows.length ? rows : h("div", { class: "empty" }, icon("shield"), h("b", {}, t("cert.none")), h("p", {}, t("cert.none_says"))));
  replace(byId("cert-bureaus"), benefits.bureaus.map(answer));
  byId("cert-more").hidden = !rows.length;
  drawRoutes();
}

function answer(bureau) {
  if (!bureau.reached) return h("p", { class: "note note-wait" }, t("cert.unreached"), " ", inWords(bureau.says));
  return bureau.known ? null : h("p", { class: "note note-wait" }, inWords(bureau.says) || t("cert.unknown_there"));
}

function row(one) {
  const id = `cert-${one.id}`;
  const inside = taken(one.id);
  const open = Boolean(one.attempt);
  const able = one.state !== "ended" && !open && !inside;
  const due = ["due", "overdue", "suspended"].includes(one.state);
  return h("label", { class: "benefit", for: id },
    h("input", { type: "checkbox", id, value: one.id, disabled: !able, checked: able && due }),
    h("span", {}, h("b", {}, inWords(one.title)), h("span", { class: "more" }, facts(one))),
    h("span", { class: `tag ${open ? "wait" : TONES[one.state]}` }, t(open ? "cert.open" : inside ? "bills.added" : `benefit.${one.state}`)));
}

const taken = (id) => visit.now().acts.some((act) => act.kind === "certification" && act.body.entitlements.includes(id));

function facts(one) {
  const parts = [one.due_on && t("cert.due", { date: one.due_on }), one.valid_to && t("cert.valid", { date: one.valid_to }), one.reason];
  return parts.filter(Boolean).join(" · ") || t("cert.undated");
}

/** A certification before this one, in a line. */
function before(one) {
  const says = one.items.map((item) => {
    const [[key, values]] = sayings(item);
    return `${inWords(titleOf(item.entitlement))} ${t(key, values)}`;
  });
  return h("li", {}, h("span", { class: "quiet" }, one.done_on), h("span", {}, says.join("；")));
}

const titleOf = (id) => known.entitlements.find((one) => one.id === id)?.title ?? "";
const chosen = () => [...list.querySelectorAll("input:checked")].map((box) => known.entitlements.find((one) => one.id === box.value));
const schemeOf = (one) => schemes.find(({ id }) => id === one.scheme);

/** Only the routes that every chosen scheme takes, and a photo only where one is needed. */
function drawRoutes() {
  const about = chosen().map(schemeOf).filter(Boolean);
  const select = byId("cert-route");
  const kept = select.value;
  const routes = [...select.querySelectorAll("option")];
  for (const option of routes) option.hidden = option.disabled = about.some((scheme) => !scheme.routes.includes(option.value));
  if (select.selectedOptions[0]?.disabled) select.value = routes.find((option) => !option.disabled)?.value ?? kept;
  const needed = about.some((scheme) => scheme.needs_photo);
  byId("cert-photo-hint").textContent = t(needed ? "cert.photo_needed" : "cert.photo_optional");
  drawAgent();
}

/** Who is here, and that somebody must be chosen where somebody acts. */
function drawAgent() {
  const { acting } = visit.now();
  byId("cert-acting").textContent = acting ? t("acting.now", { name: acting.agent_name }) : t("cert.in_person");
  byId("cert-delegation").hidden = Boolean(acting) || byId("cert-route").value !== "relative";
}

async function add() {
  clearMarks(form);
  const about = chosen();
  const note = form.querySelector("[data-says]");
  if (!about.length) { say(note, t("cert.choose")); focus(); return; }
  if (!byId("cert-consent").checked) { mark(byId("cert-consent"), t("cert.consent_missing")); byId("cert-consent").focus(); return; }
  const photo = await picture();
  if (photo === null) return;
  const { resident, acting } = visit.now();
  const titles = Object.fromEntries(about.map((one) => [one.id, one.title]));
  visit.change({
    acts: [...visit.now().acts, {
      kind: "certification", key: `${about[0].id}/${Date.now()}`, title: joined(about), titles, request: "", problem: null, answer: null,
      more: [resident.name, acting && t("acting.now", { name: acting.agent_name }), routeWords()].filter(Boolean).join(" · "),
      body: {
        resident: resident.id, entitlements: about.map((one) => one.id), route: byId("cert-route").value, photo, agent: acting?.agent ?? "",
        note: [t("cert.consented"), byId("cert-note").value.trim()].filter(Boolean).join(" "),
      },
    }],
  });
  form.reset();
  draw({ ...known, bureaus: [] });
  byId("pay").focus();
}

const joined = (about) => Object.fromEntries(["zh", "en"].map((language) => [language, about.map((one) => one.title[language]).join("、")]));
const routeWords = () => byId("cert-route").selectedOptions[0].textContent;

/** The chosen photo in base64; empty without one, `null` when it cannot be taken. */
async function picture() {
  const field = byId("cert-photo");
  const [file] = field.files;
  if (!file) return "";
  if (file.type !== "image/jpeg" || file.size > LARGEST) { mark(field, t("cert.photo_wrong")); field.focus(); return null; }
  const bytes = new Uint8Array(await file.arrayBuffer());
  return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));
}
