// The door: street, login, password and till.
import { Problem, once } from "./api.js";
import { busy, byId, clearMarks, mark, say } from "./dom.js";
import page, { t } from "./page.js";

const form = byId("sign-in");
const note = byId("sign-in-says");

if (new URLSearchParams(window.location.search).has("over")) say(note, t("sign_in.over"));
focusFirst();

form.addEventListener("submit", (event) => {
  event.preventDefault();
  busy(form, signIn);
});

async function signIn() {
  clearMarks(form);
  say(note);
  const wanted = Object.fromEntries(new FormData(form));
  for (const name of ["street", "login", "till"]) wanted[name] = wanted[name].trim();
  try {
    await once("POST", "/sessions", wanted);
    remember(wanted);
    window.location.assign(page.doors.counter);
  } catch (error) {
    refused(error);
  }
}

function refused(error) {
  if (!(error instanceof Problem)) {
    say(note, t("line.lost"));
    return;
  }
  const input = error.field && form.elements.namedItem(error.field);
  if (input) mark(input, error.detail);
  else say(note, error.detail);
  const at = input || form.elements.namedItem("password");
  at.focus();
  at.select();
}

/** Street and till belong to the window, not to a person: the next sign-in finds them filled in. */
function remember({ street, till }) {
  localStorage.setItem("jiedao.place", JSON.stringify({ street, till }));
}

function focusFirst() {
  const known = JSON.parse(localStorage.getItem("jiedao.place") ?? "{}");
  for (const name of ["street", "till"]) form.elements.namedItem(name).value ||= known[name] ?? "";
  [...form.elements].find((input) => input.name && !input.value)?.focus();
}
