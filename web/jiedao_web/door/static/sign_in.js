// The door: street, login, password and till; then the code of who has a second factor.
import { Problem, get, newKey, once } from "../../look/static/api.js";
import { begin, busy, byId, clearMarks, labelled, mark, say } from "../../look/static/dom.js";
import page, { t } from "../../look/static/page.js";

const first = byId("sign-in");
const second = byId("second-step");
let street = "";

if (new URLSearchParams(window.location.search).has("over")) say(byId("sign-in-says"), t("sign_in.over"));
if (page.second) begin(second.elements.code);
else fillIn();

first.addEventListener("submit", (event) => {
  event.preventDefault();
  busy(first, signIn);
});
second.addEventListener("submit", (event) => {
  event.preventDefault();
  busy(second, complete);
});
first.elements.street.addEventListener("change", otherWay);
byId("provider").addEventListener("click", takeAlong);
byId("again").addEventListener("click", () => show(first));

async function signIn() {
  clearMarks(first);
  say(byId("sign-in-says"));
  const wanted = Object.fromEntries(new FormData(first));
  for (const name of ["street", "login", "till"]) wanted[name] = wanted[name].trim();
  try {
    const session = await once("POST", "/sessions", wanted);
    remember(wanted);
    page.csrf = session.csrf;
    if (session.stage === "second_factor") show(second);
    else goOn(session);
  } catch (error) {
    refused(first, byId("sign-in-says"), first.elements.password, error);
  }
}

async function complete() {
  clearMarks(second);
  say(byId("second-says"));
  const wanted = { code: second.elements.code.value.trim() };
  try {
    goOn(await once("POST", "/sessions/current/second-factor", wanted, { "Idempotency-Key": newKey() }));
  } catch (error) {
    refused(second, byId("second-says"), second.elements.code, error);
    if (error instanceof Problem && error.code === "session.over") {
      show(first);
      say(byId("sign-in-says"), error.detail);
    }
  }
}

function goOn({ stage, role }) {
  const then = page.then || page.homes[role];
  const enrol = `${page.doors.enrol}?then=${encodeURIComponent(then)}`;
  window.location.assign(stage === "enrolment" ? enrol : then);
}

function show(form) {
  for (const one of [first, second]) one.hidden = one !== form;
  const input = form === second ? form.elements.code : form.elements.password;
  input.value = "";
  input.focus();
}

function refused(form, note, fallback, error) {
  if (!(error instanceof Problem)) {
    say(note, t("line.lost"));
    return;
  }
  const input = error.field && form.elements.namedItem(error.field);
  if (input) mark(input, labelled(input, error));
  else say(note, error.detail);
  const at = input || fallback;
  at.focus();
  at.select();
}

/** Street and till belong to the window, not to a person: the next sign-in finds them filled in. */
function remember(wanted) {
  localStorage.setItem("jiedao.place", JSON.stringify({ street: wanted.street, till: wanted.till }));
}

function fillIn() {
  const known = JSON.parse(localStorage.getItem("jiedao.place") ?? "{}");
  for (const name of ["street", "till"]) first.elements[name].value ||= known[name] ?? "";
  const empty = [...first.elements].find((input) => input.name && !input.value);
  if (empty) begin(empty);
  otherWay();
}

/** Offer the street's identity provider, where it has one; nobody waits for the answer. */
async function otherWay() {
  street = first.elements.street.value.trim();
  const asked = street;
  const ways = asked ? await get(`/sign-in/ways?street=${encodeURIComponent(asked)}`).catch(() => null) : null;
  if (asked !== street) return;
  const name = ways?.[`provider_${page.language}`] ?? "";
  byId("provider").querySelector("span").textContent = t("sign_in.from", { name });
  takeAlong();
  byId("other-way").hidden = !name;
}

/** Whoever goes to the provider takes along what stands in the fields at that moment. */
function takeAlong() {
  const given = { street, till: first.elements.till.value.trim(), then: page.then };
  byId("provider").search = new URLSearchParams(Object.entries(given).filter(([, value]) => value)).toString();
}
