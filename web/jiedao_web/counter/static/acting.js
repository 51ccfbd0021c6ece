// Who acts for the resident: somebody who is registered here, on a proof that was shown, as long as it is in force.
import { Problem, get, post, turns } from "../../look/static/api.js";
import { busy, byId, clearMarks, h, mark, openDialog, refuse, replace, say, waiting } from "../../look/static/dom.js";
import page, { t } from "../../look/static/page.js";
import * as visit from "./visit.js";

const form = byId("acting-form");
const NAMES = { agent: "q" };
const [listing, finding] = [turns(), turns()];
let agent = null;

export function start() {
  byId("acting-find").addEventListener("click", () => busy(form, find));
  byId("acting-q").addEventListener("keydown", (event) => { if (event.key === "Enter") { event.preventDefault(); busy(form, find); } });
  form.addEventListener("submit", (event) => { event.preventDefault(); busy(form, register); });
}

/** Choose among those who may, or register another. */
export async function open() {
  const { resident } = visit.now();
  if (!resident) return;
  agent = null;
  form.reset();
  clearMarks(form);
  byId("acting-from").value = page.today;
  byId("acting-for").textContent = t("acting.for", { name: resident.name });
  replace(byId("acting-found"));
  replace(byId("acting-list"), h("p", { class: "quiet" }, t("app.loading")));
  openDialog(byId("acting-dialog"));
  byId("acting-q").focus();
  finding();
  const [latest, stayed] = [listing(), waiting()];
  const { delegations } = await get(`/residents/${resident.id}/delegations`);
  if (!latest()) return;
  const inForce = delegations.filter(holds);
  replace(byId("acting-list"), inForce.length ? inForce.map(row) : h("p", { class: "quiet" }, t("acting.none")));
  if (stayed() && !byId("acting-q").value) byId("acting-list").querySelector("button")?.focus();
}

const holds = (one) => !one.revoked_at && one.valid_from <= page.today && (!one.valid_to || one.valid_to >= page.today);

function row(one) {
  const until = one.valid_to ? t("acting.until", { date: one.valid_to }) : t("acting.open_ended");
  return h("button", { type: "button", class: "button mandate", onclick: () => choose(one) },
    h("b", {}, one.agent_name), h("span", { class: "quiet" }, [one.relation, t("acting.proof_is", { proof: one.proof }), until].join(" · ")));
}

function choose({ id, agent: who, agent_name, relation, proof }) {
  visit.change({ acting: { id, agent: who, agent_name, relation, proof } });
  byId("acting-dialog").close();
}

async function find() {
  const field = byId("acting-q");
  const words = field.value.normalize("NFKC").trim();
  mark(field);
  agent = null;
  if (!words) { field.focus(); return; }
  const [latest, stayed] = [finding(), waiting()];
  const { residents } = await post("/residents/search", { q: words });
  if (!latest()) return;
  const others = residents.filter((one) => one.id !== visit.now().resident.id);
  if (!others.length) { replace(byId("acting-found")); mark(field, t("resident.none", { words })); return; }
  if (others.length === 1) { take(others[0]); return; }
  replace(byId("acting-found"), others.map((one) =>
    h("button", { type: "button", class: "button", onclick: () => take(one) }, h("span", {}, one.name), h("span", { class: "quiet" }, one.number))));
  if (stayed()) byId("acting-found").querySelector("button").focus();
}

function take(person) {
  agent = person;
  replace(byId("acting-found"), h("p", { class: "acting-chosen" }, h("b", {}, person.name), " ", h("span", { class: "quiet" }, person.number)));
  byId("acting-relation").focus();
}

async function register() {
  clearMarks(form);
  if (!agent) { mark(byId("acting-q"), t("acting.who")); byId("acting-q").focus(); return; }
  const given = Object.fromEntries(new FormData(form));
  const wanted = { agent: agent.id, relation: given.relation.trim(), proof: given.proof.trim(), valid_from: given.valid_from, valid_to: given.valid_to || null };
  try {
    choose(await post(`/residents/${visit.now().resident.id}/delegations`, wanted));
  } catch (problem) {
    if (!(problem instanceof Problem)) throw problem;
    refuse(form, problem, NAMES);
    if (!form.querySelector("[aria-invalid]")) say(form.querySelector("[data-says]"), problem.detail);
  }
}
